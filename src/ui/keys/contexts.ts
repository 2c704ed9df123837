import type { Binding, KeyContext } from "./binding.ts";

const panes: ReadonlySet<KeyContext> = new Set(["services", "logs"]);

/** Global keys that work in the details too: those that are about the unit that is shown, and the ways out. */
const alsoInDetails: ReadonlySet<string> = new Set([
  "start",
  "stop",
  "kill",
  "restart",
  "rebuild",
  "pause",
  "scale-up",
  "scale-down",
  "palette",
  "help",
  "quit",
  "interrupt",
]);

/** True for a global binding that is in force while details are open. */
export function worksInDetails({ id, context }: Binding): boolean {
  return context === "global" && alsoInDetails.has(id);
}

/** True where two bindings can be in force at the same time. */
export function areTogether(a: Binding, b: Binding): boolean {
  return a.context === b.context || isAdded(a, b) || isAdded(b, a);
}

function isAdded(to: Binding, added: Binding): boolean {
  if (added.context !== "global") return false;
  return panes.has(to.context) || (to.context === "details" && worksInDetails(added));
}
