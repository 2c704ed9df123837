import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { type Markers, readMarkers } from "../../src/engine/process/markers.ts";
import { isGone } from "../../src/engine/process/process-info.ts";
import { readProcessTable } from "../../src/engine/process/process-table.ts";
import { type SpawnedProcess, spawnProcess } from "../../src/engine/process/spawn-process.ts";
import { endProcessesOf } from "./end-processes-of.ts";
import { waitUntil } from "./wait-until.ts";

const programs = resolve(import.meta.dirname, "../../fixtures/programs");

let started = 0;

/** The variables that a replica has in its environment. */
export function markerEnvironment(markers: Markers): Record<string, string> {
  return {
    ORCHESTRA_FLEET: markers.fleet,
    ORCHESTRA_SERVICE: markers.service,
    ORCHESTRA_REPLICA: String(markers.replica),
    ORCHESTRA_GENERATION: String(markers.generation),
  };
}

/** Pids of all living processes that carry the markers of a fleet. */
export function aliveWithMarker(fleetId: string): number[] {
  return [...readProcessTable()]
    .filter((process) => !isGone(process) && readMarkers(process.pid)?.fleet === fleetId)
    .map((process) => process.pid);
}

/** The path of a program of fixtures/programs, and how to execute it with the Node that runs the tests. */
export function programCommand(name: string): { file: string; args: string[] } {
  const path = join(programs, name);
  return name.endsWith(".mjs") ? { file: process.execPath, args: [path] } : { file: "/bin/sh", args: [path] };
}

/** A folder of the running test's own, removed at its end. A process that still works in it then fails the test. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-")));
  onTestFinished(async () => {
    try {
      const left = await endProcessesOf(folder);
      if (left.length > 0) throw new Error(`outlived the test: ${left.map((p) => `${p.pid} ${p.command}`).join("; ")}`);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }, 10_000);
  return folder;
}

/** A fixture program that runs as a replica would: its own session, markers, output in a file. */
export interface StartedProgram {
  child: SpawnedProcess;
  markers: Markers;
  /** The file that it writes to. */
  log: string;
  /** All it and its children have printed so far. */
  output(): string;
  /** Waits for the text in its output; resolves with the first group of a pattern, else with the text. */
  printed(text: string | RegExp): Promise<string>;
}

/** Starts a program of fixtures/programs in a folder of its own (or `folder`); it must be gone when the test ends. */
export function startProgram(name: string, env: Record<string, string> = {}, folder = tempFolder()): StartedProgram {
  started++;
  const markers = { fleet: `test-${process.pid}-${started}`, service: "api", replica: 1, generation: 1 };
  const log = join(folder, `${started}.log`);
  writeFileSync(log, "");
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const request = { ...programCommand(name), cwd: folder, stdout: log, stderr: log };
  const result = spawnProcess({ ...request, env: { PATH: path, ...env, ...markerEnvironment(markers) } });
  if (!result.ok) throw new Error(result.failure.message);
  const output = (): string => readFileSync(log, "utf8");
  const printed = (text: string | RegExp): Promise<string> =>
    waitUntil(`${name} prints ${text}`, () => {
      const match = typeof text === "string" ? (output().includes(text) ? [text] : null) : text.exec(output());
      return match === null ? null : (match[1] ?? match[0] ?? null);
    });
  return { child: result.child, markers, log, output, printed };
}

/** True while a process has this pid and runs. */
export function isAlive(pid: number): boolean {
  const process = readProcessTable().get(pid);
  return process !== undefined && !isGone(process);
}
