import { expect, test } from "vitest";
import { HeldProcess } from "../../../src/engine/process/identity.ts";
import type { Leader } from "../../../src/engine/process/leader.ts";
import { isPaused, pauseGroup, resumeGroup } from "../../../src/engine/process/pause-group.ts";
import { readProcess } from "../../../src/engine/process/process-table.ts";
import { Terminator } from "../../../src/engine/process/terminator.ts";
import { type StartedProgram, startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

function leaderOf({ child }: StartedProgram): Leader {
  return { identity: child.identity, child, held: null };
}

/** As a daemon sees it that did not spawn it. */
function adopted({ child }: StartedProgram): Leader {
  return { identity: child.identity, child: null, held: HeldProcess.hold(child.identity) };
}

async function end(program: StartedProgram): Promise<void> {
  const { child, markers } = program;
  const common = { identity: child.identity, child, held: null, markers, ports: [], signal: "SIGTERM" };
  const termination = new Terminator().terminate({ ...common, graceMs: 300, detachedChildren: "stop" });
  expect(await termination.done).toEqual({ survivors: [] });
}

const stateOf = (pid: number): string | undefined => readProcess(pid)?.state;

test.each([
  ["our own child", leaderOf],
  ["an adopted one", adopted],
])("the whole group of %s stands still, and goes on", async (_, leader) => {
  const program = startProgram("forks-a-grandchild.mjs");
  const grandchild = Number(await program.printed(/grandchild (\d+)/));
  const target = leader(program);
  expect(isPaused(target.identity)).toBe(false);
  expect(pauseGroup(target)).toBe("sent");
  await waitUntil("both stand still", () => isPaused(target.identity) && stateOf(grandchild) === "T");
  expect(resumeGroup(target)).toBe("sent");
  await waitUntil("both go on", () => !isPaused(target.identity) && stateOf(grandchild) !== "T");
  target.held?.close();
  await end(program);
});

test("what is paused ends within its grace period, by its stop signal", async () => {
  const program = startProgram("listens.mjs", { PORT: "0" });
  await program.printed("listening");
  pauseGroup(leaderOf(program));
  await end(program);
  expect(program.child.exit).toEqual({ kind: "code", code: 0 });
});

test("nothing is signalled once the leader is gone, whatever its pid names now", async () => {
  const program = startProgram("forks-a-grandchild.mjs");
  const grandchild = Number(await program.printed(/grandchild (\d+)/));
  const held = adopted(program);
  process.kill(program.child.identity.pid, "SIGKILL");
  await program.child.exited;
  expect(pauseGroup(leaderOf(program))).toBe("gone");
  expect(pauseGroup(held)).toBe("gone");
  expect(stateOf(grandchild)).not.toBe("T");
  expect(isPaused(program.child.identity)).toBe(false);
  await end(program);
});

test("a process of another start time is not taken for a paused one", async () => {
  const program = startProgram("never-binds.sh");
  await program.printed("started");
  pauseGroup(leaderOf(program));
  const { identity } = program.child;
  await waitUntil("it stands still", () => isPaused(identity));
  expect(isPaused({ ...identity, startTicks: identity.startTicks - 1 })).toBe(false);
  await end(program);
});
