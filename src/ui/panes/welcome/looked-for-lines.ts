import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** Where services were looked for, and how to make one. */
export function lookedForLines(root: string, { role, glyphs }: Theme): Span[][] {
  return [
    [{ text: "Looked for, in " }, { text: cleanText(root), style: role.key }],
    [{ text: `  ${glyphs.dot} a ` }, { text: "service.yml", style: role.key }, { text: " in each direct subfolder" }],
    [{ text: `  ${glyphs.dot} ` }, { text: "services:", style: role.key }, { text: " in orchestra.yml" }],
    [
      { text: `  ${glyphs.dot} ` },
      { text: "vendors:", style: role.key },
      { text: " in orchestra.yml, such as databases, which run in Docker" },
    ],
    [],
    [{ text: "A folder with a Go main package needs no more than an empty file:" }],
    [{ text: "  touch orders/service.yml", style: role.good }],
    [],
    [{ text: "Anything else says how it runs, and on which port:" }],
    [{ text: "  echo 'run: node server.js' > web/service.yml", style: role.good }],
  ];
}
