import { parseUnitId } from "../../../model/ids.ts";
import type { LogLine } from "../../../model/log.ts";
import type { LogPattern } from "../../state/log-pattern.ts";
import { expressionOf } from "../../state/log-pattern.ts";
import { byteSize } from "../../text/amount.ts";
import { displayWidth, fit } from "../../text/display-width.ts";
import { sanitize } from "../../text/sanitize.ts";
import { timeOfDay } from "../../text/time-of-day.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import { styled } from "../../theme/sgr.ts";
import type { Style } from "../../theme/style.ts";
import { nameStyle } from "../../theme/theme.ts";
import { highlight } from "./highlight.ts";
import type { LogLook } from "./log-look.ts";

const minTextWidth = 8;

/** What is marked in a line; `isCurrent`: it is the one that was jumped to. */
export interface LineMark {
  pattern: LogPattern;
  isCurrent: boolean;
}

/** The rows of one line, each at most `look.width` columns: time, unit, separator, text; only text in the rows below the first. */
export function renderLogLine(line: LogLine, look: LogLook, mark: LineMark | null = null): string[] {
  const { theme } = look;
  const { glyphs, role } = theme;
  const time = look.time === "none" ? "" : `${timeOfDay(line.at, look.time === "short")} `;
  const { name: owner } = parseUnitId(line.unit);
  const name = fit(look.vendors.has(owner) ? owner : line.unit, look.nameWidth, "left", glyphs.ellipsis);
  const bar = line.kind === "run" ? glyphs.runBar : line.stream === "err" ? glyphs.errBar : glyphs.bar;
  const prefixWidth = time.length + look.nameWidth + displayWidth(bar) + 2;
  const textWidth = Math.max(minTextWidth, look.width - prefixWidth);

  const head = styled(time, role.muted) + styled(name, nameStyle(theme, look.services, owner));
  const separator = ` ${styled(bar, line.stream === "err" ? role.bad : role.edge)} `;
  const rows = textRows(line, look, textWidth, mark);
  const indent = " ".repeat(time.length + look.nameWidth);
  return rows.map((row, index) => (index === 0 ? head : indent) + separator + row);
}

function textRows(line: LogLine, look: LogLook, width: number, mark: LineMark | null): string[] {
  const { glyphs, role, hasColor } = look.theme;
  if (line.kind === "run") {
    const rule = glyphs.rule.repeat(2);
    const style = runStyle(line.text, look);
    const text = marked(styled(`${rule} ${sanitize(line.text, false)} ${rule}`, style), look, mark);
    const [row = ""] = wrapLine(text, width, 1);
    return [closed(row)];
  }
  const text = marked(sanitize(line.text, hasColor), look, mark);
  const cutNote = line.cutBytes > 0 ? styled(` ${glyphs.ellipsis} ${byteSize(line.cutBytes)} cut`, role.muted) : "";
  if (look.isWrapped) return wrapLine(text + cutNote, width).map(closed);
  const [first = "", second] = wrapLine(text + cutNote, width, 2);
  if (second === undefined) return [closed(first)];
  const [shorter = ""] = wrapLine(text, width - displayWidth(glyphs.ellipsis), 1);
  return [`${closed(shorter)}${styled(glyphs.ellipsis, role.muted)}`];
}

/** A run that ended well, or because it was told to, is nothing to look at. */
function runStyle(text: string, { theme: { role } }: LogLook): Style {
  const ended = /ended: (.*)$/.exec(text)?.[1];
  if (ended === undefined || /^exit 0\b|^SIG(TERM|INT)\b/.test(ended)) return role.muted;
  return ended.startsWith("exit unknown") ? role.warn : role.bad;
}

function marked(text: string, { theme }: LogLook, mark: LineMark | null): string {
  if (mark === null) return text;
  const style = mark.isCurrent ? theme.role.choice : { ...theme.role.warn, isInverse: true };
  return highlight(text, expressionOf(mark.pattern), openingOf(style));
}

/** The sequence that a style begins with. */
function openingOf(style: Style): string {
  return styled("x", style).split("x")[0] ?? "";
}

/** A row ends with its colours closed, so that nothing of it reaches what is drawn after it. */
function closed(row: string): string {
  return row.includes("\x1b") ? `${row}\x1b[0m` : row;
}
