import type { SourceAddresses } from "../../store/source-links.ts";
import { sanitize } from "../../text/sanitize.ts";
import { sourcePlaces } from "../../text/source-places.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** One line of a build's or a test's output: clean, without colours of its own; places in files that are there lead to them. */
export function outputSpans(line: string, addresses: SourceAddresses, style: Style, { role }: Theme): Span[] {
  const text = sanitize(line, false).trimEnd();
  const spans: Span[] = [];
  let at = 0;
  for (const { start, end, path, line: row } of sourcePlaces(text)) {
    const address = addresses.get(path);
    if (address === undefined) continue;
    // A fragment that is a number is a line to all terminals that look at it.
    const place: Span = { text: text.slice(start, end), style: role.key, link: `${address}#${row}` };
    spans.push({ text: text.slice(at, start), style }, place);
    at = end;
  }
  return [...spans, { text: text.slice(at), style }].filter((span) => span.text !== "");
}
