import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** Which services the next verb takes. */
export function marksSpans(marked: readonly string[], { glyphs, role }: Theme): Span[] {
  return [
    { text: ` ${glyphs.marked} ${marked.length} marked `, style: role.key },
    { text: cleanText(marked.join(", ")) },
    { text: "  for the next verb", style: role.muted },
  ];
}
