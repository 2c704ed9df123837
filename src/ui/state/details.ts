import { replicaId, type UnitId } from "../../model/ids.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";

/** The open details: of which replica, and how far scrolled. What there is to show is not part of it. */
export interface Details {
  kind: "details";
  service: string;
  /** Of the replica, from 1. */
  index: number;
  /** The first row that is shown. */
  top: number;
  /** The secret that can be revealed; null before one is chosen. */
  secret: string | null;
}

/** What the pane that shows the details is like now. */
export interface DetailsExtent {
  height: number;
  lastTop: number;
  /** The rows of the secrets, in their order. */
  secrets: readonly { name: string; row: number }[];
}

export type DetailsKey =
  | "details-down"
  | "details-up"
  | "details-page-down"
  | "details-page-up"
  | "details-first"
  | "details-last"
  | "details-previous"
  | "details-next"
  | "details-secret"
  | "details-reveal"
  | "details-close";

/** The unit that open details are about. */
export function detailsUnit({ service, index }: Details): UnitId {
  return replicaId(service, index);
}

/** The same as a person writes it: `api#2`, `postgres`. */
export function detailsName(details: Details, snapshot: FleetSnapshot | null): string {
  const service = snapshot?.services.find((s) => s.name === details.service);
  return service?.vendor === undefined ? detailsUnit(details) : details.service;
}
