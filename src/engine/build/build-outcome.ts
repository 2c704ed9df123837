import type { Failure } from "../../model/failure.ts";
import type { ServiceSpec } from "../../model/service.ts";

/** What is asked of the build queue. `env` is what the build's processes get, complete. */
export interface BuildJob {
  service: ServiceSpec;
  env: Record<string, string>;
  /** Builds even where nothing seems to have changed. */
  force: boolean;
}

/** How a build went. */
export type BuildOutcome =
  | {
      ok: true;
      /** Absolute path of the binary; null where the build makes none that Orchestra knows of. */
      artifact: string | null;
      /** How long the last build took, also where none was done now. */
      durationMs: number;
      /** True where nothing had changed since the last build, so that none was done. */
      skipped: boolean;
    }
  | { ok: false; failure: Failure }
  | { ok: false; cancelled: true };

/** A step of a service's build. `since` is milliseconds since the epoch. */
export type BuildChange =
  | { status: "queued"; since: number }
  | { status: "building"; since: number }
  | { status: "ok"; since: number; durationMs: number; skipped: boolean }
  | { status: "failed"; since: number; failure: Failure }
  /** Given up before its end. What was true before it is true again. */
  | { status: "cancelled"; since: number };
