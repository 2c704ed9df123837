import type { FleetId } from "../../model/ids.ts";

const prefix = "dev.orchestra";

/** The fleet's id; on every container, network, volume and image that is made for it. */
export const fleetLabel = `${prefix}.fleet`;
/** The real path of the fleet's root. */
export const rootLabel = `${prefix}.root`;
/** The service or vendor. */
export const unitLabel = `${prefix}.unit`;
/** The replica's index. */
export const replicaLabel = `${prefix}.replica`;
/** `vendor` or `service`. */
export const kindLabel = `${prefix}.kind`;
/** A hash of all that shapes the container. */
export const configLabel = `${prefix}.config`;
/** JSON: key of the config → a short hash of its value, so that it can be said which one has changed. */
export const keysLabel = `${prefix}.keys`;
/** The daemon's life in which it was made. */
export const sessionLabel = `${prefix}.session`;

/** What a name on the engine begins with: the fleet's name and enough of its id that two checkouts never meet. */
export function namePrefix(fleetName: string, fleet: FleetId): string {
  const name = fleetName
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "");
  return `${name === "" ? "fleet" : name}-${fleet.slice(0, 6)}`;
}

/** The network of a fleet. */
export function networkName(fleet: FleetId): string {
  return `orchestra-${fleet}`;
}

/** Which replica a container says that it is. */
export function replicaOfContainer({ labels }: { labels: Readonly<Record<string, string>> }): {
  service: string;
  index: number;
} {
  return { service: labels[unitLabel] ?? "", index: Number(labels[replicaLabel] ?? 1) };
}
