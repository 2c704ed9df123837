import type { Diagnostic } from "../../../model/diagnostic.ts";
import { cleanText } from "../../text/clean-text.ts";
import { displayWidth } from "../../text/display-width.ts";
import { sanitize } from "../../text/sanitize.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** Rows that one message may take. */
const mostRows = 4;

/** A diagnostic with its place, the line it is about, what is wrong in it underlined, and what to do. */
export function diagnosticLines(diagnostic: Diagnostic, root: string, width: number, theme: Theme): Span[][] {
  const { severity, message, location, hint } = diagnostic;
  const { role, glyphs } = theme;
  const style = severity === "error" ? role.bad : severity === "warning" ? role.warn : role.busy;
  const [first = "", ...rest] = wrapLine(cleanText(message), Math.max(20, width - 4), mostRows);
  const rows: Span[][] = [
    [
      { text: `${severity === "error" ? glyphs.bad : glyphs.note} `, style },
      { text: first, style: role.strong },
    ],
    ...rest.map((text): Span[] => [{ text: "  " }, { text, style: role.strong }]),
  ];
  if (location !== null) {
    const file = location.file.startsWith(`${root}/`) ? location.file.slice(root.length + 1) : location.file;
    rows.push([{ text: `  ${cleanText(file)}:${location.line}:${location.column}`, style: role.key }]);
    rows.push(...excerptLines(location, width, style, theme));
  }
  if (hint !== null) rows.push([{ text: `  ${glyphs.note} ${cleanText(hint)}`, style: role.good }]);
  return rows;
}

function excerptLines(
  { line, column, length, excerpt }: NonNullable<Diagnostic["location"]>,
  width: number,
  style: Span["style"],
  { role, glyphs }: Theme,
): Span[][] {
  if (excerpt.trim() === "") return [];
  const number = String(line);
  const gutter = `  ${number} ${glyphs.bar} `;
  const room = Math.max(10, width - displayWidth(gutter));
  // Far to the right, the line is shown from shortly before the mark.
  const from = column - 1 > room - 10 ? Math.max(0, column - 1 - Math.floor(room / 2)) : 0;
  const shown = (text: string) => sanitize(text.replaceAll("\t", "  "), false);
  const before = shown(excerpt.slice(from, column - 1));
  const marked = Math.max(1, displayWidth(shown(excerpt.slice(column - 1, column - 1 + length))));
  const underline = `${" ".repeat(displayWidth(before))}${"^".repeat(Math.min(marked, room))}`;
  return [
    [{ text: gutter, style: role.muted }, { text: shown(excerpt.slice(from)) }],
    [
      { text: `  ${" ".repeat(number.length)} ${glyphs.bar} `, style: role.muted },
      { text: underline, ...(style === undefined ? {} : { style }) },
    ],
  ];
}
