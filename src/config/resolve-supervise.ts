import type { SupervisePolicy } from "../model/service.ts";
import type { Report } from "./report.ts";
import type { SuperviseInput } from "./service-schema.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** The restart policy where no file says anything. */
export const defaultSupervise: SupervisePolicy = {
  threshold: 5,
  decayMs: 30_000,
  backoffMinMs: 1000,
  backoffMaxMs: 30_000,
  stableMs: 30_000,
  maxFailures: null,
};

/** What `input` at `path` changes about `base`. */
export function resolveSupervise(
  input: SuperviseInput | undefined,
  base: SupervisePolicy,
  source: YamlSource,
  path: Path,
  report: Report,
): SupervisePolicy {
  if (input === undefined) return base;
  // Given one end of the backoff only, the other one moves along where it has to.
  const min = input.backoff?.min ?? Math.min(base.backoffMinMs, input.backoff?.max ?? base.backoffMinMs);
  const max = input.backoff?.max ?? Math.max(base.backoffMaxMs, min);
  if (min > max) {
    report.error(
      "bad-value",
      "the shortest backoff is longer than the longest",
      source.valueAt([...path, "backoff", "min"]),
    );
  }
  return {
    threshold: input.threshold ?? base.threshold,
    decayMs: input.decay ?? base.decayMs,
    backoffMinMs: min,
    backoffMaxMs: max,
    stableMs: input.stable ?? base.stableMs,
    maxFailures: input.max_failures ?? base.maxFailures,
  };
}
