import type { LogLine } from "../../model/log.ts";
import type { RawLine } from "./line-splitter.ts";
import type { LogFile } from "./log-file.ts";

/** Before the lines of a run, one of them, or after them; orders what has the same time. */
const ranks = { begin: 0, line: 1, end: 2 } as const;

/** A line or a separator in its place, not decoded yet. */
export interface LogItem {
  file: LogFile;
  kind: keyof typeof ranks;
  at: number;
  /** Where it starts; going backward, what is left ends at or before it. */
  offset: number;
  /** See `LogPosition`. */
  end: number;
  raw: RawLine | null;
  isPartial: boolean;
}

/** The separator before a run's first line. */
export function beginItem(file: LogFile): LogItem {
  return { file, kind: "begin", at: file.startedAt, offset: -1, end: 0, raw: null, isPartial: false };
}

/** The separator after a run's last line. */
export function endItem(file: LogFile): LogItem {
  return {
    file,
    kind: "end",
    at: file.newestAt,
    offset: file.size + 1,
    end: file.size + 2,
    raw: null,
    isPartial: false,
  };
}

/** The order of the merged log: by time, and where that is equal the same order every time. */
export function compareItems(a: LogItem, b: LogItem): number {
  if (a.at !== b.at) return a.at - b.at;
  const left = a.file;
  const right = b.file;
  if (left.run.unit !== right.run.unit) return left.run.unit < right.run.unit ? -1 : 1;
  return (
    left.run.generation - right.run.generation ||
    ranks[a.kind] - ranks[b.kind] ||
    (left.stream === right.stream ? 0 : left.stream === "out" ? -1 : 1) ||
    a.offset - b.offset
  );
}

/** The item as clients see it. */
export function toLogLine(item: LogItem): LogLine {
  const { unit, generation } = item.file.run;
  return {
    unit,
    generation,
    offset: item.offset,
    at: item.at,
    stream: item.file.stream,
    kind: item.kind === "line" ? "line" : "run",
    text: textOf(item),
    isPartial: item.isPartial,
    cutBytes: item.raw?.cutBytes ?? 0,
  };
}

function textOf(item: LogItem): string {
  const run = `run ${item.file.run.generation}`;
  if (item.kind === "begin") return run;
  if (item.kind === "end") return item.file.endNote === "" ? `${run} ended` : `${run} ended: ${item.file.endNote}`;
  return item.raw?.bytes.toString("utf8") ?? "";
}
