import type { ListedContainer } from "../../engine/vendors/docker.ts";
import { kindLabel, namePrefix, replicaLabel, unitLabel } from "../../engine/vendors/labels.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { replicaId } from "../../model/ids.ts";
import type { FleetBelongings } from "./fleet-belongings.ts";
import { unusedVolumes } from "./unused-volumes.ts";

/** Something on the engine that was made for this fleet, and that nothing of it uses any more. */
export interface Leftover {
  kind: "container" | "image" | "network" | "volume";
  /** What the engine calls it by. */
  id: string;
  /** As a person would name it. */
  name: string;
  /** Why it is one, in a few words. */
  why: string;
}

/**
 * What can go: containers of what the config has no more and of replicas that do not run (they are made anew at each start),
 * images that no container of what stays is made of but the newest of each service, the network where nothing is left to be
 * in it, and volumes that neither the config names nor a container that stays has. Pure.
 */
export function findLeftovers(fleet: FleetSpec, has: FleetBelongings): Leftover[] {
  const containers = has.containers.flatMap((container) => {
    const why = whyLeftOver(container, fleet, has.busy);
    return why === null ? [] : [{ kind: "container" as const, id: container.id, name: container.name, why }];
  });
  const gone = new Set(containers.map(({ id }) => id));
  const staying = has.containers.filter(({ id }) => !gone.has(id));
  const networks = staying.length > 0 || has.busy.size > 0 ? [] : has.networks;
  return [
    ...containers,
    ...images(fleet, has, staying),
    ...networks.map(({ name }) => ({ kind: "network" as const, id: name, name, why: "nothing is in it" })),
    ...volumes(fleet, has, gone, staying),
  ];
}

function whyLeftOver({ labels, status }: ListedContainer, fleet: FleetSpec, busy: ReadonlySet<string>): string | null {
  const name = labels[unitLabel] ?? "";
  if (busy.has(replicaId(name, Number(labels[replicaLabel] ?? 1)))) return null;
  const isVendor = labels[kindLabel] === "vendor";
  const units = isVendor ? fleet.vendors : fleet.services;
  if (!units.some((unit) => unit.name === name)) return "it is not in the config any more";
  const runs = status === "running" || status === "paused" || status === "restarting";
  return isVendor || runs ? null : "it does not run, and is made anew at a start";
}

function images(
  fleet: FleetSpec,
  { images: all, containers, busy }: FleetBelongings,
  staying: readonly ListedContainer[],
): Leftover[] {
  const used = new Set(staying.map(({ imageId }) => imageId));
  const repositories = new Set<string>();
  const known = new Set(
    fleet.services.map(({ name }) => `orchestra/${namePrefix(fleet.name, fleet.id)}-${name.toLowerCase()}`),
  );
  return all.flatMap(({ id, tags }): Leftover[] => {
    const repository = (tags[0] ?? "").replace(/:[^:/]*$/, "");
    const isNewest = !repositories.has(repository);
    repositories.add(repository);
    if (used.has(id) || (known.has(repository) && (isNewest || busy.size > 0))) return [];
    const name = tags[0] ?? id.replace(/^sha256:/, "").slice(0, 12);
    const wasUsed = containers.some(({ imageId }) => imageId === id);
    const why = known.has(repository)
      ? "a newer one has taken its place"
      : wasUsed
        ? "only leftovers are made of it"
        : "nothing is made of it";
    return [{ kind: "image", id, name, why }];
  });
}

function volumes(
  fleet: FleetSpec,
  has: FleetBelongings,
  gone: ReadonlySet<string>,
  staying: readonly ListedContainer[],
): Leftover[] {
  const kept = new Set(staying.flatMap(({ id }) => has.mounted.get(id) ?? []));
  return unusedVolumes(fleet, has, gone)
    .filter((name) => !kept.has(name))
    .map((name) => ({ kind: "volume", id: name, name, why: "nothing in the config uses it" }));
}
