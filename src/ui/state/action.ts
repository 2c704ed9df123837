import type { Diagnostic } from "../../model/diagnostic.ts";
import type { BindingId } from "../keys/bindings.ts";
import type { Message } from "./ui-state.ts";

/** All that can change the dashboard's own state. */
export type Action =
  | { kind: "key"; id: BindingId }
  /** A key that the prompt takes as text. */
  | { kind: "typed"; key: string }
  | { kind: "pasted"; text: string }
  /** The end of a `findMatch`; null where there is no match that way. */
  | { kind: "matchFound"; step: -1 | 1; match: { seq: number; key: string } | null }
  /** The fleet is another one, or can (not) be reached. */
  | { kind: "fleetChanged" }
  /** The look for strays is over. */
  | { kind: "straysLooked" }
  /** Null takes the message away. */
  | { kind: "said"; message: Message | null }
  /** The user's own settings were read; what is wrong in them. */
  | { kind: "settingsRead"; mistakes: readonly Diagnostic[] }
  | { kind: "downAccepted"; revision: number }
  | { kind: "downRefused"; message: Message };
