import { suggest } from "../../lib/suggest.ts";

const named = [
  "space",
  "enter",
  "tab",
  "shift-tab",
  "esc",
  "up",
  "down",
  "left",
  "right",
  "pageup",
  "pagedown",
  "home",
  "end",
  "backspace",
  "delete",
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
];

/** True for the name of a key as `keyNames` gives it: `j`, `G`, `space`, `ctrl-u`, `alt-x`, `f5`. */
export function isKeyName(text: string): boolean {
  return named.includes(text) || /^[^\s\p{C}]$/u.test(text) || /^ctrl-[a-z]$|^alt-[^\s\p{C}]$/u.test(text);
}

/** The key that was probably meant, null where that cannot be told. */
export function suggestKey(text: string): string | null {
  const word = text.trim().toLowerCase().replaceAll(/[+_ ]/g, "-");
  if (text === " ") return "space";
  if (isKeyName(word)) return word;
  const alias = { return: "enter", escape: "esc", "page-up": "pageup", "page-down": "pagedown", spacebar: "space" };
  const modifier = word.replace(/^(control|c|\^)-/, "ctrl-").replace(/^(meta|option|m)-/, "alt-");
  return alias[word as keyof typeof alias] ?? (isKeyName(modifier) ? modifier : suggest(word, named));
}
