import { suggest } from "../../lib/suggest.ts";
import type { Binding } from "./binding.ts";
import { type BindingId, bindings } from "./bindings.ts";
import { areTogether } from "./contexts.ts";
import { isKeyName, suggestKey } from "./key-syntax.ts";

/** A binding as it is in force: with the user's own keys, where there are any. */
export interface BoundKey extends Binding {
  id: BindingId;
}

/** All bindings in force, in the order of the help. */
export type KeyTable = readonly BoundKey[];

/** The table without any wishes of the user. */
export const defaultKeys: KeyTable = bindings;

/** What is wrong with one of the user's wishes; `key` is null where it is about the binding as a whole. */
export interface KeyMistake {
  id: string;
  key: string | null;
  message: string;
  hint: string | null;
}

/**
 * The table with the user's own keys in the place of the given ones; no keys at all turn a binding off. A wish with a mistake in it is left
 * out, and the binding keeps its keys: a mistake never takes a key away, and no key ever means two things at once. Pure.
 */
export function rebind(
  wishes: Readonly<Record<string, readonly string[]>>,
  table: KeyTable = defaultKeys,
): { table: KeyTable; mistakes: KeyMistake[] } {
  const mistakes: KeyMistake[] = [];
  const granted = new Map<string, readonly string[]>();
  for (const [id, keys] of Object.entries(wishes)) {
    const problems = mistakesIn(id, keys, table);
    mistakes.push(...problems);
    if (problems.length === 0) granted.set(id, keys);
  }
  for (;;) {
    const bound = table.map((b) => {
      const keys = granted.get(b.id);
      return keys === undefined ? b : rekeyed(b, keys);
    });
    const clash = firstClash(bound, granted);
    if (clash === null) return { table: bound, mistakes };
    const { loser, other, key } = clash;
    granted.delete(loser.id);
    mistakes.push({
      id: loser.id,
      key,
      message: `"${key}" is taken by "${other.id}" (${other.description})`,
      hint: `give "${other.id}" another key too, or choose one that is free`,
    });
  }
}

/** The footer's short form of a pair of keys no longer holds. */
function rekeyed({ hintKeys: _, ...binding }: BoundKey, keys: readonly string[]): BoundKey {
  return { ...binding, keys };
}

function mistakesIn(id: string, keys: readonly string[], table: KeyTable): KeyMistake[] {
  const ids = table.map((b) => b.id);
  if (!ids.some((known) => known === id)) {
    const close = suggest(id, ids);
    const hint = close === null ? "the names are in the help of the dashboard (?)" : `did you mean "${close}"?`;
    return [{ id, key: null, message: `there is no key binding "${id}"`, hint }];
  }
  if (id === "interrupt" && keys.length === 0) {
    return [{ id, key: null, message: `"interrupt" needs a key: it is the way out`, hint: null }];
  }
  return keys
    .filter((key) => !isKeyName(key))
    .map((key) => {
      const close = suggestKey(key);
      const hint = close === null ? "write it as j, G, space, ctrl-u, alt-x, pageup or f5" : `did you mean "${close}"?`;
      return { id, key, message: `there is no key "${key}"`, hint };
    });
}

/** Two bindings that can be in force at once and share a key, at least one of them by the user's wish: the last wish loses. */
function firstClash(
  table: KeyTable,
  granted: ReadonlyMap<string, readonly string[]>,
): { loser: BoundKey; other: BoundKey; key: string } | null {
  for (const id of [...granted.keys()].reverse()) {
    const loser = table.find((b) => b.id === id);
    if (loser === undefined) continue;
    for (const key of loser.keys) {
      const other = table.find((b) => b !== loser && b.keys.includes(key) && areTogether(b, loser));
      if (other !== undefined) return { loser, other, key };
    }
  }
  return null;
}
