/**
 * The words of a command line as a shell splits them: blanks part words, quotes and backslashes keep them together.
 * Nothing is expanded. Null where a quote is never closed.
 */
export function shellWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "\\") {
      i += 1;
      word = (word ?? "") + text.charAt(i);
    } else if (char === "'" || char === '"') {
      const quoted = readQuoted(text, i + 1, char);
      if (quoted === null) return null;
      word = (word ?? "") + quoted.value;
      i = quoted.end;
    } else word = (word ?? "") + char;
  }
  if (word !== null) words.push(word);
  return words;
}

/** What stands from `start` to the closing quote at `end`; a backslash has a meaning in double quotes alone. */
function readQuoted(text: string, start: number, quote: string): { value: string; end: number } | null {
  let value = "";
  for (let i = start; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === quote) return { value, end: i };
    const next = text.charAt(i + 1);
    if (quote === '"' && char === "\\" && /["\\$`]/.test(next)) {
      value += next;
      i += 1;
    } else value += char;
  }
  return null;
}
