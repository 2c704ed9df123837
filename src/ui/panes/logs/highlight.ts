import { fairCpuMs, isPlainPattern, lineLimitMs } from "../../../lib/pattern-limits.ts";
import { timeBoxed } from "../../../lib/time-boxed.ts";

const sgr = /\x1b\[[\d;]*m/g;

/** More than these in one line are not marked: a line of 64 KB may match everywhere. */
const mostMarks = 200;

/**
 * A sanitized line with its matches between `on` and the colours that the line has there by itself. What it shows stays the same, character for
 * character. A pattern that takes too long is not marked to the end.
 */
export function highlight(text: string, expression: RegExp, on: string): string {
  const ranges = matchesIn(text.replace(sgr, ""), expression);
  if (ranges.length === 0) return text;
  let shown = "";
  let open = "";
  let at = 0;
  let next = 0;
  const isInside = () => at > (ranges[next]?.from ?? Number.POSITIVE_INFINITY);

  const addText = (piece: string) => {
    for (let rest = piece; rest !== ""; ) {
      const range = ranges[next];
      const until = range === undefined ? at + rest.length : at < range.from ? range.from : range.to;
      const part = rest.slice(0, until - at);
      if (range !== undefined && at === range.from) shown += on;
      shown += part;
      at += part.length;
      rest = rest.slice(part.length);
      if (range !== undefined && at === range.to) {
        shown += `\x1b[0m${open}`;
        next += 1;
      }
    }
  };
  let from = 0;
  for (const { 0: code, index } of text.matchAll(sgr)) {
    addText(text.slice(from, index));
    from = index + code.length;
    open = /^\x1b\[0?m$/.test(code) ? "" : open + code;
    shown += isInside() ? code + on : code;
  }
  addText(text.slice(from));
  return shown;
}

/** The last pattern that took too long for a line: no more of it is marked, or each line would take as long. */
let tooSlow = "";

function matchesIn(plain: string, expression: RegExp): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  const look = (): void => {
    for (const { 0: match, index } of plain.matchAll(expression)) {
      if (match === "") continue;
      ranges.push({ from: index, to: index + match.length });
      if (ranges.length >= mostMarks) break;
    }
  };
  const { source } = expression;
  if (isPlainPattern(source)) look();
  else if (source !== tooSlow) {
    const { isDone, cpuMs } = timeBoxed(lineLimitMs, look);
    if (!isDone && cpuMs >= fairCpuMs) tooSlow = source;
  }
  return ranges;
}
