import type { CommandReply, CommandRequest } from "./command.ts";
import type { StampedEvent } from "./event.ts";
import type { UnitId } from "./ids.ts";
import type { UnitInspection } from "./inspection.ts";
import type { LogPage, LogQuery } from "./log.ts";
import type { FleetSnapshot } from "./snapshot.ts";
import type { Stray } from "./stray.ts";
import type { UsageSample } from "./usage.ts";

/** What a subscriber is told. Updates arrive in order and never two at once. */
export type Update =
  /** The whole truth: first of all, and again whenever events were missed. */
  | { kind: "snapshot"; snapshot: FleetSnapshot }
  /** What happened since; the revisions follow the last update without a gap. */
  | { kind: "events"; events: StampedEvent[] }
  /** The engine cannot be reached since `since`; the last snapshot is stale. A `snapshot` update ends this. */
  | { kind: "disconnected"; since: number; reason: string };

export interface Subscription {
  close(): void;
}

/**
 * The one port through which every face talks to the engine: the dashboard, the verbs, headless runs.
 * In the daemon the engine implements it; elsewhere the remote client does, over the socket.
 */
export interface EngineClient {
  /** Rejects with an `Unreachable` error where there is no daemon. */
  snapshot(): Promise<FleetSnapshot>;
  /** Snapshot and every event after it, in one step. `lease`: see CommandRequest. */
  subscribe(listener: (update: Update) => void, options?: { lease?: string }): Subscription;
  /** Resolves once the command is accepted (hooks run, state changed), not once it is carried out. */
  send(request: CommandRequest): Promise<CommandReply>;
  readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage>;
  /** One sample a second, for as long as anybody watches; nothing is looked at otherwise. Goes on over a new daemon. */
  watchUsage(listener: (sample: UsageSample) => void): Subscription;
  /** Null where there is no such unit. */
  inspect(unit: UnitId): Promise<UnitInspection | null>;
  /** The value of one variable of a unit's environment, unmasked; null where there is none. */
  reveal(unit: UnitId, variable: string): Promise<string | null>;
  /** The strays there are at this moment; the snapshot has them from then on. */
  findStrays(): Promise<Stray[]>;
  close(): Promise<void>;
}
