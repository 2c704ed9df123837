import type { Stray } from "../../../model/stray.ts";
import type { FleetView } from "../../state/fleet-view.ts";
import { openStraysView } from "../../state/open-strays-view.ts";
import { type StraysExtent, selectedStray } from "../../state/strays-view.ts";
import type { UiState } from "../../state/ui-state.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { evidenceRows } from "./evidence-rows.ts";

/** What the list of strays is drawn from. `height` and `lastTop` are those of the evidence. */
export interface StraysFrame extends StraysExtent {
  strays: readonly Stray[];
  /** -1 where there is none. */
  selected: number;
  /** Of the list, the row of titles included. */
  listHeight: number;
  hasTitles: boolean;
  /** All of it. */
  evidence: Span[][];
  /** The first row of it that is shown. */
  top: number;
  isLooking: boolean;
}

/** With less than this the list goes without a row of titles. */
const roomyHeight = 9;

/** Divides a room of `width` × `height` between the list and the evidence about the selected one; null where the list is not open. */
export function straysFrame(
  { ui, fleet, theme }: { ui: UiState; fleet: FleetView; theme: Theme },
  width: number,
  height: number,
): StraysFrame | null {
  const view = openStraysView(ui);
  if (view === null) return null;
  const strays = fleet.snapshot?.strays ?? [];
  const selected = selectedStray(view, strays);
  const stray = strays[selected];
  const hasTitles = height >= roomyHeight;
  const titles = hasTitles ? 1 : 0;
  const listHeight = strays.length === 0 ? 0 : Math.min(strays.length, Math.max(1, Math.floor(height / 3))) + titles;
  const evidence = stray === undefined ? [] : evidenceRows(stray, width, theme);
  const room = Math.max(0, height - listHeight);
  const lastTop = Math.max(0, evidence.length - room);
  const { isLooking } = view;
  const top = Math.min(view.top, lastTop);
  return { strays, selected, listHeight, hasTitles, evidence, height: room, lastTop, top, isLooking };
}
