import { formatDuration } from "../../lib/format-duration.ts";

/**
 * What one attempt of a probe came to. `detail` is a few words: `http 503`, `connection refused`, `timed out after
 * 2s`.
 */
export interface ProbeResult {
  passed: boolean;
  detail: string;
}

/**
 * One attempt. Resolves within the timeout, never rejects, and lets go of everything as soon as `signal` is aborted.
 */
export type ProbeAttempt = (signal: AbortSignal) => Promise<ProbeResult>;

/** The result of an attempt that had no answer in time. */
export function timedOut(timeoutMs: number): ProbeResult {
  return { passed: false, detail: `timed out after ${formatDuration(timeoutMs).replace(".0s", "s")}` };
}
