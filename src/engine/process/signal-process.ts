/**
 * What became of a signal. `gone`: nobody was there to get it. `denied`: the process belongs to another user.
 */
export type SignalResult = "sent" | "gone" | "denied";

/** Signals one process. The caller has made sure, just before, whom the pid names. */
export function signalProcess(pid: number, signal: NodeJS.Signals): SignalResult {
  // 0 and below would reach groups: our own, or everybody.
  if (!(pid > 1)) throw new RangeError(`no process to signal: ${pid}`);
  return send(pid, signal);
}

/** Signals a process group. The caller has made sure, just before, that a confirmed process is in it. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): SignalResult {
  if (!(pgid > 1)) throw new RangeError(`no group to signal: ${pgid}`);
  return send(-pgid, signal);
}

function send(target: number, signal: NodeJS.Signals): SignalResult {
  try {
    process.kill(target, signal);
    return "sent";
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case "ESRCH":
        return "gone";
      case "EPERM":
        return "denied";
      default:
        throw error;
    }
  }
}
