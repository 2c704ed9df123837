import type { Clock } from "../../lib/clock.ts";

/** The system's clock; its timers are no reason for the process to live. */
export const backgroundClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms).unref();
    return () => clearTimeout(timer);
  },
};
