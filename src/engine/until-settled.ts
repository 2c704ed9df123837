import type { Clock } from "../lib/clock.ts";
import type { OpenEnds } from "./open-ends.ts";

/** What a wait for the end of an undertaking needs of the engine around it. */
export interface SettlingPorts {
  clock: Clock;
  look(): OpenEnds;
  /** Resolves after the next change of anything. */
  nextChange(): Promise<void>;
  /** How long nothing more may be done, where nothing ends within a limit of its own, until the wait is given up. */
  patienceMs: number;
}

/** Whatever comes and goes: more than the longest build and the start after it. */
const mostMs = 60 * 60_000;

/**
 * Waits from the next change on until an undertaking has come to rest. `stalled`: it was given up, since nothing more
 * came to be done; `open` says what it still waits for.
 */
export async function untilSettled(
  ports: SettlingPorts,
): Promise<{ kind: "well" } | { kind: "failed" } | { kind: "stalled"; open: string[] }> {
  const { clock, patienceMs } = ports;
  const beganAt = clock.now();
  let hopedAt = beganAt;
  let done: string | null = null;
  for (;;) {
    const hopesUntil = Math.min(hopedAt + patienceMs, beganAt + mostMs);
    await either(ports.nextChange(), Math.max(0, hopesUntil - clock.now()), clock);
    const ends = ports.look();
    const now = clock.now();
    if (ends.standing !== "busy") return { kind: ends.standing };
    if (ends.isLimited || (done !== null && ends.done !== done)) hopedAt = now;
    done = ends.done;
    if (now >= Math.min(hopedAt + patienceMs, beganAt + mostMs)) return { kind: "stalled", open: ends.open };
  }
}

function either(change: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  void change.then(resolve);
  return promise.finally(cancel);
}
