/** How many results in a row it takes to change a verdict. Both at least 1. */
export interface ProbeThresholds {
  successThreshold: number;
  failureThreshold: number;
}

/** What the attempts so far amount to. */
export interface ProbeStatus {
  /** The verdict; null before the first. */
  isPassing: boolean | null;
  /** Results in a row that speak against the verdict, or for a first one. */
  streak: number;
  /** Of which kind they are. */
  streakPassed: boolean;
}

export const unknownStatus: ProbeStatus = { isPassing: null, streak: 0, streakPassed: false };

/** The status after one more attempt. Pure. */
export function nextProbeStatus(status: ProbeStatus, passed: boolean, thresholds: ProbeThresholds): ProbeStatus {
  if (status.isPassing === passed) return { isPassing: passed, streak: 0, streakPassed: passed };
  const streak = status.streakPassed === passed ? status.streak + 1 : 1;
  const needed = passed ? thresholds.successThreshold : thresholds.failureThreshold;
  if (streak >= needed) return { isPassing: passed, streak: 0, streakPassed: passed };
  return { isPassing: status.isPassing, streak, streakPassed: passed };
}
