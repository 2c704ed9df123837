import { formatDuration } from "../../lib/format-duration.ts";
import type { Explanation, WhyLink } from "../../model/why.ts";
import { paint } from "./paint.ts";
import { printable, printableWords } from "./printable.ts";

/**
 * An explanation as text: a line for each link, indented by its depth, under it what the program or its build wrote last.
 *
 * @param lines of each link's run, as the program wrote them; a build's are in its failure.
 */
export function formatWhy(
  { links, next }: Explanation,
  lines: ReadonlyMap<WhyLink, readonly string[]>,
  now: number,
  hasColor: boolean,
): string {
  const text = links.map((link) => {
    const indent = "  ".repeat(link.depth);
    const quoted = (lines.get(link) ?? []).map(
      (line) => `${indent}  ${paint(hasColor, "dim", "│")} ${printable(line, hasColor)}\n`,
    );
    return `${indent}${headOf(link, now, hasColor)}\n${quoted.join("")}`;
  });
  const advice = next.map((step) => `  ${paint(hasColor, "dim", "next:")} ${printableWords(step)}\n`);
  return text.join("") + advice.join("");
}

function headOf({ subject, text, isBad, since, at, ahead }: WhyLink, now: number, hasColor: boolean): string {
  const who = subject === null ? "" : `${paint(hasColor, "bold", subject)} `;
  const what = printableWords(text);
  const times = [
    ...(since === null ? [] : [`for ${formatDuration(now - since)}`]),
    ...(at === null ? [] : [`${formatDuration(now - at)} ago`]),
    ...(ahead === null ? [] : [`${ahead.what} in ${formatDuration(ahead.at - now)}`]),
  ];
  const when = times.length === 0 ? "" : paint(hasColor, "dim", ` (${times.join(", ")})`);
  return `${who}${isBad ? paint(hasColor, "red", what) : what}${when}`;
}
