import { join } from "node:path";
import { loadFleet } from "../../config/load-fleet.ts";
import { HeldProcess } from "../../engine/process/identity.ts";
import { describeFound } from "../../engine/strays/describe-found.ts";
import { howItRuns } from "../../engine/strays/how-it-runs.ts";
import { StrayFinder } from "../../engine/strays/stray-finder.ts";
import { hasErrors } from "../../model/diagnostic.ts";
import type { Stray } from "../../model/stray.ts";
import type { CliContext } from "../cli-context.ts";
import { readLivingUnits } from "../offline-state.ts";
import { configAbort } from "../reply-abort.ts";
import { containersWithoutDaemon } from "./containers-without-daemon.ts";

/** The strays of a fleet that no daemon looks after: what an earlier one has on record is none. An Abort where its config has mistakes. */
export async function straysWithoutDaemon(
  context: CliContext,
  root: string,
): Promise<{ fleet: string; strays: Stray[] }> {
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null || hasErrors(diagnostics)) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  const binDir = join(root, ".orchestra", "bin");
  const living = readLivingUnits(root);
  const recorded = living.map((record) => {
    const { service, index, generation } = record;
    const spared = spec.services.find(({ name }) => name === service)?.detachedChildren ?? "stop";
    return {
      identity: record,
      child: null,
      held: HeldProcess.hold(record),
      markers: { fleet: spec.id, service, replica: index, generation },
      detachedChildren: spared,
    };
  });
  const finder = new StrayFinder({
    fleet: spec.id,
    services: () => spec.services.map((service) => howItRuns(service, binDir)),
    recorded: () => recorded,
    isAlive: ({ service, replica, generation }) =>
      living.some((r) => r.service === service && r.index === replica && r.generation === generation),
  });
  try {
    const [found, containers] = await Promise.all([finder.find(), containersWithoutDaemon(context, spec)]);
    return { fleet: spec.name, strays: [...found.map((one) => describeFound(one)), ...containers] };
  } finally {
    for (const { held } of recorded) held?.close();
  }
}
