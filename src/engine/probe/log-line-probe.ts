import { stripVTControlCharacters } from "node:util";
import { LineMatcher } from "../../lib/line-matcher.ts";
import { PatternTooSlow } from "../../lib/pattern-too-slow.ts";
import { backgroundClock } from "./background-clock.ts";
import type { Probe, ProbeOptions } from "./probe-options.ts";

/** An expression that is this many lines behind will not be in time. */
const mostWaiting = 20_000;

/**
 * Passes once, at the first line that matches `pattern` (colours do not count). It fails only where the pattern takes too
 * long, and then for good: the lines are the daemon's to look at, which has other things to do.
 */
export function logLineProbe(
  pattern: string,
  { spec, clock = backgroundClock, watchLines, onChange, onAttempt }: ProbeOptions,
): Probe {
  const matcher = new LineMatcher(pattern, false);
  const startedAt = clock.now();
  /** Lines that come together are looked at together. */
  let waiting: string[] = [];
  let isOver = false;
  let cancel = () => {};
  const end = (): void => {
    isOver = true;
    waiting = [];
    stopWatching();
  };
  const say = (passed: boolean, detail: string): void => {
    onAttempt?.({ passed, detail });
    onChange({ passing: passed, detail });
  };
  const look = (): void => {
    try {
      const verdicts = matcher.matchSome(waiting);
      const found = waiting[verdicts.indexOf(true)];
      if (found !== undefined) matched(found);
      else waiting = waiting.slice(verdicts.length);
      if (waiting.length > mostWaiting) throw new PatternTooSlow(pattern);
    } catch (error) {
      if (!(error instanceof PatternTooSlow)) throw error;
      end();
      say(false, error.message);
    }
    if (waiting.length > 0) setImmediate(look);
  };
  const matched = (line: string): void => {
    end();
    const detail = shorten(stripVTControlCharacters(line).trim());
    const restMs = spec.delayMs - (clock.now() - startedAt);
    if (restMs > 0) cancel = clock.after(restMs, () => say(true, detail));
    else say(true, detail);
  };
  const stopWatching = watchLines((line) => {
    if (isOver) return;
    waiting.push(line);
    // Never before the source has returned how to stop it.
    if (waiting.length === 1) queueMicrotask(look);
  });
  return {
    stop() {
      cancel();
      if (!isOver) end();
    },
  };
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
