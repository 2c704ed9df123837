import type { Failure } from "../../../model/failure.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { describeBlocker } from "../../state/describe-blocker.ts";
import { serviceStatus } from "../../state/service-status.ts";
import { cleanText } from "../../text/clean-text.ts";
import { remaining } from "../../text/elapsed.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** What one line has to say about the selected service: why it is not well and what to do, what it waits for, or how it runs. */
export function selectionSpans(service: ServiceSnapshot, now: number, theme: Theme): Span[] {
  const { role, glyphs } = theme;
  const { replica, phase } = serviceStatus(service);
  const state = replica?.state ?? null;
  const failure = currentFailure(service);
  const isWell = phase === "ready" || phase === "completed";
  if (failure !== null && (!isWell || failure === service.build.failure)) {
    const next = state?.phase === "backoff" ? `  again in ${remaining(state.retryAt, now)}` : "";
    const oldOne = failure === service.build.failure && phase === "ready" ? "  the old one still runs" : "";
    return [
      { text: ` ${glyphs.bad} ${nameOf(service, replica?.index)} `, style: { ...role.bad, isBold: true } },
      { text: cleanText(failure.message), style: role.bad },
      { text: oldOne + next, style: role.warn },
      { text: failure.hint === undefined ? "" : `  ${cleanText(failure.hint)}`, style: role.muted },
    ];
  }
  const name: Span = { text: ` ${glyphs.note} ${nameOf(service, replica?.index)} `, style: role.strong };
  if (state?.phase === "waiting" && state.blockers.length > 0) {
    return [name, { text: cleanText(`waits for ${state.blockers.map(describeBlocker).join(", ")}`), style: role.warn }];
  }
  const needs = service.dependsOn.map((d) => `${d.name} ${d.condition}`).join(", ");
  return [
    name,
    { text: cleanText(service.command), style: role.muted },
    { text: needs === "" ? "" : `  after ${needs}`, style: role.muted },
    { text: failure === null ? "" : `  before: ${cleanText(failure.message)}`, style: role.warn },
  ];
}

/** The build's failure keeps a service from starting, so it comes first; then the present state's, then the last one. */
function currentFailure(service: ServiceSnapshot): Failure | null {
  const { replica } = serviceStatus(service);
  if (service.build.failure !== null) return service.build.failure;
  if (replica === null) return null;
  return "failure" in replica.state ? replica.state.failure : replica.failure;
}

function nameOf(service: ServiceSnapshot, index: number | undefined): string {
  return service.replicas.length > 1 && index !== undefined ? `${service.name}#${index}` : service.name;
}
