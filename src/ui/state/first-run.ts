import type { EngineClient } from "../../model/client.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";

/** A fleet that can be shown. */
export interface OpenedFleet {
  client: EngineClient;
  /** This dashboard started the fleet: quitting proposes to stop it. */
  startedFleet: boolean;
  /** Start what has `autostart` as soon as it is open. */
  autoStart: boolean;
  /** What is known of the fleet already, so that the first frame shows it. */
  snapshot?: FleetSnapshot;
}

/** Why there is no fleet to show yet. */
export type Trouble = {
  root: string;
} /** No service; `files` could be written to have some, relative to the root. */ & (
  | { kind: "nothing"; files: { path: string; text: string; found: string }[]; remarks: string[] }
  | { kind: "broken"; diagnostics: Diagnostic[] }
  | { kind: "other-version"; daemonVersion: string; ownVersion: string }
  /** No daemon could be started, or reached; `message` may have several lines. */
  | { kind: "unreachable"; message: string; hint: string | null }
);

/** The outcome of a look for the fleet. */
export type Opening = { kind: "opened"; fleet: OpenedFleet } | { kind: "shut"; trouble: Trouble };

/** The way to the fleet, from outside the dashboard. */
export interface FleetDoor {
  /** Looks whether there is a fleet now. Cheap where no file has changed. Never rejects. */
  look(): Promise<Opening>;
  /** Writes the files that the last look proposed; the result says what went wrong, null where nothing did. */
  create(): Promise<string | null>;
  /** Replaces a daemon of another version; the result is as with `create`. */
  replaceDaemon(): Promise<string | null>;
}

/** What is shown while there is no fleet. */
export interface FirstRun {
  trouble: Trouble;
  /** The first row that is shown. */
  top: number;
  /** What is being done now, and since when; null while nothing is. */
  underWay: { what: string; since: number } | null;
  /** What went wrong with what was done last. */
  problem: string | null;
}

/** True where a change of a file may end the trouble, so that the files are looked at. */
export function isMendedByFiles({ kind }: Trouble): boolean {
  return kind === "nothing" || kind === "broken";
}
