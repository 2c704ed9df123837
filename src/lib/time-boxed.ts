import { type Context, constants, createContext, Script } from "node:vm";

/** How long work may take that does not end by itself. */
export interface TimeBoxed {
  /** False where it was cut off, anywhere in the middle of it. */
  isDone: boolean;
  /** Milliseconds of a core that it had; less than the limit where others had the cores meanwhile. */
  cpuMs: number;
}

const box = new Script("work()");
let context: Context | null = null;

/**
 * Runs synchronous work for at most `limitMs`, and then cuts it off, inside a regular expression too, which nothing else
 * in a thread can do: a pattern like `(a+)+$` may take years for a line. No `finally` of it runs then, so it is to
 * change nothing but what may stay half done. A call costs some 0.1 ms, a thread that watches it: few calls with much
 * work each are what it is for. (A worker would cost megabytes and a turn of the event loop for each answer; V8's engine
 * without backtracking is an experiment and knows neither lookaround nor references back.)
 */
export function timeBoxed(limitMs: number, work: () => void): TimeBoxed {
  context ??= createContext(constants.DONT_CONTEXTIFY);
  const before = cpuMs();
  context.work = work;
  try {
    box.runInContext(context, { timeout: limitMs });
    return { isDone: true, cpuMs: cpuMs() - before };
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return { isDone: false, cpuMs: cpuMs() - before };
  } finally {
    context.work = null;
  }
}

function isTimeout(error: unknown): boolean {
  // Made in the box, it is no Error of ours.
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

/** That this thread has had; where Node does not know (before 23.9), that the process has had. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
