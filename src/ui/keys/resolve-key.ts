import type { UiState } from "../state/ui-state.ts";
import type { KeyContext } from "./binding.ts";
import type { BindingId } from "./bindings.ts";
import { worksInDetails, worksInStrays } from "./contexts.ts";
import { type BoundKey, defaultKeys, type KeyTable } from "./rebind.ts";

/** The contexts in force, the narrowest first. */
export function keyContexts(state: UiState): KeyContext[] {
  if (state.dialog.kind !== "none") return [state.dialog.kind];
  return state.prompt === null ? [state.focus, "global"] : ["input"];
}

/** The bindings in force, those of the narrowest context first. */
export function bindingsInForce(state: UiState, table: KeyTable = defaultKeys): BoundKey[] {
  const own = keyContexts(state).flatMap((context) => table.filter((b) => b.context === context));
  if (state.dialog.kind === "details") return [...own, ...table.filter(worksInDetails)];
  return state.dialog.kind === "strays" ? [...own, ...table.filter(worksInStrays)] : own;
}

/** What a key does here, null where it does nothing. */
export function resolveKey(state: UiState, key: string, table: KeyTable = defaultKeys): BindingId | null {
  return bindingsInForce(state, table).find((b) => b.keys.includes(key))?.id ?? null;
}
