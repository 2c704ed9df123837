import { describeCause } from "../../../model/cause.ts";
import type { Failure } from "../../../model/failure.ts";
import { isAlive, type ReplicaSnapshot } from "../../../model/replica.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { keyFor } from "../../keys/key-for.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { describeBlocker } from "../../state/describe-blocker.ts";
import { lastRunMs } from "../../state/last-run-ms.ts";
import { pullOf, pullText } from "../../state/pull-status.ts";
import { followingOf, hasWayBack, isGoneBack } from "../../state/rerun-status.ts";
import { serviceStatus } from "../../state/service-status.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, killText, remaining } from "../../text/elapsed.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { isUnchanged } from "./build-texts.ts";
import { buildProgress, isBuildShown } from "./service-texts.ts";

/**
 * What one line has to say about the selected service: why it is not well and what to do, what it waits for and how long, or how it runs. `all`: the
 * services of the fleet, among them those that it waits for.
 */
export function selectionSpans(
  service: ServiceSnapshot,
  all: readonly ServiceSnapshot[],
  now: number,
  theme: Theme,
): Span[] {
  const { role, glyphs } = theme;
  const { replica, phase } = serviceStatus(service);
  const failure = currentFailure(service);
  const isWell = phase === "ready" || phase === "completed";
  const isOptional = service.vendor?.isOptional === true;
  const isFailing = failure !== null && (!isWell || failure === service.build.failure);
  const name = nameOf(service, replica?.index);
  const progress = [progressText(service, replica, now), ...awaitedTexts(replica, all, now)].join("; ");
  if (isFailing) {
    const oldOne = failure === service.build.failure && phase === "ready" ? "  the old one still runs" : "";
    return [
      { text: ` ${glyphs.bad} ${name} `, style: { ...role.bad, isBold: true } },
      { text: cleanText(failure.message), style: role.bad },
      { text: oldOne + (progress === "" ? "" : `  ${progress}`), style: role.warn },
      { text: isOptional ? "  it is optional: what needs it goes on" : "", style: role.warn },
      { text: failure.hint === undefined ? "" : `  ${cleanText(failure.hint)}`, style: role.muted },
    ];
  }
  const nameSpan: Span = { text: ` ${glyphs.note} ${name} `, style: role.strong };
  if (progress !== "") return [nameSpan, { text: cleanText(progress), style: role.warn }];
  const needs = service.dependsOn.map((d) => `${d.name} ${d.condition}`).join(", ");
  return [
    nameSpan,
    // There is little room, and the command is known.
    ...(followingOf(service) === "trouble"
      ? troubleSpans(service, theme)
      : [{ text: cleanText(service.command), style: role.muted }, ...containerSpans(replica, theme)]),
    { text: needs === "" ? "" : `  after ${needs}`, style: role.muted },
    { text: failure === null ? "" : `  before: ${cleanText(failure.message)}`, style: role.warn },
    ...unchangedSpans(service, theme),
  ];
}

/** The way back from a program that does not run well to the one before, for the end of the line; empty where there is none. */
export function wayBackSpans(service: ServiceSnapshot, keys: KeyTable, { role }: Theme): Span[] {
  const key = hasWayBack(service) ? keyFor(keys, "go-back") : null;
  return key === null ? [] : [{ text: key, style: role.key }, { text: " goes back " }];
}

/** What a change has come to that made no other program. */
function unchangedSpans(service: ServiceSnapshot, { role }: Theme): Span[] {
  if (isGoneBack(service)) return [{ text: "  the program before, until the next good build", style: role.warn }];
  if (!isUnchanged(service)) return [];
  const { cause } = service.build;
  const after = cause === undefined ? "" : ` after ${cleanText(describeCause(cause))}`;
  return [{ text: `  unchanged${after}: nothing was restarted`, style: role.good }];
}

function troubleSpans(service: ServiceSnapshot, { role, glyphs }: Theme): Span[] {
  if (followingOf(service) !== "trouble") return [];
  const trouble = cleanText(service.rerun?.trouble ?? "");
  return [{ text: `${glyphs.notFollowed} not followed: ${trouble}`, style: role.warn }];
}

/** What is worth a word of a container that runs. */
function containerSpans(replica: ReplicaSnapshot | null, { glyphs, role }: Theme): Span[] {
  const container = replica?.container;
  if (replica === null || container === undefined || !isAlive(replica.state.phase)) return [];
  return [
    ...(container.health === "unhealthy"
      ? [{ text: "  its image's own check says that it is not well", style: role.warn }]
      : []),
    ...(container.isImageMoved
      ? [{ text: `  ${glyphs.moved} ${cleanText(container.image)} names another image by now`, style: role.warn }]
      : []),
  ];
}

/** What is under way, and how long it takes or has; empty where nothing is. */
function progressText(service: ServiceSnapshot, replica: ReplicaSnapshot | null, now: number): string {
  const { build } = service;
  if (isBuildShown(service)) {
    const what = build.status === "testing" ? "the last time" : "the last one";
    const last = lastRunMs(build) === null ? "" : `, against ${what}`;
    const { cause } = build;
    const after = cause?.kind === "file" || cause?.kind === "config" ? `, after ${describeCause(cause)}` : "";
    return `${buildProgress(build, now)}${last}${after}${replica?.state.phase === "ready" ? "  the old one still runs" : ""}`;
  }
  const state = replica?.state;
  const pull = pullOf(replica);
  if (pull !== null) {
    const { done, layers } = pull;
    const far = [pullText(pull), layers === 0 ? "" : `${done} of ${counted(layers, "layer")}`].filter((p) => p !== "");
    const image = replica?.container?.image ?? "its image";
    return [`pulls ${image} for ${elapsed(replica?.since ?? now, now)}`, ...far].join(", ");
  }
  switch (state?.phase) {
    case "backoff":
      return `again in ${remaining(state.retryAt, now)}`;
    case "waiting":
      if (state.blockers.length === 0) return "";
      return `waits ${elapsed(replica?.since ?? now, now)} for ${state.blockers.map(describeBlocker).join(", ")}`;
    case "stopping":
      return `is stopping, ${state.killAt === null ? `for ${elapsed(replica?.since ?? now, now)}` : killText(state.killAt, now)}`;
    case "starting":
      return `${service.oneshot ? "at work" : "starting"} for ${elapsed(replica?.since ?? now, now)}`;
    case "paused":
      return "is paused";
    default:
      return "";
  }
}

/** How far those are that it waits for, where that can be told: `db: again in 3s`. */
function awaitedTexts(replica: ReplicaSnapshot | null, all: readonly ServiceSnapshot[], now: number): string[] {
  if (replica?.state.phase !== "waiting") return [];
  return replica.state.blockers.flatMap((blocker) => {
    if (blocker.kind !== "dependency") return [];
    const awaited = all.find((s) => s.name === blocker.name);
    if (awaited === undefined) return [];
    const status = serviceStatus(awaited);
    // What that waits for in turn is told where it is selected.
    if (status.phase === "waiting" && !isBuildShown(awaited)) return [];
    const progress = progressText(awaited, status.replica, now);
    return progress === "" ? [] : [`${awaited.name}: ${progress}`];
  });
}

/** The build's failure keeps a service from starting, so it comes first; then the present state's, then the last one. */
export function currentFailure(service: ServiceSnapshot): Failure | null {
  const { replica } = serviceStatus(service);
  if (service.build.failure !== null) return service.build.failure;
  if (replica === null) return null;
  return "failure" in replica.state ? replica.state.failure : replica.failure;
}

function nameOf(service: ServiceSnapshot, index: number | undefined): string {
  return service.replicas.length > 1 && index !== undefined ? `${service.name}#${index}` : service.name;
}
