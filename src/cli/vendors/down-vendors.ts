import { endContainer } from "../../engine/drivers/container/end-container.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { VendorSpec } from "../../model/vendor.ts";
import type { CliContext } from "../cli-context.ts";
import { inLivingFleet } from "../in-living-fleet.ts";
import { livingContainers } from "../living-containers.ts";
import { readContainerRecords, readLivingUnits } from "../offline-state.ts";
import { locateFleet, openFleetToRead } from "../open-fleet.ts";
import { listNames } from "../output/list-names.ts";
import { toOutcomeJson } from "../output/outcome-json.ts";
import { runStop } from "../run-stop.ts";
import { chooseVendors, chooseViews, dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";

/** What `orchestra vendors down` is asked. */
export interface DownRun {
  names: readonly string[];
  waitTimeoutMs: number | null;
  json: boolean;
}

/** Stops the vendors of these names, all without any; their containers and data stay. Sets the exit code. */
export async function downVendors(context: CliContext, run: DownRun): Promise<void> {
  const snapshot = await snapshotOf(context);
  const specs = snapshot === null ? chooseVendors(await readVendorFleet(context), run.names) : [];
  const chosen = snapshot === null ? specs : chooseViews(snapshot, run.names);
  if (chosen.length === 0) {
    context.stderr.write("nothing to stop: the fleet has no vendors\n");
    if (run.json) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
    context.exitCode = exitCodes.ok;
    return;
  }
  if (snapshot === null && (await endUnattended(context, specs, run))) return;
  const select = { names: chosen.map(({ name }) => name), except: [] };
  await inLivingFleet(context, run, (fleet) =>
    runStop(context, fleet, {
      command: { kind: "stop", select },
      waitTimeoutMs: run.waitTimeoutMs,
      json: run.json,
      done: "stopped",
    }),
  );
}

async function snapshotOf(context: CliContext): Promise<FleetSnapshot | null> {
  const { running } = await openFleetToRead(context);
  await running?.client.close();
  return running?.snapshot ?? null;
}

/**
 * Vendors that are kept go on without a daemon, and without being on record: a new daemon would only take them for what they
 * are, so they are ended here. False where there is nothing of that kind, or something on record for a daemon to take over.
 */
async function endUnattended(context: CliContext, vendors: readonly VendorSpec[], run: DownRun): Promise<boolean> {
  const { clock, stdout, stderr } = context;
  const root = await locateFleet(context);
  if (readLivingUnits(root).length + readContainerRecords(root).length > 0) return false;
  const { living } = await livingContainers(context, root);
  const chosen = vendors.flatMap((vendor) => {
    const container = living.find(({ service }) => service === vendor.name);
    return container === undefined ? [] : [{ vendor, container }];
  });
  if (chosen.length === 0) return false;
  const startedAt = clock.now();
  const docker = await openDocker(context);
  try {
    const ends = await Promise.all(
      chosen.map(({ vendor, container }) => endContainer(docker, container.id, vendor.stop, clock)),
    );
    const refused = ends.find((end) => !end.ok);
    if (refused?.ok === false) throw dockerAbort(refused.failure);
  } finally {
    docker.close();
  }
  const names = chosen.map(({ vendor }) => vendor.name);
  stderr.write(`stopped ${listNames(names)} in ${formatDuration(clock.now() - startedAt)}\n`);
  if (run.json) stdout.write(toOutcomeJson("done", names, null, { failed: [], pending: [] }));
  context.exitCode = exitCodes.ok;
  return true;
}
