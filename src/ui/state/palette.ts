import { fuzzyMatch } from "../../lib/fuzzy-match.ts";
import type { BindingId } from "../keys/bindings.ts";
import type { BoundKey, KeyTable } from "../keys/rebind.ts";
import { emptyLine, type LineEdit } from "../widgets/line-edit/line-edit.ts";

/** The open palette: what is typed, and which of the commands that answer to it is chosen. */
export interface Palette {
  kind: "palette";
  line: LineEdit;
  selected: number;
}

/** A command that can be chosen by its name. */
export interface PaletteItem {
  id: BindingId;
  /** What it does, as in the help. */
  name: string;
  keys: readonly string[];
  /** Indexes of the characters of `name` that were typed. */
  positions: readonly number[];
}

export const openPalette: Palette = { kind: "palette", line: emptyLine, selected: 0 };

/** The commands that answer to what is typed, best first; all of them, in the order of the help, where nothing is. */
export function paletteItems(palette: Palette, table: KeyTable, hasService: boolean): PaletteItem[] {
  const offered = table.filter((b) => isOffered(b) && (hasService || b.needsService !== true));
  const typed = palette.line.text;
  return offered
    .flatMap((binding) => {
      const { id, description: name, keys } = binding;
      const byName = fuzzyMatch(typed, name);
      // `rebuild` is nowhere in "build, then restart".
      const byId = fuzzyMatch(typed, id);
      if (byName === null && byId === null) return [];
      const score = Math.max(byName?.score ?? Number.NEGATIVE_INFINITY, byId?.score ?? Number.NEGATIVE_INFINITY);
      return [{ score, item: { id, name, keys, positions: byName?.positions ?? [] } }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** What a dialog's keys do makes sense in that dialog alone. */
function isOffered({ id, context }: BoundKey): boolean {
  return (context === "global" || context === "services" || context === "logs") && id !== "palette";
}
