import { messageOf } from "../../lib/message-of.ts";

/** What is looked for in a log: an expression as the log store takes it, and whether it is what was typed. */
export interface LogPattern {
  /** As it was typed. */
  text: string;
  /** A JavaScript regular expression that is valid. */
  source: string;
  ignoreCase: boolean;
  /** Why what was typed is no expression; it is looked for as plain text then. Null where it is one. */
  problem: string | null;
}

/** Letters after a backslash are classes and escapes, not capitals that somebody typed. */
const escaped = /\\(?:[pP]\{[^}]*\}|.)/gsu;
const special = /[\\^$.*+?()[\]{}|/]/g;

/** Smart case: capitals count as soon as there is one. An invalid expression is looked for literally. */
export function logPattern(text: string): LogPattern {
  const ignoreCase = !/\p{Lu}/u.test(text.replace(escaped, ""));
  try {
    new RegExp(text);
    return { text, source: text, ignoreCase, problem: null };
  } catch (error) {
    return { text, source: text.replace(special, "\\$&"), ignoreCase, problem: reasonOf(error) };
  }
}

/** As a regular expression that can be run, all matches at once. */
export function expressionOf({ source, ignoreCase }: LogPattern): RegExp {
  return new RegExp(source, ignoreCase ? "gi" : "g");
}

/** `Invalid regular expression: /(/: Unterminated group` says in its end what is wrong. */
function reasonOf(error: unknown): string {
  const message = messageOf(error);
  const reason = message.slice(message.lastIndexOf(": ") + 2);
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}
