import type { Frame } from "../../frame.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import { diagnosticLines } from "./diagnostic-lines.ts";
import { lookedForLines } from "./looked-for-lines.ts";

/** What there is to say while there is no service: no daemon yet, mistakes in the config, or nothing found. */
export function welcomeLines({ fleet, layout, theme }: Frame): Span[][] {
  const { role } = theme;
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
      ...errors.flatMap((d) => [...diagnosticLines(d, snapshot.root, layout.columns - 6, theme), []]),
      [{ text: "Mend it, then run ", style: role.muted }, { text: "orchestra start" }],
    ];
  }
  return [
    [{ text: "There is nothing to run here yet.", style: role.strong }],
    [],
    ...lookedForLines(snapshot.root, theme),
  ];
}
