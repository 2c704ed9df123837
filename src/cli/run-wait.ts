import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import { sleep } from "../lib/sleep.ts";
import type { EngineClient } from "../model/client.ts";
import { parseUnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { CliContext } from "./cli-context.ts";
import { firstSnapshot } from "./first-snapshot.ts";
import { FleetFollower } from "./fleet-follower.ts";
import { Interruption } from "./interruption.ts";
import { openRunningFleet } from "./open-fleet.ts";
import { reportFailures } from "./output/failure-report.ts";
import { type Outcome, toOutcomeJson } from "./output/outcome-json.ts";
import { formatTimeout } from "./output/timeout-report.ts";
import type { WaitTarget } from "./parse-wait-targets.ts";
import { selectUnits } from "./select-units.ts";
import { type Progress, progressOf, type Target } from "./wait-for.ts";

/** How often it is looked whether a daemon has come. */
const daemonPollMs = 100;

/** What `orchestra wait` is asked. */
export interface WaitRun {
  /** Empty: every service that is meant to run. */
  targets: readonly WaitTarget[];
  timeoutMs: number;
  json: boolean;
}

type UnitTarget = Target & { kind: "unit" };

/** How the wait ended, and what it was about. */
interface Ended {
  outcome: Outcome;
  progress: Progress;
  names: string[];
  snapshot: FleetSnapshot | null;
}

/** Waits for the targets, also where the daemon is still to be started by somebody else. Changes nothing. */
export async function runWait(context: CliContext, run: WaitRun): Promise<number> {
  const interruption = new Interruption(context);
  try {
    const { outcome, progress, names, snapshot } = await waitForAll(context, run, interruption.signal);
    if (run.json) context.stdout.write(toOutcomeJson(outcome, names, snapshot, progress));
    return outcome === "interrupted" ? interruption.exitCode : exitCodeOf(outcome);
  } finally {
    interruption.end();
  }
}

async function waitForAll(context: CliContext, run: WaitRun, signal: AbortSignal): Promise<Ended> {
  const { clock, stderr } = context;
  const deadline = clock.now() + run.timeoutMs;
  const left = (): number => Math.max(0, deadline - clock.now());
  const client = await connectInTime(context, run, left, signal);
  if (client === null) {
    if (signal.aborted) return without("interrupted");
    // Where nothing runs, everything is stopped.
    if (isAboutStopped(run)) return without("done");
    stderr.write(`timed out after ${formatDuration(run.timeoutMs)}: nothing runs\n  start it: orchestra start\n`);
    return without("timed-out");
  }
  const follower = new FleetFollower(client, clock);
  try {
    const first = await firstSnapshot(client, follower, signal);
    if (first === null) return without("interrupted");
    const targets = await targetsOf(run.targets, first);
    const names = [...new Set(targets.map((t) => parseUnitId(t.unit).name))];
    const end = await follower.until((s) => settled(progressOf(s, targets, clock.now())), {
      timeoutMs: left(),
      signal,
    });
    const snapshot = follower.snapshot ?? first;
    const progress = progressOf(snapshot, targets, clock.now());
    const ended = (outcome: Outcome): Ended => ({ outcome, progress, names, snapshot });
    if (end.kind === "aborted") return ended("interrupted");
    if (end.kind === "lost") {
      stderr.write(`the daemon is gone: ${end.reason}\n`);
      return ended("lost");
    }
    if (end.kind === "timeout") {
      stderr.write(formatTimeout(progress.pending, run.timeoutMs));
      return ended("timed-out");
    }
    if (end.value.failed.length === 0) return ended("done");
    stderr.write(await reportFailures(client, end.value.failed, stderr.hasColor));
    return ended("failed");
  } finally {
    follower.close();
    await client.close();
  }
}

function without(outcome: Outcome): Ended {
  return { outcome, progress: { failed: [], pending: [] }, names: [], snapshot: null };
}

function exitCodeOf(outcome: Exclude<Outcome, "interrupted">): number {
  switch (outcome) {
    case "done":
      return exitCodes.ok;
    case "failed":
      return exitCodes.failed;
    case "timed-out":
      return exitCodes.timeout;
    case "lost":
      return exitCodes.unreachable;
  }
}

function isAboutStopped(run: WaitRun): boolean {
  return run.targets.length > 0 && run.targets.every((t) => t.goal === "stopped");
}

function settled(progress: Progress): Progress | null {
  return progress.pending.length === 0 ? progress : null;
}

async function connectInTime(
  context: CliContext,
  run: WaitRun,
  left: () => number,
  signal: AbortSignal,
): Promise<EngineClient | null> {
  let isToldSo = false;
  for (;;) {
    const { root, client } = await openRunningFleet(context);
    if (client !== null || isAboutStopped(run) || left() === 0 || signal.aborted) return client;
    if (!isToldSo) context.stderr.write(`nothing runs in ${root} yet; waiting for somebody to start it\n`);
    isToldSo = true;
    await sleep(Math.min(daemonPollMs, left()), signal, context.clock);
  }
}

async function targetsOf(wanted: readonly WaitTarget[], snapshot: FleetSnapshot): Promise<UnitTarget[]> {
  const all = snapshot.services.filter((s) => s.autostart || s.wanted === "running");
  const list = wanted.length > 0 ? wanted : all.map((s): WaitTarget => ({ name: s.name, goal: "ready" }));
  const targets: UnitTarget[] = [];
  for (const { name, goal } of list) {
    for (const unit of await selectUnits({ names: [name], except: [] }, snapshot)) {
      targets.push({ kind: "unit", unit, goal, old: null, mayBeUnwanted: true });
    }
  }
  return targets;
}
