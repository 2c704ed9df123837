/** Of the private use area, after those of the function keys: Esc, where it is certain that it is a key of its own. */
export const escapeSign = "\u{f0110}";

/** Esc before a character that begins no sequence of a terminal, and is no word to erase (alt-backspace). */
const escapes = /\x1b(?=([^[\]OPX^_\x7f]))/gu;

/**
 * The text with a sign in the place of Esc where another key was read right behind it. Terminals send alt with a key in the same way: that it is
 * only where `isAltKey` says so of `alt-x`, and else two keys, as with vi. Pasted text stays as it is.
 */
export function signEscapes(data: string, isAltKey: (key: string) => boolean): string {
  if (data.includes("\x1b[200~")) return data;
  return data.replace(escapes, (esc, next: string, at: number) => {
    // The second half of Esc twice, before a sequence: arrows with alt are sent so.
    if (next === "\x1b" && /^\x1b\x1b[[O]/.test(data.slice(at))) return esc;
    return isAltKey(`alt-${next}`) ? esc : escapeSign;
  });
}
