import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isAlive } from "../helpers/processes.ts";
import { processesOf } from "../helpers/processes-of.ts";
import type { RunningProgram } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

/** The grace period of a test and a second more is what it takes; the rest is for a machine that does other things too. */
const limitMs = 20_000;

const stubborn = "trap '' TERM PIPE\nwhile :; do sleep 0.05; done\n";
/** It ends by itself as soon as nobody reads what it writes. */
const talkative = "while echo talking; do sleep 0.01; done\n";

function fleetWith(files: Record<string, string>): TempFleet {
  return tempFleet({ files: { "orchestra.yml": "", "stubborn.sh": stubborn, "talkative.sh": talkative, ...files } });
}

function commandsIn({ root }: TempFleet): string[] {
  return processesOf(root).map((p) => p.command);
}

/** The guards that a program has started. */
function guardsOf({ pid }: RunningProgram): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  return children
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("orchestra-guard"));
}

/** Kills it once exactly these run, which a shell that is to start them only has in its text, and waits until nothing is left. */
async function dieWith(fleet: TempFleet, run: RunningProgram, commands: readonly string[]): Promise<void> {
  await waitUntil("all of it runs", () => commands.every((command) => commandsIn(fleet).includes(command)));
  await waitUntil("the guard is there", () => guardsOf(run).length === 1);
  const guards = guardsOf(run);
  run.kill("SIGKILL");
  await run.ended;
  await waitUntil("nothing is left", () => processesOf(fleet.root).length === 0, limitMs);
  await waitUntil("the guard is gone", () => !guards.some(isAlive));
}

describe("when orchestra test is killed,", () => {
  test("its tests end, with all that they have started", async () => {
    const fleet = fleetWith({
      "api/service.yml": "run: ./api\ntest: sh ../stubborn.sh\n",
      "web/service.yml": "run: ./web\ntest: 'setsid sleep 301 & sleep 302 & sleep 303'\n",
    });
    await dieWith(fleet, fleet.start(["test"]), ["sh ../stubborn.sh", "sleep 301", "sleep 302", "sleep 303"]);
  });

  test("they may clean up first", async () => {
    const command = "trap 'sleep 0.2; touch cleaned; exit' TERM; sleep 304 & wait";
    const fleet = fleetWith({ "api/service.yml": `run: ./api\ntest: ${JSON.stringify(command)}\n` });
    await dieWith(fleet, fleet.start(["test"]), ["sleep 304"]);
    expect(existsSync(fleet.path("api/cleaned"))).toBe(true);
  });

  test("so does what a test has left behind that ends with its reader", async () => {
    const command = "sh ../stubborn.sh & exec sh ../talkative.sh";
    const fleet = fleetWith({ "api/service.yml": `run: ./api\ntest: ${JSON.stringify(command)}\n` });
    await dieWith(fleet, fleet.start(["test"]), ["sh ../stubborn.sh", "sh ../talkative.sh"]);
  });

  test("a hook ends", async () => {
    const fleet = fleetWith({
      "orchestra.yml": "test: {before: [sh stubborn.sh]}\n",
      "api/service.yml": "run: ./api\ntest: 'true'\n",
    });
    await dieWith(fleet, fleet.start(["test"]), ["sh stubborn.sh"]);
  });

  test("nothing of an earlier test is looked for", async () => {
    const fleet = fleetWith({
      "a/service.yml": "run: ./a\ntest: 'setsid sleep 20 > /dev/null 2>&1 < /dev/null & true'\n",
      "b/service.yml": "run: ./b\nacceptance: 'true'\n",
      "orchestra.yml": "test: {after: [sleep 305]}\n",
    });
    const run = fleet.start(["test", "a"]);
    await waitUntil("the hook runs", () => commandsIn(fleet).includes("sleep 305"));
    run.kill("SIGKILL");
    await waitUntil("the hook is gone", () => !commandsIn(fleet).some((c) => c.includes("sleep 305")), limitMs);
    // What a test leaves running on purpose outlives it, killed or not.
    const left = processesOf(fleet.root).filter((p) => p.command === "sleep 20");
    expect(left).toHaveLength(1);
    for (const { pid } of left) process.kill(pid, "SIGKILL");
  });
});

test("the guard of orchestra test ends with it", async () => {
  const fleet = fleetWith({ "api/service.yml": "run: ./api\ntest: sh ../talkative.sh\n" });
  const run = fleet.start(["test"]);
  await run.waitFor("talking");
  await waitUntil("the guard is there", () => guardsOf(run).length === 1);
  const guards = guardsOf(run);
  run.kill("SIGTERM");
  expect((await run.ended).code).toBe(143);
  await waitUntil("the guard is gone", () => !guards.some(isAlive));
});
