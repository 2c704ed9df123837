/** Lines that were selected in one tab, from the one where it began to the one that moves. */
export interface LineSelection {
  /** Key of the tab; in another one there is no selection. */
  tab: string;
  anchor: number;
  head: number;
}

/** First and last selected line, null where none is in this tab. */
export function selectedRange(selection: LineSelection | null, tab: string): { from: number; to: number } | null {
  if (selection === null || selection.tab !== tab) return null;
  const { anchor, head } = selection;
  return { from: Math.min(anchor, head), to: Math.max(anchor, head) };
}

/** The selection with its moving end `lines` further, inside `first` to `last`. */
export function extended(selection: LineSelection, lines: number, first: number, last: number): LineSelection {
  return { ...selection, head: Math.max(first, Math.min(selection.head + lines, last)) };
}
