import { stripVTControlCharacters } from "node:util";
import type { LogLine } from "../../model/log.ts";
import type { LogPattern } from "./log-pattern.ts";

/** True where a line matches, by the same rule as in the log store: escape sequences are not part of what is looked at. */
export function lineMatches({ text }: LogLine, { source, ignoreCase }: LogPattern): boolean {
  const looked = text.includes("\x1b") ? stripVTControlCharacters(text) : text;
  return expression(source, ignoreCase).test(looked);
}

let last: { source: string; ignoreCase: boolean; compiled: RegExp } | null = null;

/** Ten thousand lines are asked about one after the other, with one expression. */
function expression(source: string, ignoreCase: boolean): RegExp {
  if (last?.source !== source || last.ignoreCase !== ignoreCase) {
    last = { source, ignoreCase, compiled: new RegExp(source, ignoreCase ? "i" : "") };
  }
  return last.compiled;
}
