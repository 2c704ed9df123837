import type { Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** `i`: gives the selected service a tab that stays, or takes it away. */
export function togglePin(state: UiState): Updated {
  const { selected, logs } = state;
  if (selected === null) return { state, effects: [] };
  const isPinned = logs.pins.includes(selected);
  const pins = isPinned ? logs.pins.filter((name) => name !== selected) : [...logs.pins, selected];
  return {
    state: { ...state, logs: { ...logs, pins } },
    effects: [
      { kind: "say", level: "info", text: isPinned ? `${selected} has no tab any more` : `${selected} keeps a tab` },
    ],
  };
}
