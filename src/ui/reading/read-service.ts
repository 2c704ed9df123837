import { isAlive, type ReplicaSnapshot } from "../../model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../../model/service-snapshot.ts";
import { currentFailure } from "../panes/services/selection-spans.ts";
import { isBuildShown, lastText } from "../panes/services/service-texts.ts";
import { describeBlocker } from "../state/describe-blocker.ts";
import { isUnhealthy } from "../state/is-unhealthy.ts";
import { lastRunMs } from "../state/last-run-ms.ts";
import { pullOf } from "../state/pull-status.ts";
import { followingOf } from "../state/rerun-status.ts";
import { serviceStatus } from "../state/service-status.ts";
import { byteSize, counted } from "../text/amount.ts";
import { cleanText } from "../text/clean-text.ts";
import { timeOfDay } from "../text/time-of-day.ts";

/**
 * A row of the grid in words. Moments stand in the place of times that go on: a text that changes every second would be read anew every second.
 */
export function readService(service: ServiceSnapshot, isMarked: boolean): string {
  const { word, replica, ready, wanted, restarts, phase } = serviceStatus(service);
  const ports = service.replicas.flatMap((r) => Object.values(r.ports));
  const isOff = phase === "stopped" || phase === "completed";
  // What goes on is told before, as a moment.
  const isToldBefore = replica?.state.phase === "waiting" || pullOf(replica) !== null;
  const last = isToldBefore ? "" : lastText(service, 0);
  return [
    `${cleanText(service.name)}${isMarked ? ", marked" : ""}: ${isBuildShown(service) ? buildWords(service.build) : [word, ...progressWords(replica)].join(", ")}`,
    isOff ? "" : `${ready} of ${wanted} ready`,
    ports.length === 0 ? "" : `${ports.length === 1 ? "port" : "ports"} ${ports.join(" ")}`,
    healthWords(service.replicas.find(isUnhealthy)),
    restarts === 0 ? "" : counted(restarts, "restart"),
    last === "" ? "" : `last: ${last}`,
    followingWords(service),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** What is to be known about the selected service beside its row: what went wrong and what to do, or how it runs. */
export function readSelected(service: ServiceSnapshot): string {
  const failure = currentFailure(service);
  const name = cleanText(service.name);
  if (failure === null) return `${name} runs ${cleanText(service.command)}${troubleWords(service)}`;
  return `${name}: ${cleanText(failure.message)}${failure.hint === undefined ? "" : `. ${cleanText(failure.hint)}`}`;
}

/** That it follows its sources is the usual thing, and not said. */
function followingWords(service: ServiceSnapshot): string {
  const following = followingOf(service);
  if (following === "off") return "rerun off";
  return following === "trouble" ? "rerun on, but not followed" : "";
}

function troubleWords(service: ServiceSnapshot): string {
  return followingOf(service) === "trouble" ? `. Not followed: ${cleanText(service.rerun?.trouble ?? "")}` : "";
}

/** A row of the vendors in words. */
export function readVendor(
  { name, replicas }: ServiceSnapshot,
  { image, isOptional }: NonNullable<ServiceSnapshot["vendor"]>,
  isMarked: boolean,
): string {
  const [replica] = replicas;
  const ports = Object.values(replica?.ports ?? {});
  const restarts = replica?.restarts ?? 0;
  const state = replica === undefined ? ["stopped"] : [replica.state.phase, ...progressWords(replica)];
  const failure = replica !== undefined && "failure" in replica.state ? replica.state.failure : null;
  return [
    `Vendor ${cleanText(name)}${isMarked ? ", marked" : ""}: ${state.join(", ")}`,
    healthWords(replica),
    ports.length === 0 ? "" : `${ports.length === 1 ? "port" : "ports"} ${ports.join(" ")}`,
    restarts === 0 ? "" : counted(restarts, "restart"),
    failure === null ? cleanText(image) : cleanText(failure.message),
    replica?.container?.isImageMoved === true ? "its tag names another image by now" : "",
    isOptional ? "optional" : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** That it is well is what its phase says. */
function healthWords(replica: ReplicaSnapshot | undefined): string {
  const isUp = replica !== undefined && isAlive(replica.state.phase);
  return isUp && replica.container?.health === "unhealthy" ? "unhealthy by its image's own check" : "";
}

/** How far a pull is, in steps of ten percent, so that it is not read anew with every byte. */
function pullWords(unit: Pick<ReplicaSnapshot, "container">): string[] | null {
  const pull = pullOf(unit);
  if (pull === null) return null;
  const { percent, total, done, layers } = pull;
  const far = percent === null || total === null ? [] : [`${percent - (percent % 10)} percent of ${byteSize(total)}`];
  return [
    `pulling ${cleanText(unit.container?.image ?? "its image")}`,
    ...far,
    ...(layers === 0 ? [] : [`${done} of ${counted(layers, "layer")}`]),
  ];
}

/** What a unit waits for, and until when. */
export function progressWords(
  unit: (Pick<ReplicaSnapshot, "state" | "since"> & Partial<Pick<ReplicaSnapshot, "container">>) | null,
): string[] {
  if (unit === null) return [];
  const { state, since } = unit;
  const pull = unit.container === undefined ? null : pullWords({ container: unit.container });
  if (pull !== null) return [...pull, `since ${timeOfDay(since, true)}`];
  switch (state.phase) {
    case "backoff":
      return [`again at ${timeOfDay(state.retryAt, true)}`];
    case "stopping":
      return state.killAt === null ? [] : [`SIGKILL at ${timeOfDay(state.killAt, true)}`];
    case "starting":
      return [`since ${timeOfDay(since, true)}`];
    case "waiting":
      return [
        ...(state.blockers.length === 0 ? [] : [`for ${cleanText(state.blockers.map(describeBlocker).join(", "))}`]),
        `since ${timeOfDay(since, true)}`,
      ];
    default:
      return [];
  }
}

function buildWords(build: BuildState): string {
  const lastMs = lastRunMs(build);
  const what = build.status === "testing" ? "the last time it" : "the last one";
  const last = lastMs === null ? "" : `, ${what} took ${counted(Math.max(1, Math.round(lastMs / 1000)), "second")}`;
  return `${build.status} since ${timeOfDay(build.since, true)}${last}`;
}
