import type { Failure } from "../../../model/failure.ts";
import type { LogLine } from "../../../model/log.ts";
import type { Explanation, WhyLink } from "../../../model/why.ts";
import type { SourceAddresses } from "../../store/source-links.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, remaining } from "../../text/elapsed.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";
import { outputSpans } from "../build-card/output-spans.ts";

/** UX: the failure card shows this many. */
const lastLines = 20;
const mostRows = 6;

/** The chain of causes, the last words of the runs in it, and what to do next. */
export function whyRows(
  { links, next }: Explanation,
  log: readonly LogLine[],
  width: number,
  now: number,
  theme: Theme,
  addresses: (failure: Failure | null) => SourceAddresses,
): Span[][] {
  const { role, glyphs } = theme;
  return [
    ...links.flatMap((link) => [
      ...linkRows(link, width, now, theme),
      ...outputRows(link, log, theme, addresses(link.failure)),
    ]),
    ...next.map((advice): Span[] => [
      { text: `   ${glyphs.note} `, style: role.good },
      { text: cleanText(advice), style: role.good },
    ]),
  ];
}

function linkRows(link: WhyLink, width: number, now: number, { role, glyphs }: Theme): Span[][] {
  const { depth, subject, text, since, ahead, isBad } = link;
  const margin = " ".repeat(3 + 2 * Math.min(depth, 6));
  const sentence = `${subject === null ? "" : `${subject} `}${cleanText(text)}`;
  const times = [
    ...(since === null ? [] : [`for ${elapsed(since, now)}`]),
    ...(ahead === null ? [] : [`${ahead.what} in ${remaining(ahead.at, now)}`]),
  ].join(", ");
  const room = Math.max(20, width - margin.length - 3);
  const style = isBad ? role.bad : role.plain;
  const rows = wrapLine(sentence, room, mostRows).map((row, index): Span[] => [
    { text: margin },
    { text: index === 0 ? `${isBad ? glyphs.bad : glyphs.dot} ` : "  ", style },
    { text: row, style },
  ]);
  if (times === "") return rows;
  const shown: Span = { text: `  ${times}`, style: role.muted };
  const last = rows.at(-1) ?? [];
  const fits = spansWidth([...last, shown]) <= width;
  return fits ? [...rows.slice(0, -1), [...last, shown]] : [...rows, [{ text: margin }, shown]];
}

/** What a build or its tests printed, or the last lines of the run that the link is about. */
function outputRows(
  { depth, failure, log: run }: WhyLink,
  log: readonly LogLine[],
  theme: Theme,
  addresses: SourceAddresses,
): Span[][] {
  const printed =
    failure !== null && "output" in failure
      ? failure.output
      : log
          .filter((l) => run !== null && l.unit === run.unit && l.generation === run.generation && l.kind === "line")
          .map((l) => l.text);
  const margin = " ".repeat(5 + 2 * Math.min(depth, 6));
  return printed
    .slice(-lastLines)
    .map((text): Span[] => [
      { text: `${margin}${theme.glyphs.bar} `, style: theme.role.bad },
      ...outputSpans(text, addresses, theme.role.plain, theme),
    ]);
}
