/** One segment of an embed pattern, in the manner of Go's `path.Match`: `*`, `?`, `[a-z]`, `[^a-z]`, `\x`. */
export function segmentPattern(segment: string): RegExp {
  const source = segment.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[.+^${}()|[\]\\/-]/gs,
    (all: string, escaped: string | undefined, not: string | undefined, set: string | undefined) => {
      if (escaped !== undefined) return literal(escaped);
      if (set !== undefined) return `[${not}${set.replaceAll("[", "\\[")}]`;
      if (all === "*") return "[^/]*";
      return all === "?" ? "[^/]" : literal(all);
    },
  );
  try {
    return new RegExp(`^(?:${source})$`, "s");
  } catch {
    // `[z-a]` matches nothing in Go and is a mistake in JavaScript; to match too much only builds too often.
    return /(?:)/;
  }
}

function literal(character: string): string {
  return /\w/.test(character) ? character : `\\${character}`;
}
