import type { ContainerUsage } from "../../engine/vendors/docker.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { EngineClient } from "../../model/client.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { UsageSample } from "../../model/usage.ts";
import type { CliContext } from "../cli-context.ts";
import { knownPorts } from "../known-ports.ts";
import { readState } from "../offline-state.ts";
import { openFleetToRead } from "../open-fleet.ts";
import { containerOfVendor, containersOfFleet } from "./find-containers.ts";
import { firstWithin } from "./first-within.ts";
import { chooseVendors, chooseViews, dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";
import { toVendorsJson } from "./vendor-json.ts";
import { statusOfContainer, statusOfView, type VendorStatus } from "./vendor-status.ts";
import { formatVendors } from "./vendor-table.ts";

/** Long enough for a first look at what they take; it is not worth a longer wait. */
const usageMs = 400;

/** Prints how the vendors of these names are, all without any. Asks the engine itself where no daemon runs; starts nothing. */
export async function showVendors(context: CliContext, names: readonly string[], json: boolean): Promise<number> {
  const { stdout, stderr, clock } = context;
  const { root, running } = await openFleetToRead(context);
  const told = running === null ? await fromEngine(context, names) : await fromDaemon(context, running, names);
  const { fleet, vendors } = told;
  const hasDaemon = running !== null;
  if (json) {
    stdout.write(`${JSON.stringify(toVendorsJson({ name: fleet, root, hasDaemon }, vendors))}\n`);
    return exitCodes.ok;
  }
  if (vendors.length === 0) {
    stderr.write(`${fleet} has no vendors\n  name them under vendors: in orchestra.yml\n`);
    return exitCodes.ok;
  }
  stdout.write(formatVendors(vendors, clock.now(), stdout));
  if (!hasDaemon) {
    const isUp = vendors.some(({ upSince }) => upSince !== null);
    stderr.write(
      isUp
        ? "no daemon runs; these are the containers that are there\n  look after them again: orchestra vendors up      end them: orchestra vendors down\n"
        : "no daemon runs\n  start them: orchestra vendors up\n",
    );
  }
  return exitCodes.ok;
}

interface Told {
  /** Its name. */
  fleet: string;
  vendors: VendorStatus[];
}

async function fromDaemon(
  { clock }: CliContext,
  { client, snapshot }: { client: EngineClient; snapshot: FleetSnapshot },
  names: readonly string[],
): Promise<Told> {
  try {
    const views = chooseViews(snapshot, names);
    const isUp = views.some(({ replicas }) => replicas.some((replica) => "pid" in replica.state));
    const sample = isUp ? await firstWithin<UsageSample>(usageMs, (listener) => watchUsage(client, listener)) : null;
    const now = clock.now();
    const vendors = views.map((view) => {
      const [replica] = view.replicas;
      return statusOfView(view, replica === undefined ? null : (sample?.units[replica.id] ?? null), now);
    });
    return { fleet: snapshot.name, vendors };
  } finally {
    await client.close();
  }
}

async function fromEngine(context: CliContext, names: readonly string[]): Promise<Told> {
  const spec = await readVendorFleet(context);
  const chosen = chooseVendors(spec, names);
  if (chosen.length === 0) return { fleet: spec.name, vendors: [] };
  const docker = await openDocker(context);
  try {
    const containers = await containersOfFleet(docker, spec);
    const recorded = readState(spec.root);
    const vendors = await Promise.all(
      chosen.map(async (vendor) => {
        const listed = containerOfVendor(containers, vendor.name);
        const [seen, image, usage] = await Promise.all([
          listed === undefined ? null : docker.inspect(listed.id),
          listed === undefined ? null : docker.image(listed.image),
          listed?.status === "running"
            ? firstWithin<ContainerUsage>(usageMs, (listener) => docker.watchUsage(listed.id, listener))
            : null,
        ]);
        if (seen?.ok === false) throw dockerAbort(seen.failure);
        const imageId = image?.ok === true ? (image.image?.id ?? null) : null;
        const ports = knownPorts(vendor, 1, recorded);
        return statusOfContainer(vendor, { state: seen?.state ?? null, imageId, ports, usage });
      }),
    );
    return { fleet: spec.name, vendors };
  } finally {
    docker.close();
  }
}

function watchUsage(client: EngineClient, listener: (sample: UsageSample) => void): () => void {
  const watching = client.watchUsage(listener);
  return () => watching.close();
}
