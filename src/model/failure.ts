import type { NamedStray } from "./stray.ts";

/** Who holds a port: what could be read about the process, from outside. Fields are null where the system hid them. */
export interface PortHolder {
  pid: number;
  /** Command line, arguments joined by blanks. */
  command: string;
  cwd: string | null;
  /** Milliseconds since the epoch. */
  startedAt: number | null;
  /**
   * `gateway#1` where the holder carries this fleet's marker, `gateway#1 of another fleet` where it carries a foreign one
   * (`of the fleet in /home/you/shop` where its daemon runs and tells), else null.
   */
  unit: string | null;
  /** What stops it safely, where its own fleet can: a command line. */
  stopWith?: string;
}

/**
 * Why a unit or a build is not well. A value, never an exception. `message` is one sentence that needs no
 * context but the unit's name in front of it; `hint` says what to do next.
 */
export type Failure = { message: string; hint?: string } & (
  | { kind: "exited"; code: number }
  | { kind: "killed"; signal: string }
  /** It ended while no daemon lived, so nobody saw its exit status. */
  | { kind: "exit-unknown" }
  /** The program could not be executed: missing, not executable, folder missing. */
  | { kind: "spawn-failed"; file: string; errno: string }
  | { kind: "build-failed"; command: string; exitCode: number | null; output: string[] }
  /** `failed`: names of the tests that failed, as far as they are known. */
  | { kind: "test-failed"; command: string; exitCode: number | null; failed: string[]; output: string[] }
  | { kind: "toolchain-missing"; tool: string }
  | { kind: "port-taken"; port: number; holder: PortHolder | null }
  /** Processes that may be the service already, and nobody to ask what to do with them. */
  | { kind: "strays-found"; strays: NamedStray[] }
  | { kind: "probe-failed"; probe: string; detail: string }
  | { kind: "dependency-failed"; dependency: string }
  /** Processes that outlived SIGKILL (uninterruptible sleep, or another user's). */
  | { kind: "stop-incomplete"; pids: number[] }
  | { kind: "gave-up"; failures: number; last: Failure }
  | { kind: "log-unwritable"; file: string; errno: string }
  /** The engine for containers cannot be asked: it does not run, or does not let us. */
  | { kind: "docker-unreachable"; endpoint: string; reason: "absent" | "denied" | "lost" }
  /** An image cannot be had. `denied`: the registry wants another login, or does not have it: some say no more. */
  | {
      kind: "image-unavailable";
      image: string;
      reason: "no-registry" | "no-such-tag" | "denied" | "not-pulled" | "broken-pull";
    }
  /** The engine refused to make or to start the container; `status` is that of its answer. */
  | { kind: "container-refused"; container: string; status: number | null }
  /** Somebody removed the container while it was wanted. */
  | { kind: "container-removed" }
  /** The kernel ended it for taking more memory than it may. */
  | { kind: "out-of-memory" }
);

/** The `errno` of a `spawn-failed` that says nothing about the program: who was to fork it is gone. */
export const forkServerGone = "EPIPE";

/** True where trying again cannot help before a person changes something. */
export function isPermanent(failure: Failure): boolean {
  switch (failure.kind) {
    case "spawn-failed":
      return failure.errno !== forkServerGone;
    case "image-unavailable":
      return failure.reason !== "broken-pull" && failure.reason !== "no-registry";
    case "container-refused":
      return failure.status !== null && failure.status < 500;
    case "toolchain-missing":
    case "build-failed":
    case "test-failed":
    case "container-removed":
    case "strays-found":
    case "gave-up":
      return true;
    default:
      return false;
  }
}
