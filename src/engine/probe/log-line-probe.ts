import { stripVTControlCharacters } from "node:util";
import { backgroundClock } from "./background-clock.ts";
import type { Probe, ProbeOptions } from "./probe-options.ts";

/** Passes once, at the first line that matches `pattern` (colours do not count), and never fails. */
export function logLineProbe(
  pattern: string,
  { spec, clock = backgroundClock, watchLines, onChange, onAttempt }: ProbeOptions,
): Probe {
  const expression = new RegExp(pattern);
  const startedAt = clock.now();
  let isOver = false;
  let cancel = () => {};
  let unwatch: (() => void) | null = null;
  const onLine = (line: string): void => {
    const text = stripVTControlCharacters(line);
    if (isOver || !expression.test(text)) return;
    isOver = true;
    // A source may call back before it has returned how to stop it.
    unwatch?.();
    const result = { passed: true, detail: shorten(text.trim()) };
    const pass = () => {
      onAttempt?.(result);
      onChange({ passing: true, detail: result.detail });
    };
    const restMs = spec.delayMs - (clock.now() - startedAt);
    if (restMs > 0) cancel = clock.after(restMs, pass);
    else pass();
  };
  const stopWatching = watchLines(onLine);
  if (isOver) stopWatching();
  else unwatch = stopWatching;
  return {
    stop() {
      cancel();
      if (!isOver) stopWatching();
      isOver = true;
    },
  };
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
