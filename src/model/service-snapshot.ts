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
  /** Only with `failed`. */
  failure: Failure | null;
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
  /** In index order; while scaling down there may be more than `scale`. */
  replicas: ReplicaSnapshot[];
}
