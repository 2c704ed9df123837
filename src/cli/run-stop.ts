import { formatDuration } from "../lib/format-duration.ts";
import type { Command } from "../model/command.ts";
import { parseUnitId, type UnitId } from "../model/ids.ts";
import { type FleetSnapshot, vendorsOf } from "../model/snapshot.ts";
import type { CliContext } from "./cli-context.ts";
import type { OpenFleet } from "./open-fleet.ts";
import { listUnits } from "./output/list-units.ts";
import { replicaOf } from "./replica-of.ts";
import { runCommand } from "./run-command.ts";
import { unitTargets } from "./targets.ts";

/** What remains of the daemon's own limits when it has sent SIGKILL: it reports what would not die. */
const stallMs = 15_000;

/** A verb that ends units. */
export interface StopRun {
  command: Command;
  /** Null: as long as the grace periods take, and a margin. */
  waitTimeoutMs: number | null;
  json: boolean;
  /** `stopped`, `killed`. */
  done: string;
}

/** Sends the command, waits until everything that it is about is confirmed gone, and says what that was. */
export function runStop(context: CliContext, fleet: OpenFleet, run: StopRun): Promise<number> {
  return runCommand(context, fleet, {
    command: run.command,
    targets: (reply, baseline) => {
      const kept = keptBy(run.command, baseline);
      return unitTargets(
        reply.units.filter((unit) => !kept.has(parseUnitId(unit).name)),
        "stopped",
      );
    },
    limit: run.waitTimeoutMs === null ? { kind: "stall", ms: stallMs } : { kind: "total", ms: run.waitTimeoutMs },
    summary: (reply, { baseline }, tookMs) => {
      const kept = keptBy(run.command, baseline);
      const ran = reply.units.filter((unit) => isUp(baseline, unit));
      const ended = ran.filter((unit) => !kept.has(parseUnitId(unit).name));
      const goOn = ran.filter((unit) => kept.has(parseUnitId(unit).name));
      const rest = goOn.length === 0 ? "" : `; kept: ${listUnits(goOn)} (end it: orchestra vendors down)`;
      return ended.length === 0
        ? `nothing to stop: nothing ${goOn.length === 0 ? "" : "else "}of it runs${rest}`
        : `${run.done} ${listUnits(ended)} in ${formatDuration(tookMs)}${rest}`;
    },
    onInterrupted: "the stop goes on; to end it at once: orchestra kill",
    json: run.json,
  });
}

/** The vendors that a command leaves running by their own wish. */
function keptBy({ kind }: Command, fleet: FleetSnapshot): ReadonlySet<string> {
  if (kind !== "down") return new Set();
  return new Set(vendorsOf(fleet).flatMap(({ name, vendor }) => (vendor.isKept ? [name] : [])));
}

/** Whether there was anything to stop: a process, or the wish for one. */
function isUp(snapshot: FleetSnapshot, unit: UnitId): boolean {
  const phase = replicaOf(snapshot, unit)?.state.phase;
  return phase !== undefined && phase !== "stopped" && phase !== "completed" && phase !== "failed";
}
