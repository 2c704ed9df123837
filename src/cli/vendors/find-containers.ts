import type { Docker, ListedContainer } from "../../engine/vendors/docker.ts";
import { fleetLabel, unitLabel } from "../../engine/vendors/labels.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { dockerAbort } from "./vendor-fleet.ts";

/** All containers of the fleet, running or not, newest first. Throws an Abort where the engine cannot be asked. */
export async function containersOfFleet(docker: Docker, { id }: Pick<FleetSpec, "id">): Promise<ListedContainer[]> {
  const listed = await docker.list({ [fleetLabel]: id });
  if (!listed.ok) throw dockerAbort(listed.failure);
  return listed.containers.toSorted((a, b) => b.createdAt - a.createdAt);
}

/** The one that a vendor runs in, or ran in last; none where it has never been started. */
export function containerOfVendor(containers: readonly ListedContainer[], name: string): ListedContainer | undefined {
  const own = containers.filter(({ labels }) => labels[unitLabel] === name);
  return own.find(({ status }) => status === "running" || status === "paused") ?? own[0];
}
