import type { UiState } from "../state/ui-state.ts";
import type { KeyContext } from "./binding.ts";
import { type BindingId, bindings } from "./bindings.ts";

/** The contexts in force, the narrowest first. */
export function keyContexts(state: UiState): KeyContext[] {
  return state.dialog.kind === "none" ? [state.focus, "global"] : [state.dialog.kind];
}

/** What a key does here, null where it does nothing. */
export function resolveKey(state: UiState, key: string): BindingId | null {
  for (const context of keyContexts(state)) {
    const binding = bindings.find((b) => b.context === context && (b.keys as readonly string[]).includes(key));
    if (binding !== undefined) return binding.id;
  }
  return null;
}
