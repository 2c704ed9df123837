import type { Span, Style } from "../../theme/style.ts";

/** The same row in as few pieces as its looks allow: what a frame costs grows with their number. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.link === span.link && isSameStyle(last.style, span.style)) {
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    } else joined.push(span);
  }
  return joined;
}

function isSameStyle(a: Style = {}, b: Style = {}): boolean {
  return (
    a === b ||
    (a.color === b.color &&
      (a.isBold === true) === (b.isBold === true) &&
      (a.isDim === true) === (b.isDim === true) &&
      (a.isInverse === true) === (b.isInverse === true))
  );
}
