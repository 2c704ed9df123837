import type { InspectedVariable } from "../../../model/inspection.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { aligned } from "./aligned.ts";

const widestName = 32;
const originWidth = 24;

/** The environment: what the fleet's files say first, what came with the shell after it. Rows of secrets can be chosen. */
export function environmentRows(
  variables: readonly InspectedVariable[],
  revealed: ReadonlyMap<string, string>,
  chosen: string | null,
  width: number,
  { role, glyphs }: Theme,
): { rows: Span[][]; secrets: { name: string; row: number }[] } {
  const isOfShell = (variable: InspectedVariable) => variable.origin === "shell";
  const sorted = [...variables.filter((v) => !isOfShell(v)), ...variables.filter(isOfShell)];
  const valueWidth = Math.max(12, width - widestName - originWidth - 8);
  const cells = sorted.map(({ name, value, origin, isSecret }): Span[] => {
    const isChosen = name === chosen;
    const shown = revealed.get(name);
    return [
      { text: `${isChosen ? glyphs.cursor : " "} ${cleanText(name)}`, style: isChosen ? role.cursor : role.key },
      {
        text: cleanText(shown ?? value),
        style: shown !== undefined ? role.warn : isSecret ? role.muted : role.plain,
      },
      { text: cleanText(origin), style: role.muted },
    ];
  });
  const secrets = sorted.flatMap(({ name, isSecret }, row) => (isSecret ? [{ name, row }] : []));
  return {
    rows: aligned(cells, [widestName, valueWidth], glyphs.ellipsis).map((row) => [{ text: " " }, ...row]),
    secrets,
  };
}
