import type { StrayAction } from "../../model/command.ts";
import { describeStray, type Stray, strayTitle } from "../../model/stray.ts";
import { whyNot } from "../../model/stray-words.ts";
import { cleanText } from "../text/clean-text.ts";
import type { Effect } from "./effect.ts";
import { type StrayConfirm, type StraysKey, type StraysView, selectedStray } from "./strays-view.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** Opens the list at the stray that the selected service waits for, else at one that a person is asked about, and looks anew. */
export function openStrays(state: UiState, { fleet }: Surroundings): Updated {
  const strays = fleet.snapshot?.strays ?? [];
  const asked = strays.filter((stray) => stray.standing === "asked");
  const first = asked.find((stray) => stray.service === state.selected) ?? asked[0] ?? strays[0];
  const index = first === undefined ? 0 : strays.indexOf(first);
  const view: StraysView = { kind: "strays", selected: first?.id ?? null, index, top: 0, isLooking: true };
  return { state: { ...state, dialog: view }, effects: [{ kind: "lookForStrays" }] };
}

/** They were looked for. */
export function straysLooked(state: UiState): UiState {
  const { dialog } = state;
  if (dialog.kind === "strays") return { ...state, dialog: { ...dialog, isLooking: false } };
  if (dialog.kind !== "confirm" || dialog.verb !== "stop-stray") return state;
  return { ...state, dialog: { ...dialog, view: { ...dialog.view, isLooking: false } } };
}

/** Keys of the list. */
export function onStraysKey(state: UiState, key: StraysKey, around: Surroundings): Updated {
  const { dialog } = state;
  if (dialog.kind !== "strays") return { state, effects: [] };
  const strays = around.fleet.snapshot?.strays ?? [];
  const index = selectedStray(dialog, strays);
  const { height, lastTop } = around.strays ?? { height: 1, lastTop: 0 };
  const only = (view: StraysView): Updated => ({ state: { ...state, dialog: view }, effects: [] });
  const at = (top: number) => only({ ...dialog, top: Math.max(0, Math.min(top, lastTop)) });
  const page = Math.max(1, height - 1);
  switch (key) {
    case "strays-down":
      return only(selected(dialog, strays, index + 1));
    case "strays-up":
      return only(selected(dialog, strays, index - 1));
    case "strays-first":
      return only(selected(dialog, strays, 0));
    case "strays-last":
      return only(selected(dialog, strays, strays.length - 1));
    case "strays-page-down":
      return at(dialog.top + page);
    case "strays-page-up":
      return at(Math.min(dialog.top, lastTop) - page);
    case "strays-adopt":
      return decided(state, strays[index], "adopt");
    case "strays-ignore":
      return decided(state, strays[index], "ignore");
    case "strays-stop":
      return stopAsked(state, dialog, strays[index]);
    case "strays-look":
      return { state: { ...state, dialog: { ...dialog, isLooking: true } }, effects: [{ kind: "lookForStrays" }] };
    case "strays-close":
      return { state: { ...state, dialog: { kind: "none" } }, effects: [] };
  }
}

/** Stops the stray, or leaves it; the list is there again. */
export function strayAnswered(state: UiState, { stray, view }: StrayConfirm, isYes: boolean): Updated {
  return { state: { ...state, dialog: view }, effects: isYes ? [command(stray, "stop")] : [] };
}

function selected(view: StraysView, strays: readonly Stray[], to: number): StraysView {
  const index = Math.max(0, Math.min(to, strays.length - 1));
  const id = strays[index]?.id ?? null;
  return id === view.selected ? view : { ...view, selected: id, index, top: 0 };
}

function stopAsked(state: UiState, view: StraysView, stray: Stray | undefined): Updated {
  if (stray === undefined) return { state, effects: [] };
  const refusal = refusalOf(stray, "stop");
  if (refusal !== null) return { state, effects: [refusal] };
  return {
    state: { ...state, dialog: { kind: "confirm", verb: "stop-stray", stray, selected: 0, view } },
    effects: [],
  };
}

function decided(state: UiState, stray: Stray | undefined, action: StrayAction): Updated {
  if (stray === undefined) return { state, effects: [] };
  return { state, effects: [refusalOf(stray, action) ?? command(stray, action)] };
}

/** What need not be asked of the engine. */
function refusalOf(stray: Stray, action: StrayAction): Effect | null {
  const reason = whyNot(stray, action);
  return reason === null ? null : { kind: "say", level: "warning", text: `${describeStray(stray)} ${reason}` };
}

function command(stray: Stray, action: StrayAction): Effect {
  const label = `${action} ${cleanText(strayTitle(stray))}`;
  return { kind: "send", command: { kind: "strays", action, ids: [stray.id] }, label };
}
