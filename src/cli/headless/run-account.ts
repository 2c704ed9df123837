import { exitCodes } from "../../lib/exit-codes.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";
import type { FailureStory } from "../output/failure-report.ts";

/** What became of one service in a run. */
export interface ServiceAccount {
  name: string;
  /** `interrupted`: the run was told to end before it was ready; `skipped`: it was given up on because of something else. */
  outcome: "passed" | "failed" | "interrupted" | "skipped";
  /** In a few words that need only its name in front: `ready after 1.2s`, `failed: exit 1`. */
  what: string;
  /** The kind of its failure, or `timeout`; null where nothing failed. */
  kind: string | null;
  /** Of the build in this run; null where there was none, or it did not end. */
  buildMs: number | null;
  /** What its tests came to, where they were run with its build. */
  tests: TestCounts | null;
  /** From the run's start until all of its replicas were ready; null where they were not. */
  readyMs: number | null;
  /** From the begin of its build or start until it was ready, or failed. */
  tookMs: number;
  /** Of each replica that failed, or was not ready in time. */
  stories: FailureStory[];
  /** Replicas that failed, or crashed and came back. */
  troubled: string[];
}

/** A run, told at its end. */
export interface RunAccount {
  fleet: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  tookMs: number;
  exitCode: number;
  services: ServiceAccount[];
  /** The command of `--then`; null where it was not run. */
  command: { text: string; exitCode: number; tookMs: number } | null;
  /** How long the start was waited for; null where it did not run out of time. */
  timedOutMs: number | null;
  /** What kept the run from its usual end, as a message; null where nothing did. */
  end: string | null;
  /** The sentences that the run said about itself. */
  remarks: string[];
}

/** Whether a service or the command says why the exit code is what it is; false where the run itself went wrong. */
export function tellsFailure({ services, command, end, exitCode }: RunAccount): boolean {
  if (end !== null || exitCode === exitCodes.unreachable) return false;
  const isOpen = services.some((s) => s.outcome === "failed" || s.outcome === "interrupted");
  return isOpen || (command !== null && command.exitCode !== 0);
}
