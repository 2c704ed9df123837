import { rmSync } from "node:fs";
import { mkdtemp, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineClient } from "../../model/client.ts";
import type { LogCursor, LogPage } from "../../model/log.ts";
import type { LogPattern } from "../state/log-pattern.ts";
import { fileLines } from "./log-text.ts";

/** A log as a file of its own, for as long as somebody reads it. */
export interface ExportedLog {
  path: string;
  /** The log is longer: these are its newest lines. */
  isCut: boolean;
  remove(): void;
}

/** Which lines, and what they are the log of. */
interface ExportedTab {
  units: string[];
  /** Names of all vendors of the fleet. */
  vendors: ReadonlySet<string>;
  filter: LogPattern | null;
  name: string;
}

/** What a pager opens without a pause. */
const mostLines = 100_000;
const pageLines = 5000;

/** Writes what a tab shows, up to the newest hundred thousand lines, to a file that only the user can read. Rejects where it cannot. */
export async function exportLog(
  client: EngineClient,
  { units, vendors, filter, name }: ExportedTab,
  signal: AbortSignal,
): Promise<ExportedLog> {
  const pages: string[][] = [];
  let count = 0;
  let from: LogCursor | "end" = "end";
  let isCut = false;
  for (;;) {
    const matching = filter === null ? {} : { grep: filter.source, ignoreCase: filter.ignoreCase };
    const page: LogPage = await client.readLogs(
      { units, from, direction: "backward", limit: pageLines, ...matching },
      signal,
    );
    signal.throwIfAborted();
    pages.unshift(fileLines(page.lines, vendors));
    count += page.lines.length;
    isCut = count >= mostLines && !page.atStart;
    if (page.atStart || isCut || page.before === from) break;
    from = page.before;
  }
  const folder = await mkdtemp(join(tmpdir(), "orchestra-log-"));
  const path = join(folder, `${name.replace(/[^\w.-]+/g, "-")}.log`);
  // At once, since the dashboard may be on its way out.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const file = await open(path, "wx", 0o600);
    try {
      for (const lines of pages) await file.write(lines.map((line) => `${line}\n`).join(""));
    } finally {
      await file.close();
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { path, isCut, remove };
}
