import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { readDaemonFile } from "../../src/daemon/daemon-file.ts";
import { readMarkers } from "../../src/engine/process/markers.ts";
import { aliveWithMarker, isAlive, programCommand } from "../helpers/processes.ts";
import type { RunningProgram } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const program = (name: string): string => `node ${programCommand(name).args[0]}`;

/** One that ignores its stop signal, one with a child in a session of its own, and one that others have started. */
const config = `
services:
  stubborn: {dir: ., run: ${program("ignores-sigterm.mjs")}, ready: {log: .}, stop: {grace: 500ms}}
  nested: {dir: ., run: ${program("detaches-a-child.mjs")}, ready: {log: "child "}, stop: {grace: 500ms}}
  other: {dir: ., run: sleep 1000, autostart: false}
`;

interface Scene {
  fleet: TempFleet;
  run: RunningProgram;
  daemon: number;
}

/** A headless run whose services are ready, beside a service that somebody started before. */
async function headlessRun(): Promise<Scene> {
  const fleet = tempFleet({ files: { "orchestra.yml": config } });
  onTestFinished(async () => {
    await fleet.orchestra(["down"]);
  });
  expect((await fleet.orchestra(["start", "other"])).code).toBe(0);
  const run = fleet.start(["--headless"]);
  await run.waitFor(/^ready after/m);
  return { fleet, run, daemon: readDaemonFile(fleet.root)?.pid ?? -1 };
}

/** By service: the processes of the fleet. */
function processesOf({ root }: TempFleet): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const pid of aliveWithMarker(fleetIdOf(realpathSync(root)))) {
    const service = readMarkers(pid)?.service ?? "";
    found[service] = [...(found[service] ?? []), pid];
  }
  return found;
}

function watchdogsOf({ root }: TempFleet): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words.includes("orchestra-watchdog") && words.includes(root);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe("what a headless run has started ends, and what others have started goes on, after SIGKILL of", () => {
  test.each([
    ["the run", (s: Scene) => s.run.kill("SIGKILL")],
    ["the daemon", (s: Scene) => process.kill(s.daemon, "SIGKILL")],
    [
      "both at once",
      (s: Scene) => {
        process.kill(s.daemon, "SIGKILL");
        s.run.kill("SIGKILL");
      },
    ],
    [
      "both, one after the other",
      async (s: Scene) => {
        s.run.kill("SIGKILL");
        await s.run.ended;
        process.kill(s.daemon, "SIGKILL");
      },
    ],
  ])("%s", async (_, kill) => {
    const scene = await headlessRun();
    const before = processesOf(scene.fleet);
    expect([before.stubborn?.length, before.nested?.length, before.other?.length]).toEqual([1, 2, 1]);
    await kill(scene);
    await waitUntil("they are gone", () => Object.keys(processesOf(scene.fleet)).join() === "other", 30_000);
    expect(processesOf(scene.fleet).other).toEqual(before.other);
    await scene.run.ended;
    await waitUntil("its watchdog is gone", () => watchdogsOf(scene.fleet).length === 0, 30_000);
    await waitUntil("they are told to be stopped", async () => {
      const { stdout } = await scene.fleet.orchestra(["ps", "--json"]);
      const phases = (JSON.parse(stdout) as PsJson).services.map((s) => `${s.name} ${s.replicas[0]?.phase}`);
      return phases.includes("stubborn stopped") && phases.includes("nested stopped");
    });
  });
});

describe("a headless run", () => {
  test("whose daemon was killed says so, waits for the end of what it started, and exits with 3", async () => {
    const { fleet, run, daemon } = await headlessRun();
    process.kill(daemon, "SIGKILL");
    const { code, stderr } = await run.ended;
    expect(code).toBe(3);
    expect(stderr).toContain("lost the daemon: it has died\n  what this run started is being stopped\n");
    expect(Object.keys(processesOf(fleet))).toEqual(["other"]);
  });

  test("whose daemon is replaced goes on, and in the end stops what it started", async () => {
    const { fleet, run, daemon } = await headlessRun();
    const before = processesOf(fleet);
    expect((await fleet.orchestra(["daemon", "restart"])).code).toBe(0);
    expect(readDaemonFile(fleet.root)?.pid).not.toBe(daemon);
    await waitUntil("a new watchdog is there", () => watchdogsOf(fleet).length === 1);
    expect(processesOf(fleet)).toEqual(before);
    run.kill("SIGTERM");
    const { code, stderr } = await run.ended;
    expect(stderr).toContain("stopped nested and stubborn in");
    expect(code).toBe(0);
    expect(processesOf(fleet)).toEqual({ other: before.other });
    await waitUntil("no watchdog is left", () => watchdogsOf(fleet).length === 0);
  });

  test("that is killed while its daemon is being replaced takes what it started along", async () => {
    const { fleet, run } = await headlessRun();
    const restarted = fleet.orchestra(["daemon", "restart"]);
    run.kill("SIGKILL");
    expect((await restarted).code).toBe(0);
    await waitUntil("they are gone", () => Object.keys(processesOf(fleet)).join() === "other", 30_000);
  });

  test("leaves nothing worse behind where its watchdog is killed too: the next daemon ends what it started", async () => {
    const { fleet, run, daemon } = await headlessRun();
    process.kill(daemon, "SIGSTOP");
    for (const pid of watchdogsOf(fleet)) process.kill(pid, "SIGKILL");
    process.kill(daemon, "SIGKILL");
    run.kill("SIGKILL");
    await run.ended;
    await waitUntil("the daemon is gone", () => !isAlive(daemon));
    expect(Object.keys(processesOf(fleet)).sort()).toEqual(["nested", "other", "stubborn"]);
    expect((await fleet.orchestra(["start", "other"])).code).toBe(0);
    await waitUntil("they are gone", () => Object.keys(processesOf(fleet)).join() === "other", 30_000);
  });

  test("that leaves its services running needs no watchdog", async () => {
    const fleet = tempFleet({ files: { "orchestra.yml": "services: {api: {dir: ., run: sleep 1000}}\n" } });
    onTestFinished(async () => {
      await fleet.orchestra(["down"]);
    });
    expect((await fleet.orchestra(["--headless", "--until", "ready"])).code).toBe(0);
    await waitUntil("no watchdog is there", () => watchdogsOf(fleet).length === 0);
    const daemon = readDaemonFile(fleet.root)?.pid ?? -1;
    process.kill(daemon, "SIGKILL");
    await waitUntil("the daemon is gone", () => !isAlive(daemon));
    expect(Object.keys(processesOf(fleet))).toEqual(["api"]);
  });
});
