import type { Cause } from "./cause.ts";
import type { Failure } from "./failure.ts";
import type { ReplicaSnapshot } from "./replica.ts";
import type { Dependency } from "./service.ts";

export type BuildStatus = "none" | "queued" | "building" | "testing" | "ok" | "failed";

/** The service's other dimension, beside its replicas' phases. */
export interface BuildState {
  status: BuildStatus;
  /** When this status began, milliseconds since the epoch. */
  since: number;
  /** How long the last build that succeeded took; null before the first. */
  lastMs: number | null;
  /** Only with `testing`: how long the tests before took, run to their end; not there before the first. */
  lastTestMs?: number;
  /** Only with `failed`. */
  failure: Failure | null;
  /** Why it was built, or is being built; not there before the first build. */
  cause?: Cause;
  /** Only with `ok`: it made the very program that runs, so nothing was restarted. */
  isUnchanged?: boolean;
  /** Only with `ok` and `failed`: what the tests of this build came to; not there where none were run. */
  tests?: TestCounts;
}

/** Tests of one run. Null where the command does not tell. */
export interface TestCounts {
  passed: number | null;
  failed: number | null;
  skipped: number | null;
  ms: number;
}

/** How a service follows its sources. */
export interface RerunState {
  /** It is built, and replaced, when what it is made of changes. */
  isOn: boolean;
  /** Its tests are run before it is replaced. */
  withTests: boolean;
  /** Why it is not watched though it is on, as a sentence: a shortage of watches, a service that writes into its own folder. */
  trouble: string | null;
  /** The program that ran before the one that runs now is kept, and can be gone back to. */
  canGoBack: boolean;
}

/** A service as every client sees it. Its own status is derived from this by selectors, never stored. */
export interface ServiceSnapshot {
  name: string;
  dir: string;
  /** How it runs, as a person would read it. */
  command: string;
  wanted: "running" | "stopped";
  /** Replicas asked for. */
  scale: number;
  oneshot: boolean;
  autostart: boolean;
  dependsOn: Dependency[];
  profiles: string[];
  build: BuildState;
  /** Not there where there is nothing to follow: no sources that Orchestra knows of. */
  rerun?: RerunState;
  /** Only there for a vendor. */
  vendor?: { image: string; isOptional: boolean; isKept: boolean };
  /** In index order; while scaling down there may be more than `scale`. */
  replicas: ReplicaSnapshot[];
}
