/** A place in a source file that a text names. */
export interface SourcePlace {
  /** Where in the text it stands, in UTF-16 code units. */
  start: number;
  end: number;
  /** As written. */
  path: string;
  /** From 1. */
  line: number;
}

/** Lines longer than this come from no compiler that a person reads. */
const longestText = 4000;

/** `./main.go:12:5`, `/home/you/a.go:42`, `src/app.ts(3,7)`: a path with an ending, and a line. */
const places =
  /(?<![\w./@~-])((?:[\w.@+~-]*\/)*[\w.@+~-]+\.[A-Za-z]\w{0,7})(?::(\d{1,7})(?::\d{1,7})?|\((\d{1,7}),\d{1,7}\))/g;

/** The places that one line of a compiler's or a test's output names, in order. `text` is clean. */
export function sourcePlaces(text: string): SourcePlace[] {
  if (text.length > longestText) return [];
  return [...text.matchAll(places)].map((match) => {
    const [whole, path = "", after, inside] = match;
    return { start: match.index, end: match.index + whole.length, path, line: Number(after ?? inside) };
  });
}
