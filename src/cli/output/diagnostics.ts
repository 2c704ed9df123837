import { relative } from "node:path";
import stringWidth from "string-width";
import type { Diagnostic, Location } from "../../model/diagnostic.ts";

/** An excerpt is cut around what it marks beyond this many characters. */
const maxExcerpt = 100;

/**
 * Diagnostics as a compiler prints them, each with its place, an excerpt with what is wrong underlined, and a hint,
 * with an empty line between. No line end at the end; empty where there are none. Paths are shown from `root`.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: { root: string; color: boolean },
): string {
  return diagnostics.map((diagnostic) => format(diagnostic, options)).join("\n\n");
}

function format(
  { severity, message, location, hint }: Diagnostic,
  { root, color }: { root: string; color: boolean },
): string {
  const paint = color ? painted : plain;
  const level = paint(severity, colorOf[severity]);
  const headline = `${level}: ${paint(printable(message), "bold")}`;
  if (location === null)
    return [headline, ...(hint === null ? [] : [`  ${paint("=", "dim")} ${printable(hint)}`])].join("\n");
  const place = `${printable(shortPath(location.file, root))}:${location.line}:${location.column}`;
  const gutter = " ".repeat(String(location.line).length);
  const lines = [`${place} ${headline}`];
  if (location.excerpt.trim() !== "") {
    const { text, before, marked } = excerptOf(location);
    lines.push(`  ${paint(`${location.line} |`, "dim")} ${text}`);
    lines.push(`  ${gutter} ${paint("|", "dim")} ${" ".repeat(before)}${paint("^".repeat(marked), colorOf[severity])}`);
  }
  if (hint !== null) lines.push(`  ${gutter} ${paint("=", "dim")} ${printable(hint)}`);
  return lines.join("\n");
}

/** The excerpt fit for a terminal, and in its cells how far from its left the mark begins and how long it is. */
function excerptOf({ excerpt, column, length }: Location): { text: string; before: number; marked: number } {
  const at = column - 1;
  const start = excerpt.length > maxExcerpt ? Math.max(0, Math.min(at - 20, excerpt.length - maxExcerpt)) : 0;
  const end = Math.min(excerpt.length, start + maxExcerpt);
  const head = start > 0 ? "…" : "";
  const before = `${head}${printable(excerpt.slice(start, at))}`;
  const marked = printable(excerpt.slice(at, Math.min(end, at + length)));
  const rest = `${printable(excerpt.slice(Math.min(end, at + length), end))}${end < excerpt.length ? "…" : ""}`;
  return { text: `${before}${marked}${rest}`, before: stringWidth(before), marked: Math.max(1, stringWidth(marked)) };
}

/** Tabs become blanks; what could move a cursor, colour or reorder text is shown as a picture of itself. */
function printable(text: string): string {
  return text
    .replaceAll("\t", "  ")
    .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
}

function shortPath(file: string, root: string): string {
  const path = relative(root, file);
  return path === "" || path.startsWith("..") ? file : path;
}

const colorOf = { error: "red", warning: "yellow", note: "cyan" } as const;

const codes = { red: "1;31", yellow: "1;33", cyan: "1;36", bold: "1", dim: "2" };

function painted(text: string, color: keyof typeof codes): string {
  return `\u001b[${codes[color]}m${text}\u001b[0m`;
}

function plain(text: string): string {
  return text;
}
