import type { Frame } from "../../frame.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import { describeDiagnostic } from "../banner/describe-diagnostic.ts";

/** What there is to say while there is no service: no daemon yet, mistakes in the config, or nothing found. */
export function welcomeLines({ fleet, theme }: Frame): Span[][] {
  const { role, glyphs } = theme;
  const { snapshot, disconnected } = fleet;
  if (snapshot === null) {
    return disconnected === null
      ? [[{ text: "Waiting for the daemon…", style: role.muted }]]
      : [
          [{ text: "The daemon does not answer; trying again.", style: role.warn }],
          [{ text: cleanText(disconnected.reason), style: role.muted }],
        ];
  }
  const errors = snapshot.diagnostics.filter((d) => d.severity === "error");
  if (errors.length > 0) {
    return [
      [{ text: `The config has ${counted(errors.length, "mistake")}, so nothing can run:`, style: role.strong }],
      [],
      ...errors.map((d): Span[] => [
        { text: `${glyphs.bad} `, style: role.bad },
        { text: describeDiagnostic(d, snapshot.root) },
      ]),
      [],
      [{ text: "Mend it, then run ", style: role.muted }, { text: "orchestra start" }],
    ];
  }
  return [
    [{ text: "There is nothing to run here yet.", style: role.strong }],
    [],
    [{ text: "Looked for, in " }, { text: cleanText(snapshot.root), style: role.key }],
    [{ text: `  ${glyphs.dot} a ` }, { text: "service.yml", style: role.key }, { text: " in each direct subfolder" }],
    [{ text: `  ${glyphs.dot} ` }, { text: "services:", style: role.key }, { text: " in orchestra.yml" }],
    [],
    [{ text: "A folder with a Go main package needs no more than an empty file:" }],
    [{ text: "  touch orders/service.yml", style: role.good }],
    [],
    [{ text: "Anything else says how it runs, and on which port:" }],
    [{ text: "  echo 'run: node server.js' > web/service.yml", style: role.good }],
    [],
    [
      { text: "Then run ", style: role.muted },
      { text: "orchestra start" },
      { text: " in another terminal, or open this one again.", style: role.muted },
    ],
  ];
}
