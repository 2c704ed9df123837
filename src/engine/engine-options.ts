/** What an engine has to be told when it is opened. */
export interface EngineOptions {
  /** Real path of the fleet's root. */
  root: string;
  /** `.orchestra`; must exist. */
  stateDir: string;
  version: string;
  /** Takes a line for the daemon's own log. */
  log: (line: string) => void;
  /** The fork server's program; see process/fork-server. */
  forkServer: string;
  /** Told whether somebody must see to it that a killed daemon's leased services end; see Leases. */
  onWatchdogNeed?: (isNeeded: boolean) => void;
  /** Where the engine for containers is, as `DOCKER_HOST` says it; not there: what our environment says. */
  dockerHost?: string;
  /** It was opened for what a killed daemon left, and is down once that needs nobody any more. */
  endsWhenIdle?: boolean;
  /** See CommandDeskParts. */
  hookPatienceMs?: number;
}
