import { isAbsolute, relative } from "node:path";
import { formatDuration } from "../../../lib/format-duration.ts";
import type { InspectedPlace, InspectedWatch } from "../../../model/inspection.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

const margin: Span = { text: "   " };
const mostPlaces = 6;
const mostRules = 5;
const mostRows = 2;

/** What of the disk a service follows, how that came about, and what is left out of it. Paths are shown from `root`. */
export function watchRows(watched: InspectedWatch, root: string, width: number, theme: Theme): Span[][] {
  const { folders, files, isMore, polling, places } = watched;
  const { role, glyphs } = theme;
  const least = isMore ? "at least " : "";
  const rows: Span[][] = [
    [
      margin,
      { text: "watches ", style: role.muted },
      { text: `${least}${counted(files, "file")} in ${counted(folders, "folder")}` },
      ...(polling === null
        ? []
        : [{ text: `  looked at every ${formatDuration(polling.everyMs)}: ${polling.why}`, style: role.warn }]),
    ],
  ];
  for (const [because, its] of Map.groupBy(places, (place) => place.because)) {
    const names = its.map((place) => nameOf(place, root));
    add(rows, `${wordsFor[because]} `, shortened(names, mostPlaces, glyphs.dot), width, theme);
  }
  const rules = watched.ignored.map(({ rule, from, count }) => {
    return `${count} by ${rule}${from === "always" ? "" : ` (${from})`}`;
  });
  if (rules.length > 0) add(rows, "ignored ", shortened(rules, mostRules, glyphs.dot), width, theme);
  return rows;
}

const wordsFor = {
  "go list": "by go list",
  folder: "its folder",
  "package.json": "by package.json",
  "watch.paths": "by watch.paths",
} as const satisfies Record<InspectedPlace["because"], string>;

function nameOf({ path, isTree }: InspectedPlace, root: string): string {
  const name = relative(root, path);
  const shown = name === "" ? "." : name.startsWith("..") || isAbsolute(name) ? path : name;
  return isTree ? `${shown}/**` : shown;
}

function shortened(texts: readonly string[], most: number, dot: string): string {
  const more = texts.length > most ? [`${texts.length - most} more`] : [];
  return [...texts.slice(0, most), ...more].join(` ${dot} `);
}

function add(rows: Span[][], label: string, text: string, width: number, { role }: Theme): void {
  const texts = wrapLine(cleanText(text), Math.max(20, width - margin.text.length - label.length - 1), mostRows);
  for (const [index, line] of texts.entries()) {
    const head = index === 0 ? label : " ".repeat(label.length);
    rows.push([margin, { text: head, style: role.muted }, { text: line }]);
  }
}
