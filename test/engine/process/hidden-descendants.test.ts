import { describe, expect, test } from "vitest";
import { Terminator } from "../../../src/engine/process/terminator.ts";
import { isAlive, type StartedProgram, startProgram } from "../../helpers/processes.ts";

function terminate(program: StartedProgram, output: string | null): Promise<{ survivors: number[] }> {
  const { child, markers } = program;
  const target = { identity: child.identity, child, held: null, markers, output, detachedChildren: "stop" } as const;
  return new Terminator().terminate({ ...target, ports: [], signal: "SIGTERM", graceMs: 300 }).done;
}

describe("a descendant without markers, in a session of its own, whose parent had ended before anybody looked", () => {
  test.each(["double-fork", "setsid"])("is known by the log it writes to (%s)", async (how) => {
    const program = startProgram("detaches-a-child.mjs", { HOW: how, HIDES: "1", STUBBORN: "1", LEADER_LEAVES: "1" });
    const pid = Number(await program.printed(/child (\d+)/));
    await program.child.exited;
    expect(await terminate(program, program.log)).toEqual({ survivors: [] });
    expect(isAlive(pid)).toBe(false);
  });

  test("is nobody's where that log is not known", async () => {
    const program = startProgram("detaches-a-child.mjs", { HOW: "double-fork", HIDES: "1", LEADER_LEAVES: "1" });
    const pid = Number(await program.printed(/child (\d+)/));
    await program.child.exited;
    expect(await terminate(program, null)).toEqual({ survivors: [] });
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });
});
