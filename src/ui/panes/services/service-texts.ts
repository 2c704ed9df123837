import { describeCause } from "../../../model/cause.ts";
import { type Blocker, isAlive } from "../../../model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { blockerInShort } from "../../state/describe-blocker.ts";
import { isUnhealthy } from "../../state/is-unhealthy.ts";
import { lastRunMs } from "../../state/last-run-ms.ts";
import { pullOf, pullText } from "../../state/pull-status.ts";
import { serviceStatus } from "../../state/service-status.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, remaining } from "../../text/elapsed.ts";
import { vendorRow } from "../vendors/vendor-row.ts";
import { imageText, vendorProgress } from "../vendors/vendor-texts.ts";
import { rerunText } from "./build-texts.ts";

/** True where the state of a service is told by its build: a build says how far it is, whatever still runs meanwhile. */
export function isBuildShown({ build }: ServiceSnapshot): boolean {
  return build.status === "building" || build.status === "testing";
}

/** The state in a word, and how far it is or what it waits for: `building 2s/3s`, `backoff 3s`, `waiting for db`, `stopping 4s`. */
export function stateText(service: ServiceSnapshot, now: number): string {
  if (isBuildShown(service)) return buildProgress(service.build, now);
  const { word, replica } = serviceStatus(service);
  const pull = pullOf(replica);
  if (pull !== null) return pull.percent === null ? "pulling" : `pulling ${pull.percent}%`;
  if (service.replicas.some(isUnhealthy) && word === "ready") return "unhealthy";
  const state = replica?.state;
  switch (state?.phase) {
    case "backoff":
      return `${word} ${remaining(state.retryAt, now)}`;
    case "stopping":
      if (state.killAt === null) return `${word} ${elapsed(replica?.since ?? now, now)}`;
      return state.killAt > now ? `${word} ${remaining(state.killAt, now)}` : `killing ${elapsed(state.killAt, now)}`;
    case "starting":
      return `${word} ${elapsed(replica?.since ?? now, now)}`;
    case "waiting":
      return waitingText(state.blockers);
    default:
      return word;
  }
}

/** Of a build or its tests, against the last ones, which say how long it is going to take. */
export function buildProgress(build: BuildState, now: number): string {
  const text = `${build.status} ${wholeSeconds(now - build.since)}`;
  const lastMs = lastRunMs(build);
  return lastMs === null ? text : `${text}/${wholeSeconds(Math.max(1000, lastMs))}`;
}

function wholeSeconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1000))}s`;
}

function waitingText(blockers: readonly Blocker[]): string {
  const [first] = blockers;
  if (first === undefined) return "waiting";
  const what = cleanText(wordFor(first));
  return blockers.length === 1 ? `waiting for ${what}` : `waiting for ${what} +${blockers.length - 1}`;
}

function wordFor(blocker: Blocker): string {
  if (blocker.kind === "dependency") return blocker.name;
  return blocker.kind === "strays" && blocker.strays.length > 0 ? "you" : blockerInShort(blocker);
}

/** The first port of the first replica, and how many more the service has: `8080 +1`. */
export function portText({ replicas }: ServiceSnapshot, none: string): string {
  const ports = replicas.flatMap((r) => Object.values(r.ports));
  const [first] = ports;
  if (first === undefined) return none;
  return ports.length === 1 ? String(first) : `${first} +${ports.length - 1}`;
}

/** What happened last, in short; what it waits for, and for how long. */
export function lastText(service: ServiceSnapshot, now: number): string {
  const rerun = rerunText(service);
  if (rerun !== null) return cleanText(rerun);
  const vendor = vendorRow(service);
  if (vendor !== null) return vendorProgress(vendor, now, true) ?? imageText(vendor, true);
  const { replica } = serviceStatus(service);
  if (replica === null) return "";
  const { state } = replica;
  const pull = pullOf(replica);
  if (pull !== null) return pullText(pull);
  if (state.phase === "waiting" && state.blockers.length > 0) {
    return cleanText(`${elapsed(replica.since, now)} for ${state.blockers.map(blockerInShort).join(", ")}`);
  }
  // As long as it runs, this is why its log stays empty.
  if (isAlive(state.phase) && replica.outputElsewhere) return "output elsewhere";
  return cleanText(describeCause(replica.cause));
}
