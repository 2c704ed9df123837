import { backgroundClock } from "./background-clock.ts";
import type { ProbeAttempt, ProbeResult } from "./probe-attempt.ts";
import type { Probe, ProbeOptions } from "./probe-options.ts";
import { nextProbeStatus, type ProbeStatus, unknownStatus } from "./probe-status.ts";

const firstPauseMs = 10;
const pauseGrowth = 1.5;

/**
 * Makes attempts until it is stopped. Until the first pass, the pauses grow from 10 ms to the interval, so that a
 * service is seen to be ready soon after it is; failures count against the failure threshold only once the pauses are
 * that long, so that a slow start is no failure. Two attempts never overlap.
 */
export function repeatedProbe(attempt: ProbeAttempt, options: ProbeOptions): Probe {
  const { spec, confirm, clock = backgroundClock, onChange, onAttempt } = options;
  let isStopped = false;
  let status: ProbeStatus = unknownStatus;
  let hasPassed = options.isUp ?? false;
  let pauseMs = Math.min(firstPauseMs, spec.intervalMs);
  let current = new AbortController();
  let cancel = clock.after(spec.delayMs, () => void run());

  async function run(): Promise<void> {
    const startedAt = clock.now();
    current = new AbortController();
    const answer = await attempt(current.signal);
    if (isStopped) return;
    const isForeign = answer.passed && status.isPassing !== true && confirm?.() === false;
    const result = isForeign ? { passed: false, detail: "answered by another program" } : answer;
    onAttempt?.(result);
    judge(result);
    if (!isStopped) cancel = clock.after(nextPause(startedAt), () => void run());
  }

  function judge({ passed, detail }: ProbeResult): void {
    const counts = passed || hasPassed || pauseMs >= spec.intervalMs;
    const before = status.isPassing;
    status = counts ? nextProbeStatus(status, passed, spec) : unknownStatus;
    // Who heard of the attempt may have stopped the probe.
    if (status.isPassing === before || status.isPassing === null || isStopped) return;
    hasPassed ||= status.isPassing;
    onChange({ passing: status.isPassing, detail });
  }

  function nextPause(startedAt: number): number {
    if (!hasPassed) {
      const pause = pauseMs;
      pauseMs = Math.min(pauseMs * pauseGrowth, spec.intervalMs);
      return pause;
    }
    // The clock may be set back or forward meanwhile.
    const tookMs = Math.min(Math.max(clock.now() - startedAt, 0), spec.intervalMs);
    return Math.max(spec.intervalMs - tookMs, Math.min(firstPauseMs, spec.intervalMs));
  }

  return {
    stop() {
      isStopped = true;
      current.abort();
      cancel();
    },
  };
}
