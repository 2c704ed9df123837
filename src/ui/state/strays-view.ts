import type { Stray, StrayId } from "../../model/stray.ts";

/** The open list of strays; the strays themselves are not part of it. */
export interface StraysView {
  kind: "strays";
  /** Null before one is chosen. */
  selected: StrayId | null;
  /** Where it was last: what comes after it is selected when it is gone. */
  index: number;
  /** The first row of the evidence that is shown. */
  top: number;
  /** They are being looked for. */
  isLooking: boolean;
}

/** The question whether to stop a stray, above the list that it was asked from. */
export interface StrayConfirm {
  kind: "confirm";
  verb: "stop-stray";
  stray: Stray;
  /** Index into `confirmChoices`. */
  selected: number;
  view: StraysView;
}

/** What the pane that shows the evidence is like now. */
export interface StraysExtent {
  height: number;
  lastTop: number;
}

export type StraysKey =
  | "strays-down"
  | "strays-up"
  | "strays-first"
  | "strays-last"
  | "strays-page-down"
  | "strays-page-up"
  | "strays-adopt"
  | "strays-stop"
  | "strays-ignore"
  | "strays-look"
  | "strays-close";

/** The index of the selected stray; that of its neighbour where it is gone, -1 where there is none. */
export function selectedStray({ selected, index }: StraysView, strays: readonly Stray[]): number {
  const found = strays.findIndex((stray) => stray.id === selected);
  return found === -1 ? Math.min(index, strays.length - 1) : found;
}
