import type { StampedEvent } from "../model/event.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { UsageSample } from "../model/usage.ts";

/** Grows with every change of the wire that an older peer would misread. */
export const protocolVersion = 1;

/** Headers of every request of ours and of every response; a client without them (curl) is served too. */
export const wireHeaders = { version: "orchestra-version", protocol: "orchestra-protocol" } as const;

/** What `GET /v1/hello` says, to clients of any version. Times are milliseconds since the epoch. */
export interface Hello {
  version: string;
  protocol: number;
  pid: number;
  /** The fleet's id. */
  fleet: string;
  root: string;
  socket: string;
  startedAt: number;
  rssBytes: number;
}

/** One line of `GET /v1/events`. */
export type WireLine =
  /** The first line, and again after a queue was dropped: what came before is void. */
  | { kind: "snapshot"; snapshot: FleetSnapshot }
  /** All that happened in one turn of the daemon's event loop. */
  | { kind: "events"; events: StampedEvent[] }
  | Goodbye;

/** One line of `GET /v1/usage`. */
export type UsageLine = { kind: "usage"; sample: UsageSample } | Goodbye;

/** The last line of every stream of a daemon that ends on purpose. */
export interface Goodbye {
  kind: "goodbye";
  reason: string;
}

/** The body of every response that is not a 2xx. */
export interface WireError {
  error: string;
}
