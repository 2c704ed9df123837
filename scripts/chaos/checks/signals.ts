import { type Violation, violations } from "./violation.ts";

/**
 * A generation gets one stop signal from each daemon that lived beside it, by what its programs printed: each counts its
 * own, as in "SIGTERM 1" or "child SIGTERM 1".
 */
export function checkSignals(what: string, lines: readonly string[], daemons: number): Violation[] {
  const counts = lines.flatMap((line) => /\bSIGTERM (\d+)$/.exec(line)?.[1] ?? []).map(Number);
  const most = Math.max(0, ...counts);
  const evidence = `${what} got ${most} stop signals from ${daemons === 1 ? "one daemon" : `${daemons} daemons`}`;
  return violations("one stop signal for each generation and daemon", most > daemons ? [evidence] : []);
}
