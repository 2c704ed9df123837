import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { InspectedIgnore, InspectedWatch } from "../../model/inspection.ts";
import type { WatchPart } from "./watch-part.ts";

/** What is there of a service's sources. */
export type SurveyResult = Pick<InspectedWatch, "folders" | "files" | "ignored" | "isMore">;

interface Survey {
  parts: ReadonlyMap<string, WatchPart>;
  at: number;
  result: Promise<SurveyResult>;
}

/** Whoever looks asks every other second. */
const keptMs = 10_000;
/** More files and folders than that are not looked through for somebody who wants to know roughly. */
const mostEntries = 30_000;

/**
 * Counts what a service is made of, and what rules leave out of it. Nothing of that is kept while files change: it is
 * looked through when somebody asks.
 */
export class SourceSurvey {
  readonly #clock: Clock;
  readonly #surveys = new Map<string, Survey>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the parts of `service` have in them, some seconds old at most. Never rejects. */
  of(service: string, parts: ReadonlyMap<string, WatchPart>): Promise<SurveyResult> {
    const now = this.#clock.now();
    const last = this.#surveys.get(service);
    if (last !== undefined && last.parts === parts && now - last.at < keptMs) return last.result;
    const result = survey([...parts.values()].filter(({ isOfRules }) => !isOfRules));
    this.#surveys.set(service, { parts, at: now, result });
    return result;
  }

  forget(service: string): void {
    this.#surveys.delete(service);
  }
}

async function survey(parts: readonly WatchPart[]): Promise<SurveyResult> {
  const folders = new Set<string>();
  const files = new Set<string>();
  const ignored = new Map<string, { of: InspectedIgnore; paths: Set<string> }>();
  let left = mostEntries;
  const note = (part: WatchPart, path: string, isFolder: boolean): void => {
    const reason = part.reasonFor(path, isFolder);
    // What is in the config is followed as such.
    if (reason === null || reason.from === "config") return;
    const key = `${reason.from}\0${reason.rule}`;
    const known = ignored.get(key) ?? { of: { rule: reason.rule, from: reason.from, count: 0 }, paths: new Set() };
    known.paths.add(path);
    ignored.set(key, known);
  };
  const walk = async (part: WatchPart, folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (entries === null) return;
    folders.add(folder);
    for (const entry of entries) {
      left -= 1;
      if (left < 0) return;
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) {
        if (part.kindOf(path) === null) note(part, path, false);
        else files.add(path);
      } else if (part.reach === "tree") {
        if (part.wantsFolder(path)) await walk(part, path);
        else note(part, path, true);
      }
    }
  };
  for (const part of parts) {
    if (part.reach !== "file") await walk(part, part.path);
    else if (part.kindOf(part.path) !== null) files.add(part.path);
  }
  return {
    folders: folders.size,
    files: files.size,
    ignored: [...ignored.values()]
      .map(({ of, paths }) => ({ ...of, count: paths.size }))
      .sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1)),
    isMore: left < 0,
  };
}
