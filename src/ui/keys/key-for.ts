import type { BindingId } from "./bindings.ts";
import type { KeyTable } from "./rebind.ts";

/** The first key of a binding, for a sentence; null where the user has taken all of its keys away. */
export function keyFor(keys: KeyTable, id: BindingId): string | null {
  return keys.find((binding) => binding.id === id)?.keys[0] ?? null;
}
