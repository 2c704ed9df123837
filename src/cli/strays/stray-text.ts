import { formatDuration } from "../../lib/format-duration.ts";
import { type Stray, strayTitle } from "../../model/stray.ts";
import { standingWords, strayFacts } from "../../model/stray-words.ts";
import { wrapLine } from "../../ui/text/wrap-line.ts";
import type { Output } from "../output/output.ts";
import { type Paint, paint } from "../output/paint.ts";
import { printableWords } from "../output/printable.ts";

const indent = 2;
const aboutWidth = 10;
/** Below this a column of text cannot be read. */
const leastRoom = 24;

const standingPaints: Readonly<Record<Stray["standing"], Paint>> = {
  asked: "yellow",
  ignored: "dim",
  stopping: "cyan",
};

/** Strays with their evidence, a block each. On a terminal no line is wider than that. */
export function formatStrays(
  strays: readonly Stray[],
  now: number,
  output: Pick<Output, "hasColor" | "isTty" | "columns">,
): string {
  return strays.map((stray) => formatStray(stray, now, output)).join("\n");
}

function formatStray(
  stray: Stray,
  now: number,
  { hasColor, isTty, columns }: Pick<Output, "hasColor" | "isTty" | "columns">,
): string {
  const { service, standing, startedAt } = stray;
  const room = isTty ? Math.max(leastRoom, columns - indent - aboutWidth) : Number.POSITIVE_INFINITY;
  const lines = strayFacts(stray).flatMap(({ about, text, isWarning }) =>
    wrapLine(printableWords(text), room).map((row, index) => {
      const label = paint(hasColor, "dim", (index === 0 ? about : "").padEnd(aboutWidth));
      return `${" ".repeat(indent)}${label}${isWarning ? paint(hasColor, "yellow", row) : row}\n`;
    }),
  );
  const head = [
    paint(hasColor, "bold", printableWords(strayTitle(stray))),
    paint(hasColor, "bold", service),
    `started ${formatDuration(now - startedAt)} ago`,
    paint(hasColor, standingPaints[standing], standingWords[standing]),
  ];
  return `${head.join("  ")}\n${lines.join("")}`;
}
