import type { ReplicaSnapshot } from "../../model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../../model/service-snapshot.ts";
import type { VendorSnapshot } from "../../model/vendor.ts";
import { currentFailure } from "../panes/services/selection-spans.ts";
import { isBuildShown, lastText } from "../panes/services/service-texts.ts";
import { describeBlocker } from "../state/describe-blocker.ts";
import { lastRunMs } from "../state/last-run-ms.ts";
import { followingOf } from "../state/rerun-status.ts";
import { serviceStatus } from "../state/service-status.ts";
import { counted } from "../text/amount.ts";
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
  const last = replica?.state.phase === "waiting" ? "" : lastText(service, 0);
  return [
    `${cleanText(service.name)}${isMarked ? ", marked" : ""}: ${isBuildShown(service) ? buildWords(service.build) : [word, ...progressWords(replica)].join(", ")}`,
    isOff ? "" : `${ready} of ${wanted} ready`,
    ports.length === 0 ? "" : `${ports.length === 1 ? "port" : "ports"} ${ports.join(" ")}`,
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
export function readVendor(vendor: VendorSnapshot): string {
  const ports = Object.values(vendor.ports);
  const state = vendor.supported ? [vendor.state.phase, ...progressWords(vendor)] : ["not run by this version yet"];
  return [
    `Vendor ${cleanText(vendor.name)}: ${state.join(", ")}`,
    ports.length === 0 ? "" : `${ports.length === 1 ? "port" : "ports"} ${ports.join(" ")}`,
    vendor.failure === null ? cleanText(vendor.image) : cleanText(vendor.failure.message),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** What a unit waits for, and until when. */
export function progressWords(unit: Pick<ReplicaSnapshot, "state" | "since"> | null): string[] {
  if (unit === null) return [];
  const { state, since } = unit;
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
