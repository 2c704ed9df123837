import type { Clock } from "../lib/clock.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { FleetFollower, WaitEnd } from "./fleet-follower.ts";
import { type Progress, progressOf, type Target } from "./wait-for.ts";

/** How often a wait with no news says what it waits for. */
const reminderMs = 10_000;

export type WaitLimit =
  /** For the whole. */
  | { kind: "total"; ms: number }
  /** For the time in which nothing changes, after the last SIGKILL that is announced: for what ends. */
  | { kind: "stall"; ms: number };

export interface TargetWait {
  /** False for a snapshot that does not know the command yet. */
  isCurrent: (snapshot: FleetSnapshot) => boolean;
  targets: readonly Target[];
  /** Whatever else must be there once nothing is pending. */
  isDone: (snapshot: FleetSnapshot) => boolean;
  /** The first target that has failed for good ends the wait, instead of the last that is settled. */
  failsFast: boolean;
  limit: WaitLimit;
  startedAt: number;
  lastNewsAt: () => number;
  clock: Clock;
  signal: AbortSignal;
  /** Takes a line to show. */
  remind: (text: string) => void;
}

/** Waits until each target is reached or has failed for good, and says now and then what it waits for. */
export async function waitForTargets(follower: FleetFollower, wait: TargetWait): Promise<WaitEnd<Progress>> {
  const { clock, targets, limit } = wait;
  const settled = (snapshot: FleetSnapshot): Progress | null => {
    if (!wait.isCurrent(snapshot)) return null;
    const progress = progressOf(snapshot, targets, clock.now());
    const hasFailed = progress.failed.length > 0;
    if (hasFailed && wait.failsFast) return progress;
    // A unit that failed ends the wait for hooks: they are not run then.
    return progress.pending.length === 0 && (hasFailed || wait.isDone(snapshot)) ? progress : null;
  };
  for (;;) {
    const leftMs = deadlineOf(limit, wait, follower.snapshot) - clock.now();
    const end = await follower.until(settled, {
      timeoutMs: Math.max(0, Math.min(reminderMs, leftMs)),
      signal: wait.signal,
    });
    if (end.kind !== "timeout") return end;
    if (clock.now() >= deadlineOf(limit, wait, follower.snapshot)) return end;
    if (follower.snapshot === null || clock.now() - wait.lastNewsAt() < reminderMs / 2) continue;
    const { pending } = progressOf(follower.snapshot, targets, clock.now());
    if (pending.length === 0) continue;
    const elapsed = formatDuration(clock.now() - wait.startedAt);
    wait.remind(`still waiting after ${elapsed} for ${pending.map((t) => `${t.name} (${t.what})`).join(", ")}\n`);
  }
}

function deadlineOf(limit: WaitLimit, wait: TargetWait, snapshot: FleetSnapshot | null): number {
  if (limit.kind === "total") return wait.startedAt + limit.ms;
  const kills = (snapshot?.services ?? [])
    .flatMap((s) => s.replicas)
    .map(({ state }) => (state.phase === "stopping" ? (state.killAt ?? 0) : 0));
  return Math.max(wait.lastNewsAt(), ...kills) + limit.ms;
}
