import type { LogCursor, LogLine } from "../../model/log.ts";
import { formatTimestamp } from "../output/format-timestamp.ts";
import { printable } from "../output/printable.ts";
import type { LogSource } from "../read-log-pages.ts";

/** Of one unit's log, about so much is kept, from its end. */
const mostCharacters = 4_000_000;
/** What is longer is no line for a reader. */
const longestLine = 8_000;
const pageLines = 2000;

/** What a unit has written since a moment, oldest first, each line with its time; of a very long log its end. */
export async function readLogText(source: LogSource, unit: string, since: number): Promise<string> {
  const pages: string[] = [];
  let size = 0;
  let from: LogCursor | "end" = "end";
  for (;;) {
    const page = await source.readLogs({ units: [unit], from, direction: "backward", limit: pageLines, since });
    const text = page.lines.map(formatLine).join("");
    pages.unshift(text);
    size += text.length;
    if (page.atStart || page.lines.length === 0) return pages.join("");
    if (size > mostCharacters) return `… what is older is left out: orchestra logs ${unit}\n${pages.join("")}`;
    from = page.before;
  }
}

function formatLine({ at, kind, stream, text, cutBytes }: LogLine): string {
  if (kind === "run") return `${formatTimestamp(at)} ── ${text} ──\n`;
  const isLong = text.length > longestLine;
  const start = printable(text.slice(0, longestLine), false);
  const shown = isLong ? `${start} … ${text.length - longestLine} more characters` : start;
  const cut = cutBytes === 0 ? "" : ` … ${cutBytes} more bytes`;
  return `${formatTimestamp(at)} ${stream === "err" ? "┃" : "│"} ${shown}${cut}\n`;
}
