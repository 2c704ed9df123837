import { editByKey, insert } from "../widgets/line-edit/line-edit.ts";
import { filterTaken, searchTaken } from "./on-log-search.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** A key that the prompt did not take for one of its own: it is text, or moves in it. */
export function onTyped(state: UiState, key: string): Updated {
  const { prompt } = state;
  if (prompt === null) return { state, effects: [] };
  // As in less and vim: taking back more than there is leaves.
  if (key === "backspace" && prompt.line.text === "") return promptCancelled(state);
  return { state: { ...state, prompt: { ...prompt, line: editByKey(prompt.line, key) } }, effects: [] };
}

/** A text that was pasted; without a prompt it is nothing, so that no letter of it is a key. */
export function onPasted(state: UiState, text: string): Updated {
  const { prompt } = state;
  if (prompt === null) return { state, effects: [] };
  return { state: { ...state, prompt: { ...prompt, line: insert(prompt.line, text) } }, effects: [] };
}

/** Enter: the text goes to what asked for it. */
export function promptTaken(state: UiState, around: Surroundings): Updated {
  const { prompt } = state;
  if (prompt === null) return { state, effects: [] };
  const closed = { ...state, prompt: null };
  switch (prompt.for) {
    case "logs-search":
      return searchTaken(closed, prompt.line.text, around);
    case "logs-filter":
      return filterTaken(closed, prompt.line.text, around);
    case "services-filter":
      return { state: closed, effects: [] };
  }
}

/** Esc: as if nothing had been asked. */
export function promptCancelled(state: UiState): Updated {
  return { state: { ...state, prompt: null }, effects: [] };
}
