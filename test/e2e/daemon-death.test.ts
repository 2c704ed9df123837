import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseState } from "../../src/engine/state/fleet-state.ts";
import { isAlive, programCommand } from "../helpers/processes.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { MortalFleet } from "./mortal-fleet.ts";

const [nodePath, shell] = [process.execPath, "/bin/sh"];
const program = (name: string): string => `${name.endsWith(".mjs") ? nodePath : shell} ${programCommand(name).args[0]}`;

function fleetOf(services: string): MortalFleet {
  const fleet = new MortalFleet(`services:\n${services}\n`);
  onTestFinished(() => fleet.end(), 20_000);
  return fleet;
}

/** Counts its runs in a file, works until it is told to go on, and ends with a code. */
const job = (code: number): string =>
  `{dir: ., oneshot: true, run: "echo run >>runs; until [ -e go ]; do sleep 0.02; done; exit ${code}"}`;

function runsOf(fleet: MortalFleet): number {
  return existsSync(fleet.path("runs")) ? readFileSync(fleet.path("runs"), "utf8").split("\n").length - 1 : 0;
}

describe("after the daemon was killed", () => {
  test("what a command asked for is carried out by the next one, however soon after the reply it died", async () => {
    const fleet = fleetOf(`  api: {dir: ., run: ${program("never-binds.sh")}, ready: {log: started}, scale: 2}`);
    await fleet.start();
    fleet.kill();
    await fleet.untilPhase("ready", "api#1", "api#2");
    await fleet.scale("api", 1);
    fleet.kill();
    await fleet.until("one is left", (s) => s.services[0]?.replicas.length === 1);
    await fleet.stop();
    fleet.kill();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
  });

  test("a oneshot that goes on is adopted, and its code is known at its end", async () => {
    const fleet = fleetOf(`  job: ${job(7)}`);
    await fleet.start();
    await fleet.until("it runs", () => runsOf(fleet) === 1);
    const pid = await fleet.pidOf("job#1");
    fleet.kill();
    await fleet.until("it is adopted", (s) => s.services[0]?.replicas[0]?.adopted === true);
    expect((await fleet.replica("job#1")).state).toMatchObject({ pid });
    writeFileSync(fleet.path("go"), "");
    await fleet.untilPhase("failed", "job#1");
    expect((await fleet.replica("job#1")).failure).toMatchObject({ kind: "exited", code: 7 });
    expect(runsOf(fleet)).toBe(1);
  });

  test.each([
    ["exit 0", "true", { phase: "completed" }, null],
    ["exit 7", "exit 7", { phase: "failed" }, { kind: "exited", code: 7 }],
    ["a signal", "kill -9 $$", { phase: "failed" }, { kind: "killed", signal: "SIGKILL" }],
  ])("a oneshot that ended meanwhile has its true status: %s", async (_, end, state, failure) => {
    const fleet = fleetOf(`  job: {dir: ., oneshot: true, run: "echo run >>runs; sleep 0.3; ${end}"}`);
    await fleet.start();
    await fleet.until("it runs", () => runsOf(fleet) === 1);
    const pid = await fleet.pidOf("job#1");
    fleet.kill();
    await waitUntil("it has ended", () => !isAlive(pid));
    expect(await fleet.replica("job#1")).toMatchObject({ state, failure, generation: 1 });
    expect(runsOf(fleet)).toBe(1);
  });

  test("a oneshot whose end nobody could see has failed, whatever its policy, until somebody asks for it", async () => {
    const fleet = fleetOf(`  job: ${job(0).replace("oneshot", "restart: on-failure, oneshot")}`);
    await fleet.start();
    await fleet.until("it runs", () => runsOf(fleet) === 1);
    const pid = await fleet.pidOf("job#1");
    const forkServer = fleet.forkServer();
    fleet.kill();
    process.kill(forkServer, "SIGKILL");
    process.kill(-pid, "SIGKILL");
    await waitUntil("all of it is gone", () => !isAlive(pid) && !isAlive(forkServer));
    await fleet.untilPhase("failed", "job#1");
    expect(await fleet.replica("job#1")).toMatchObject({ generation: 1, failure: { kind: "exit-unknown" } });
    await fleet.start("job");
    await fleet.until("it runs again", () => runsOf(fleet) === 2);
  });

  test("at random moments of a start: oneshots run at most once, nothing lives twice, and no log is written by two", async () => {
    const fleet = fleetOf(
      `  job: {dir: ., oneshot: true, run: "echo run >>runs; sleep 0.05; exit 3"}\n  api: {dir: ., run: ${program("never-binds.sh")}, ready: {log: started}, scale: 3}`,
    );
    for (let round = 0; round < 8; round++) {
      const before = runsOf(fleet);
      const started = fleet.start("job", "api").then(
        () => true,
        () => false,
      );
      await sleep(Math.random() * 120);
      fleet.kill();
      if (await started) {
        await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
        await fleet.until("the job is over", (s) => {
          const phase = s.services.find((x) => x.name === "job")?.replicas[0]?.state.phase;
          return phase === "failed" || phase === "completed";
        });
        expect(runsOf(fleet) - before).toBeLessThanOrEqual(1);
        expect(fleet.processes()).toHaveLength(3);
      }
      await fleet.stop();
      expect(parseState(readFileSync(fleet.path(".orchestra/state.json"), "utf8"))).not.toBeNull();
      await fleet.until("all is stopped", (s) =>
        s.services.every((x) => x.replicas.every((r) => r.state.phase === "stopped")),
      );
      expect(fleet.processes()).toEqual([]);
    }
  });
});
