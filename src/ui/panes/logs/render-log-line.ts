import { parseUnitId } from "../../../model/ids.ts";
import type { LogLine } from "../../../model/log.ts";
import { byteSize } from "../../text/amount.ts";
import { displayWidth, fit } from "../../text/display-width.ts";
import { sanitize } from "../../text/sanitize.ts";
import { timeOfDay } from "../../text/time-of-day.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import { styled } from "../../theme/sgr.ts";
import { nameStyle } from "../../theme/theme.ts";
import type { LogLook } from "./log-look.ts";

const minTextWidth = 8;

/** The rows of one line, each at most `look.width` columns: time, unit, separator, text; only text in the rows below the first. */
export function renderLogLine(line: LogLine, look: LogLook): string[] {
  const { theme } = look;
  const { glyphs, role } = theme;
  const time = look.time === "none" ? "" : `${timeOfDay(line.at, look.time === "short")} `;
  const name = fit(line.unit, look.nameWidth, "left", glyphs.ellipsis);
  const bar = line.kind === "run" ? glyphs.runBar : line.stream === "err" ? glyphs.errBar : glyphs.bar;
  const prefixWidth = time.length + look.nameWidth + 3;
  const textWidth = Math.max(minTextWidth, look.width - prefixWidth);

  const head = styled(time, role.muted) + styled(name, nameStyle(theme, look.services, parseUnitId(line.unit).name));
  const separator = ` ${styled(bar, line.stream === "err" ? role.bad : role.edge)} `;
  const rows = textRows(line, look, textWidth);
  const indent = " ".repeat(prefixWidth - 3);
  return rows.map((row, index) => (index === 0 ? head : indent) + separator + row);
}

function textRows(line: LogLine, look: LogLook, width: number): string[] {
  const { glyphs, role, hasColor } = look.theme;
  if (line.kind === "run") {
    const rule = glyphs.rule.repeat(2);
    const [row = ""] = wrapLine(`${rule} ${sanitize(line.text, false)} ${rule}`, width, 1);
    return [styled(row, role.muted)];
  }
  const text = sanitize(line.text, hasColor);
  const cutNote = line.cutBytes > 0 ? styled(` ${glyphs.ellipsis} ${byteSize(line.cutBytes)} cut`, role.muted) : "";
  if (look.isWrapped) return wrapLine(text + cutNote, width).map(closed);
  const [first = "", second] = wrapLine(text + cutNote, width, 2);
  if (second === undefined) return [closed(first)];
  const [shorter = ""] = wrapLine(text, width - displayWidth(glyphs.ellipsis), 1);
  return [`${closed(shorter)}${styled(glyphs.ellipsis, role.muted)}`];
}

/** A row ends with its colours closed, so that nothing of it reaches what is drawn after it. */
function closed(row: string): string {
  return row.includes("\x1b") ? `${row}\x1b[0m` : row;
}
