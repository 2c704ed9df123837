/** Where an annotation belongs; `file` from the repository's root. */
export interface AnnotationPlace {
  file: string;
  line: number;
  column: number | null;
}

/** `::error file=a.go,line=3,title=…::text`, as one line with its end. */
export function annotation(
  level: "error" | "warning",
  title: string,
  text: string,
  place: AnnotationPlace | null = null,
): string {
  const properties = [
    ...(place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`]),
    ...(place === null || place.column === null ? [] : [`col=${place.column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(",")}::${data(text)}\n`;
}

/** Lines that GitHub folds under a title. Each is made inert; they come without line ends. */
export function folded(title: string, lines: readonly string[]): string {
  return `::group::${data(title)}\n${lines.map((line) => `${inert(line)}\n`).join("")}::endgroup::\n`;
}

/**
 * A line of somebody else's that the runner takes for no command: it looks for `::` at the first character that is no blank,
 * and for its older `##[` anywhere.
 */
export function inert(line: string): string {
  const harmless = withoutOldPrefix(line);
  return /^\s*::/.test(harmless) ? `│ ${harmless}` : harmless;
}

function withoutOldPrefix(text: string): string {
  return text.replace(/##(?=\[)/g, "# #");
}

function data(text: string): string {
  return withoutOldPrefix(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
