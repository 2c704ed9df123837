import type { Binding, KeyContext } from "./binding.ts";

const panes: ReadonlySet<KeyContext> = new Set(["services", "logs"]);

/** Global keys that work in the details too: those that are about the unit that is shown, and the ways out. */
const alsoInDetails: ReadonlySet<string> = new Set([
  "start",
  "stop",
  "kill",
  "restart",
  "rebuild",
  "rerun-toggle",
  "rerun-now",
  "go-back",
  "pause",
  "scale-up",
  "scale-down",
  "strays",
  "palette",
  "help",
  "quit",
  "interrupt",
]);

/** Over the strays there is no service to do something to. */
const alsoInStrays: ReadonlySet<string> = new Set(["palette", "help", "quit", "interrupt"]);

/** True for a global binding that is in force while details are open. */
export function worksInDetails({ id, context }: Binding): boolean {
  return context === "global" && alsoInDetails.has(id);
}

/** True for a global binding that is in force while the strays are listed. */
export function worksInStrays({ id, context }: Binding): boolean {
  return context === "global" && alsoInStrays.has(id);
}

/** True where two bindings can be in force at the same time. */
export function areTogether(a: Binding, b: Binding): boolean {
  return a.context === b.context || isAdded(a, b) || isAdded(b, a);
}

function isAdded(to: Binding, added: Binding): boolean {
  if (added.context !== "global") return false;
  if (to.context === "strays") return worksInStrays(added);
  return panes.has(to.context) || (to.context === "details" && worksInDetails(added));
}
