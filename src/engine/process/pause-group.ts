import { isSameProcess, type ProcessIdentity } from "./identity.ts";
import { isLeaderCertain, type Leader } from "./leader.ts";
import { readProcess } from "./process-table.ts";
import { type SignalResult, signalGroup, signalProcess } from "./signal-process.ts";

/**
 * SIGSTOP to the group that a unit's leader leads; to the leader alone where it is in somebody else's. `gone` where the
 * leader does not certainly live. What left the group for a session of its own runs on.
 */
export function pauseGroup(leader: Leader): SignalResult {
  return signal(leader, "SIGSTOP");
}

/** SIGCONT to the same. */
export function resumeGroup(leader: Leader): SignalResult {
  return signal(leader, "SIGCONT");
}

/** True where a process stands still because of SIGSTOP, whoever sent it. */
export function isPaused(identity: ProcessIdentity): boolean {
  const process = readProcess(identity.pid);
  return process?.state === "T" && isSameProcess(identity, process);
}

function signal(leader: Leader, name: "SIGSTOP" | "SIGCONT"): SignalResult {
  if (!isLeaderCertain(leader)) return "gone";
  const { pid, pgid } = leader.identity;
  return pid === pgid ? signalGroup(pgid, name) : signalProcess(pid, name);
}
