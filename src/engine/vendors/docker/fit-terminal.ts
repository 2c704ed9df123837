import type { Clock } from "../../../lib/clock.ts";
import { FreshRuns } from "../../../lib/fresh-runs.ts";
import type { ExecEnds } from "../exec-ends.ts";

/** A size in characters. */
export interface TerminalSize {
  rows: number;
  columns: number;
}

/** Ten tries are a second. */
const stepMs = 20;
const mostTries = 20;

/**
 * Keeps the size inside like that outside, until the result is called. Sizes are asked for one after another, so that the last
 * one stays. An engine may refuse in the moment in which the command begins, so what is refused is tried again for some
 * seconds, as Docker's own client does. Where the command has ended, there is nothing to fit.
 *
 * @param resize resolves to false where the engine refuses
 */
export function fitTerminal(
  terminal: NonNullable<ExecEnds["terminal"]>,
  resize: (size: TerminalSize) => Promise<boolean>,
  clock: Clock,
): () => void {
  let isOver = false;
  const fits = new FreshRuns(async () => {
    for (let tries = 1; tries <= mostTries && !isOver; tries++) {
      if (await resize(terminal.size())) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      clock.after(tries * stepMs, resolve);
      await promise;
    }
  });
  const fit = (): void => void fits.run();
  fit();
  const unlisten = terminal.onResize(fit);
  return () => {
    isOver = true;
    unlisten();
  };
}
