import { formatDuration } from "../../lib/format-duration.ts";
import { inLivingFleet } from "../in-living-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listUnits } from "../output/list-units.ts";
import { replicaOf } from "../replica-of.ts";
import { runCommand } from "../run-command.ts";
import { unitTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 15_000;

interface PauseOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const pause: Verb = (command, context) => {
  addSelection(command);
  addWaitTimeout(command, "15s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra pause worker", "orchestra pause --except postgres"]);
  command.action(async (names: string[], options: PauseOptions) => {
    await inLivingFleet(context, options, (fleet) =>
      runCommand(context, fleet, {
        command: { kind: "pause", select: selectionOf(names, options) },
        targets: (reply) => unitTargets(reply.units, "paused"),
        limit: { kind: "total", ms: options.waitTimeout ?? defaultTimeoutMs },
        summary: (reply, { baseline }, tookMs) => {
          if (reply.units.length === 0)
            return `nothing was paused${reply.notes.length > 0 ? "" : ": nothing of it runs"}`;
          const paused = reply.units.filter((unit) => replicaOf(baseline, unit)?.state.phase !== "paused");
          if (paused.length === 0) return `already paused: ${listUnits(reply.units)}`;
          return `paused ${listUnits(paused)} in ${formatDuration(tookMs)}`;
        },
        onInterrupted: "to let them go on: orchestra resume",
        json: options.json === true,
      }),
    );
  });
};
