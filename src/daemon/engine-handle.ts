import type { Cause } from "../model/cause.ts";
import type { EngineClient } from "../model/client.ts";

/** The engine as the daemon that holds it sees it: the port of every client, and the ways for it to end. */
export interface EngineHandle extends EngineClient {
  /** Stops everything; resolves when all is confirmed stopped. */
  down(cause: Cause): Promise<void>;
  /** Hands over: stops supervising, persists its state and leaves the services running. */
  release(): Promise<void>;
  /** Resolves once a `down` command was carried out: the daemon ends then. */
  readonly ended: Promise<void>;
}

/** Opens the engine of the fleet at `root`. `log` takes one line for the daemon's own log. */
export type OpenEngine = (options: {
  root: string;
  stateDir: string;
  version: string;
  log: (line: string) => void;
  /** Told whether the sudden death of this process must not leave services running. */
  onWatchdogNeed: (isNeeded: boolean) => void;
}) => Promise<EngineHandle>;
