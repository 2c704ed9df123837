import type { Diagnostic } from "../../../model/diagnostic.ts";
import { counted } from "../../text/amount.ts";

/** What a dashboard says about mistakes in the user's own settings when it opens; null where there are none. */
export function settingsNotice(diagnostics: readonly Diagnostic[]): string | null {
  const [first] = diagnostics;
  if (first === undefined) return null;
  const { location, message, hint } = first;
  const place = location === null ? "" : `${location.file}:${location.line}:${location.column} `;
  const more = diagnostics.length === 1 ? "" : `  all ${counted(diagnostics.length, "mistake")}: orchestra check`;
  return `${place}${message}${hint === null ? "" : ` (${hint})`}${more}`;
}
