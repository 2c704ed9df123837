import type { BindingId } from "../keys/bindings.ts";
import type { KeyTable } from "../keys/rebind.ts";
import { editByKey, insert } from "../widgets/line-edit/line-edit.ts";
import { type Palette, paletteItems } from "./palette.ts";
import type { UiState } from "./ui-state.ts";

/** The state after a key that is text. */
export function paletteTyped(state: UiState, palette: Palette, key: string): UiState {
  return { ...state, dialog: { ...palette, line: editByKey(palette.line, key), selected: 0 } };
}

/** The state after a text was pasted. */
export function palettePasted(state: UiState, palette: Palette, text: string): UiState {
  return { ...state, dialog: { ...palette, line: insert(palette.line, text), selected: 0 } };
}

/** The choice moved, around the ends. */
export function paletteMoved(state: UiState, step: number, table: KeyTable): UiState {
  if (state.dialog.kind !== "palette") return state;
  const count = paletteItems(state.dialog, table, state.selected !== null).length;
  if (count === 0) return state;
  const selected = (state.dialog.selected + step + count) % count;
  return { ...state, dialog: { ...state.dialog, selected } };
}

/** The palette closed, and the command that was chosen in it; null where nothing answers to what was typed. */
export function paletteTaken(state: UiState, table: KeyTable): { state: UiState; id: BindingId | null } {
  if (state.dialog.kind !== "palette") return { state, id: null };
  const items = paletteItems(state.dialog, table, state.selected !== null);
  const id = items[state.dialog.selected]?.id ?? null;
  return id === null ? { state, id } : { state: { ...state, dialog: { kind: "none" } }, id };
}
