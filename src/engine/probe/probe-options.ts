import type { Clock } from "../../lib/clock.ts";
import type { ProbeSpec } from "../../model/service.ts";
import type { ProbeResult } from "./probe-attempt.ts";

export interface ProbeOptions {
  spec: ProbeSpec;
  /** Of the unit: port name → number. */
  ports: Record<string, number>;
  /** The unit's, for exec probes. */
  env: Record<string, string>;
  /** The service's folder, for exec probes. */
  cwd: string;
  /** Calls back with every line of the generation's log, from its first one, until the result is called. */
  watchLines: (onLine: (line: string) => void) => () => void;
  /**
   * Whether it was the unit that answered. Asked after a success that could make the probe pass, not while it passes;
   * a success that is not confirmed is a failure. Not asked for log lines.
   */
  confirm?: () => boolean;
  /** What is probed has been up before: attempts come at the interval, and failures count, from the first one. */
  isUp?: boolean;
  clock?: Clock;
  /** The first verdict and every change of it. */
  onChange: (verdict: { passing: boolean; detail: string }) => void;
  /** Every attempt, for those who wait and want to know why. */
  onAttempt?: (result: ProbeResult) => void;
}

export interface Probe {
  /** Nothing is said after this; an attempt under way is given up. */
  stop(): void;
}
