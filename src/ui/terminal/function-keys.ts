/** Of the private use area; see `functionKeyOf`. */
const firstSign = 0xf0100;

const letters = ["P", "Q", "R", "S"];
/** `ESC [ n ~`, by key from F1 on; some numbers were never given out. */
const numbers = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24];

const sequence = /\x1b(?:O([PQRS])|\[\[([A-E])|\[(\d\d)~)/g;

/** The text with a sign in the place of each sequence of a function key. */
export function signFunctionKeys(data: string): string {
  return data.replace(sequence, (whole, letter?: string, console?: string, number?: string) => {
    const index =
      letter !== undefined
        ? letters.indexOf(letter)
        : console !== undefined
          ? "ABCDE".indexOf(console)
          : numbers.indexOf(Number(number));
    return index === -1 ? whole : String.fromCodePoint(firstSign + index);
  });
}

/** `f5` for the sign of that key, null for every other character. */
export function functionKeyOf(character: string): string | null {
  const index = (character.codePointAt(0) ?? 0) - firstSign;
  return index >= 0 && index < numbers.length ? `f${index + 1}` : null;
}
