import type { Key } from "ink";
import { escapeSign } from "../terminal/escape-key.ts";
import { functionKeyOf } from "../terminal/function-keys.ts";

const characters: Record<string, string> = {
  " ": "space",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x1b": "esc",
  [escapeSign]: "esc",
  "\x7f": "backspace",
};

/**
 * The names of the keys in one input event: `j`, `G`, `space`, `ctrl-u`, `shift-tab`, `pageup`. Characters that were read at once (a key
 * held down, a slow connection) come as one event and are several keys.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.eventType === "release") return [];
  const named = nameOf(key);
  if (named !== null) return [named];
  if (key.ctrl) return input === "" ? [] : [`ctrl-${input}`];
  if (key.meta) return input === "" ? [] : [`alt-${input}`];
  return [...input].map((character) => characters[character] ?? functionKeyOf(character) ?? withControl(character));
}

function nameOf(key: Key): string | null {
  if (key.tab) return key.shift ? "shift-tab" : "tab";
  if (key.return) return "enter";
  if (key.escape) return "esc";
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.pageUp) return "pageup";
  if (key.pageDown) return "pagedown";
  if (key.home) return "home";
  if (key.end) return "end";
  if (key.backspace) return "backspace";
  if (key.delete) return "delete";
  return null;
}

/** `ctrl-p` for the character that it sends; any other character is itself. */
function withControl(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : character;
}
