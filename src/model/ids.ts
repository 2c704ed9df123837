/**
 * A unit's name: `api#2`; a vendor's is `postgres#1`, since it is the one replica of itself, and is shown as `postgres`.
 * Unique within a fleet for the fleet's whole life; never reused for something else.
 */
export type UnitId = string & { readonly __unit: unique symbol };

/** Sixteen hex digits that name a fleet: a hash of its root's real path, so two checkouts never share one. */
export type FleetId = string & { readonly __fleet: unique symbol };

/** The id of replica `index` (from 1) of `service`. */
export function replicaId(service: string, index: number): UnitId {
  return `${service}#${index}` as UnitId;
}

/** Splits `api#2` into its parts; `index` is null where the text names a whole service or vendor. */
export function parseUnitId(id: string): { name: string; index: number | null } {
  const match = /^(.*)#(\d+)$/.exec(id);
  if (match === null) return { name: id, index: null };
  return { name: match[1] as string, index: Number(match[2]) };
}
