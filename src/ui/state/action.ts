import type { BindingId } from "../keys/bindings.ts";
import type { Message } from "./ui-state.ts";

/** All that can change the dashboard's own state. */
export type Action =
  | { kind: "key"; id: BindingId }
  /** The fleet is another one, or can (not) be reached. */
  | { kind: "fleetChanged" }
  /** Null takes the message away. */
  | { kind: "said"; message: Message | null }
  | { kind: "downAccepted"; revision: number }
  | { kind: "downRefused"; message: Message };
