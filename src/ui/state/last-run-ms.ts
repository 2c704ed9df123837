import type { BuildState } from "../../model/service-snapshot.ts";

/** How long what a service's build is at took the last time, in milliseconds: its tests, else the build; null before the first. */
export function lastRunMs({ status, lastMs, lastTestMs }: BuildState): number | null {
  return status === "testing" ? (lastTestMs ?? null) : lastMs;
}
