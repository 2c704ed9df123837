import type { Diagnostic } from "../model/diagnostic.ts";
import type { KeyTable } from "./keys/rebind.ts";
import type { Theme } from "./theme/theme.ts";

/** What a person's settings and terminal make of the screens; it may change while one is open. */
export interface Look {
  theme: Theme;
  /** The bindings in force. */
  keys: KeyTable;
  /** What is wrong in the settings; the rest of them counts. */
  mistakes: readonly Diagnostic[];
}
