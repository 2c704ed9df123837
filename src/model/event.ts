import type { Cause, ExitStatus } from "./cause.ts";
import type { CommandError } from "./command.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { UnitId } from "./ids.ts";
import type { ReplicaSnapshot } from "./replica.ts";
import type { BuildState, RerunState, ServiceSnapshot } from "./service-snapshot.ts";
import type { Stray } from "./stray.ts";

/**
 * All that happens, as data. This one union moves the snapshot (in daemon and client alike), is recorded,
 * printed by `--headless` and streamed to clients.
 */
export type EngineEvent =
  /** The config was read, for the first time or again; services that are not listed are gone. */
  | {
      kind: "fleetLoaded";
      name: string;
      services: ServiceSnapshot[];
      diagnostics: Diagnostic[];
      cause: Cause;
    }
  /** The config was read again and has mistakes; the last good one stays in force. */
  | { kind: "configRejected"; diagnostics: Diagnostic[] }
  | { kind: "wantedChanged"; service: string; wanted: "running" | "stopped"; scale: number; cause: Cause }
  | { kind: "rerunChanged"; service: string; rerun: RerunState; cause: Cause }
  | { kind: "buildChanged"; service: string; build: BuildState; cause: Cause }
  | { kind: "replicaAdded"; replica: ReplicaSnapshot }
  | { kind: "replicaRemoved"; unit: UnitId }
  /** The only event that changes a replica; `replica.cause` says why. */
  | { kind: "replicaChanged"; replica: ReplicaSnapshot; from: ReplicaSnapshot["state"]["phase"] }
  /** The leader of a generation has ended. The phase change follows. */
  | { kind: "replicaExited"; unit: UnitId; generation: number; status: ExitStatus; runMs: number }
  /** All strays that are known now. */
  | { kind: "straysChanged"; strays: Stray[] }
  | { kind: "hookOutput"; commandId: string; hook: string; text: string }
  | { kind: "hookFinished"; commandId: string; hook: string; exitCode: number }
  /** The `after` hooks of a command are done, or were not run because a unit failed; comes where the reply promised it. */
  | { kind: "commandFinished"; commandId: string; error: CommandError | null }
  /** Something a person should know that is no state. */
  | { kind: "noticed"; level: "info" | "warning"; unit: UnitId | null; message: string }
  | { kind: "fleetStopping"; cause: Cause };

/** An event in its place: revisions grow by exactly one, `at` is milliseconds since the epoch. */
export interface StampedEvent {
  revision: number;
  at: number;
  event: EngineEvent;
}
