/**
 * Where a key works. `global` is added to every pane; a dialog stands alone. Two bindings that can be in force at the same time never
 * share a key.
 */
export type KeyContext =
  | "global"
  | "services"
  | "logs"
  | "help"
  | "quit"
  | "stopping"
  | "palette"
  | "details"
  | "strays"
  | "first-run"
  | "input"
  | "confirm";

/** One thing a key does, as data: the footer and the help are drawn from it, and a user's own keys will replace `keys`. */
export interface Binding {
  id: string;
  context: KeyContext;
  /** Names as in `keyNames`. */
  keys: readonly string[];
  /** One line for the help. */
  description: string;
  /** A word for the footer; without it the footer leaves the key out. */
  hint?: string;
  /** How the footer writes the keys, where it stands for a pair. */
  hintKeys?: string;
  /** Only where a service is selected. */
  needsService?: boolean;
}
