import type { Binding } from "./binding.ts";
import { dialogBindings } from "./dialog-bindings.ts";
import { paneBindings } from "./pane-bindings.ts";

/** Every key there is, in the order of the help. A key is here from the day it works. */
export const bindings = [...paneBindings, ...dialogBindings] as const satisfies readonly Binding[];

/** Names what a key does, whatever the key. */
export type BindingId = (typeof bindings)[number]["id"];
