import type { ResolvedEnvironment } from "../config/resolve-environment.ts";

/** What says to which replica a process belongs. */
const markers: ReadonlySet<string> = new Set([
  "ORCHESTRA_FLEET",
  "ORCHESTRA_SERVICE",
  "ORCHESTRA_REPLICA",
  "ORCHESTRA_GENERATION",
]);

/** Set for programs that write into a log file, unless anybody has a say of their own; at a terminal they do harm. */
const logDefaults: ReadonlySet<string> = new Set(["FORCE_COLOR", "PYTHONUNBUFFERED"]);

/**
 * An environment for what is no service: without markers, so that nothing it starts is ever taken for one, and without
 * what only programs that write into a log need.
 */
export function withoutMarkers({ values, origins }: ResolvedEnvironment): Record<string, string> {
  const kept = Object.entries(values).filter(([name]) => {
    return !markers.has(name) && !(logDefaults.has(name) && origins[name] === "orchestra");
  });
  return Object.fromEntries(kept);
}
