import type { StrayPolicy } from "../../model/fleet.ts";
import type { Stray } from "../../model/stray.ts";

/** What is done about a stray without asking; `ask`: nothing. */
export type StrayVerdict = StrayPolicy;

/**
 * What the policy makes of a stray. Pure. What a debugger holds is somebody's work and what is another user's is not
 * ours, so neither is ever stopped unasked. A leftover is our own doing and ends. So does an orphan that is the
 * service's own start to the letter, unless the config says to leave it or to take it over: nobody else will end it.
 *
 * @param isDue true where the policy is to be followed now: for a service that nobody wants it does not matter who else is it
 */
export function strayVerdict(
  stray: Pick<Stray, "kind" | "parent" | "isExact" | "tracer" | "isForeignUser">,
  policy: StrayPolicy,
  isDue: boolean,
): StrayVerdict {
  if (stray.isForeignUser) return policy === "ignore" ? "ignore" : "ask";
  if (stray.tracer !== null) return isDue && policy !== "stop" ? policy : "ask";
  if (stray.kind === "leftover") return "stop";
  const isOrphan = stray.parent === null;
  if (isOrphan && stray.isExact && (policy === "ask" || policy === "stop")) return "stop";
  return isDue ? policy : "ask";
}
