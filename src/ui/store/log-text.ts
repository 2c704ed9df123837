import { parseUnitId } from "../../model/ids.ts";
import type { LogLine } from "../../model/log.ts";
import { sanitize } from "../text/sanitize.ts";
import { timeOfDay } from "../text/time-of-day.ts";

/** Lines as they were written, whole, without colours or anything that is ours; separators between runs are left out. */
export function plainLines(lines: Iterable<LogLine>): string[] {
  return [...lines].filter(({ kind }) => kind === "line").map(({ text }) => sanitize(text, false));
}

/** Lines for a file that somebody reads: with times and units (vendors by their name alone), and the separators between runs. */
export function fileLines(lines: Iterable<LogLine>, vendors: ReadonlySet<string>): string[] {
  return [...lines].map(({ at, unit: id, kind, stream, text }) => {
    const { name } = parseUnitId(id);
    const unit = vendors.has(name) ? name : id;
    const bar = kind === "run" ? "--" : stream === "err" ? "!" : "|";
    const content = sanitize(text, false);
    return `${timeOfDay(at, false)} ${unit} ${bar} ${kind === "run" ? `${content} --` : content}`;
  });
}
