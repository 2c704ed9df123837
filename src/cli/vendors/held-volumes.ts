import type { Docker, ListedContainer } from "../../engine/vendors/docker.ts";
import { fleetLabel, rootLabel, unitLabel } from "../../engine/vendors/labels.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { listNames } from "../output/list-names.ts";
import { printableWords } from "../output/printable.ts";
import { dockerAbort } from "./vendor-fleet.ts";

/** A volume that cannot be removed, because containers have it: also ones that do not run. */
export interface HeldVolume {
  name: string;
  /** True where one of these containers is the fleet's own, and stays: it is no leftover then. */
  isInUse: boolean;
  /** Names the containers, as the end of a sentence. */
  holders: string;
}

/**
 * Which of these volumes the engine would not remove once the containers with the ids `gone` are gone, and who has them.
 * Throws an Abort where the engine cannot be asked.
 */
export async function heldVolumes(
  docker: Docker,
  fleet: Pick<FleetSpec, "id">,
  names: readonly string[],
  gone: ReadonlySet<string>,
): Promise<HeldVolume[]> {
  const asked = names.map(async (name): Promise<HeldVolume[]> => {
    const answer = await docker.volumeUsers(name);
    if (!answer.ok) throw dockerAbort(answer.failure);
    const users = answer.containers.filter(({ id }) => !gone.has(id));
    if (users.length === 0) return [];
    const isInUse = users.some(({ labels }) => labels[fleetLabel] === fleet.id);
    return [{ name, isInUse, holders: listNames(users.map((user) => userWords(user, fleet))) }];
  });
  return (await Promise.all(asked)).flat();
}

function userWords({ name, labels, status }: ListedContainer, { id }: Pick<FleetSpec, "id">): string {
  return `the container ${printableWords(name)} (${status}, ${ownerWords(labels, id)})`;
}

function ownerWords(labels: Record<string, string>, id: string): string {
  const owner = labels[fleetLabel];
  if (owner === undefined) return "not of this fleet";
  if (owner === id) return `${printableWords(labels[unitLabel] ?? "a container")} of this fleet`;
  return `of the fleet in ${printableWords(labels[rootLabel] ?? "another folder")}`;
}
