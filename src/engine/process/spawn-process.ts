import type { ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { ExitStatus } from "../../model/cause.ts";
import type { Failure } from "../../model/failure.ts";
import { bootTicks } from "./boot-ticks.ts";
import { type ProcessIdentity, readBootId } from "./identity.ts";
import { readProcess } from "./process-table.ts";
import { spawnChild } from "./spawn-child.ts";
import { errnoOfFailedSpawn, explainSpawnFailure } from "./spawn-failure.ts";

/** What to start. The environment is all of it, with what it inherits; nothing of ours is added. */
export interface SpawnRequest {
  /** A bare name is looked up in the PATH of `env`, a path with a slash from `cwd`. */
  file: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Files that the program appends to, or one file twice. Whoever asks has made them. */
  stdout: string;
  stderr: string;
  /** Where the fork server writes how it ended, even if its daemon is gone by then; see fork-server/exit-file.ts. */
  exitFile?: string | null;
}

/** A program that was started, which leads a session and a group of its own. */
export interface SpawnedProcess {
  readonly identity: ProcessIdentity;
  /** True while the pid is certainly its own, and it may be signalled. */
  readonly isCertain: boolean;
  /** Resolves when it has ended and was reaped, however long its output stays open in other hands. */
  readonly exited: Promise<ExitStatus>;
  /** Null until then. */
  readonly exit: ExitStatus | null;
  /** When that was seen, in ticks since boot. */
  readonly exitTicks: number | null;
}

export type SpawnResult = { ok: true; child: SpawnedProcess } | { ok: false; failure: Failure };

/**
 * Starts a program: no terminal, stdin empty, a session and group of its own. It is a fork that blocks the caller, the
 * longer the more memory it has. When it returns the program runs, or it is known why not.
 */
export function spawnProcess(request: SpawnRequest): SpawnResult {
  const output = openOutput(request);
  if (!output.ok) return output;
  let child: ChildProcess;
  try {
    child = spawnChild({ ...request, stdout: output.out, stderr: output.err });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, failure: explainSpawnFailure(request, code ?? "EUNKNOWN") };
  } finally {
    closeSync(output.out);
    if (output.err !== output.out) closeSync(output.err);
  }
  if (child.pid === undefined) {
    // Node tells the reason with an event of the next turn. It is found out here instead, so that nobody has to wait.
    child.on("error", () => {});
    return { ok: false, failure: explainSpawnFailure(request, errnoOfFailedSpawn(request)) };
  }
  return { ok: true, child: trackChild(child, child.pid) };
}

type Output = { ok: true; out: number; err: number } | { ok: false; failure: Failure };

function openOutput({ file, stdout, stderr }: SpawnRequest): Output {
  const opened: number[] = [];
  try {
    for (const path of stderr === stdout ? [stdout] : [stdout, stderr]) opened.push(openSync(path, "a", 0o600));
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    const errno = (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
    const message = `the output of ${file} cannot be written to ${stdout} (${errno})`;
    return { ok: false, failure: { kind: "spawn-failed", file, errno, message, hint: "make that file writable" } };
  }
  const [out = -1, err = out] = opened;
  return { ok: true, out, err };
}

/** The part of Node's child process that tells of its end. */
interface NodeChild {
  once(event: "exit", listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** Follows a detached child, in the turn it was spawned in. */
export function trackChild(child: NodeChild, pid: number): SpawnedProcess {
  return new ChildOfOurs(child, pid);
}

class ChildOfOurs implements SpawnedProcess {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<ExitStatus>;
  exit: ExitStatus | null = null;
  exitTicks: number | null = null;

  /** A child that was not waited for keeps its pid, dead or alive. */
  get isCertain(): boolean {
    return this.exit === null;
  }

  constructor(child: NodeChild, pid: number) {
    // It is there, if only as a zombie: only the event loop reaps it, and this is still the same turn.
    const startTicks = readProcess(pid)?.startTicks ?? bootTicks();
    this.identity = { pid, startTicks, pgid: pid, sid: pid, bootId: readBootId() };
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.exitTicks = bootTicks();
        this.exit = signal !== null ? { kind: "signal", signal } : { kind: "code", code: code ?? 0 };
        resolve(this.exit);
      });
    });
    child.on("error", () => {});
  }
}
