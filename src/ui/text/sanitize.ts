import { normalizeSgr } from "./normalize-sgr.ts";

const tabWidth = 8;

/** Nothing to do for these: printable ASCII, which is what most lines are. */
const plain = /^[\x20-\x7e]*$/;

/**
 * In order: SGR; other CSI sequences, finished or not; strings (OSC, DCS, SOS, PM, APC) up to their end or the end of
 * the line; escapes of two or three characters; a lone ESC or C1.
 */
const escapes =
  /(?:\x1b\[|\x9b)([\d;:]*)m|(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[\x20-\x2f]*[\x30-\x7e]?|[\x80-\x9f]/g;

/** Marks that reorder or hide what is around them: a line could show other words than it holds. */
const invisible = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const sgrOrCharacter = /\x1b\[[\d;]*m|[\s\S]/gu;

/**
 * One line of a service's output, made safe for a cell of the screen. Colours (SGR) pass, or are taken out where
 * `hasColor` is false; every other escape sequence and control character is gone; a carriage return starts the line anew
 * as a progress bar means it to; a backspace takes back a character; tabs are blanks up to the next eighth column.
 * The result moves no cursor and has exactly the width that it shows.
 */
export function sanitize(text: string, hasColor = true): string {
  if (plain.test(text)) return text;
  const escaped = text.replace(escapes, (match: string, parameters: string | undefined) => {
    if (parameters === undefined || !match.endsWith("m") || !hasColor) return "";
    return normalizeSgr(parameters);
  });
  const visible = escaped.replace(invisible, "").replace(/[\u2028\u2029\v\f\n]/g, " ");
  return dropControls(expandTabs(takeBack(lastReturn(visible))));
}

/** What a terminal would show after the last carriage return, in the colours that were set before it. */
function lastReturn(text: string): string {
  if (!text.includes("\r")) return text;
  const parts = text.split("\r");
  let shown = parts.length - 1;
  while (shown > 0 && isBlank(parts[shown] ?? "")) shown -= 1;
  const colors = parts.slice(0, shown).flatMap((part) => part.match(/\x1b\[[\d;]*m/g) ?? []);
  return colors.join("") + (parts[shown] ?? "");
}

function isBlank(text: string): boolean {
  return text.replace(/\x1b\[[\d;]*m/g, "").trim() === "";
}

function takeBack(text: string): string {
  if (!text.includes("\b")) return text;
  const kept: string[] = [];
  for (const [piece] of text.matchAll(sgrOrCharacter)) {
    if (piece !== "\b") {
      kept.push(piece);
      continue;
    }
    const last = kept.findLastIndex((k) => !k.startsWith("\x1b"));
    if (last !== -1) kept.splice(last, 1);
  }
  return kept.join("");
}

function expandTabs(text: string): string {
  if (!text.includes("\t")) return text;
  let column = 0;
  return text.replace(sgrOrCharacter, (piece) => {
    if (piece.startsWith("\x1b")) return piece;
    if (piece !== "\t") {
      column += 1;
      return piece;
    }
    const blanks = tabWidth - (column % tabWidth);
    column += blanks;
    return " ".repeat(blanks);
  });
}

function dropControls(text: string): string {
  return text.replace(/\x1b(?!\[[\d;]*m)|[\x00-\x1a\x1c-\x1f\x7f]/g, "");
}
