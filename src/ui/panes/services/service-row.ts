import { describeCause } from "../../../model/cause.ts";
import type { BuildState, ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { blockerInShort } from "../../state/describe-blocker.ts";
import { type ServiceStatus, serviceStatus } from "../../state/service-status.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, remaining } from "../../text/elapsed.ts";
import type { Theme } from "../../theme/theme.ts";

/** A service with all that its row says, as text. */
export interface ServiceRow {
  service: ServiceSnapshot;
  status: ServiceStatus;
  state: string;
  build: string;
  scale: string;
  port: string;
  up: string;
  restarts: string;
  last: string;
}

/** Columns of the build cell. */
export const buildWidth = 14;

/** Words for a row. `none` stands where there is nothing to say. */
export function serviceRow(service: ServiceSnapshot, now: number, { glyphs }: Theme): ServiceRow {
  const status = serviceStatus(service);
  return {
    service,
    status,
    state: stateText(status, now),
    build: buildText(service.build, now, glyphs.none),
    scale: `${status.ready}/${status.wanted}`,
    port: portText(service, glyphs.none),
    up: status.upSince === null ? glyphs.none : elapsed(status.upSince, now),
    restarts: status.restarts === 0 ? glyphs.none : String(status.restarts),
    last: lastText(service, status),
  };
}

function stateText({ word, replica }: ServiceStatus, now: number): string {
  const state = replica?.state;
  if (state?.phase === "backoff") return `backoff ${remaining(state.retryAt, now)}`;
  if (state?.phase === "stopping" && state.killAt !== null) return `stopping ${remaining(state.killAt, now)}`;
  return word;
}

function buildText(build: BuildState, now: number, none: string): string {
  switch (build.status) {
    case "none":
      return none;
    case "building":
    case "testing": {
      const text = `${build.status} ${elapsed(build.since, now)}`;
      // Against the last one, which says how long it is going to take.
      const against = build.lastMs === null ? text : `${text}/${Math.max(1, Math.round(build.lastMs / 1000))}s`;
      return against.length <= buildWidth ? against : text;
    }
    case "ok":
      return build.lastMs === null ? "ok" : `ok ${buildTime(build.lastMs)}`;
    case "queued":
    case "failed":
      return build.status;
  }
}

function buildTime(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)}s` : `${Math.round(ms / 1000)}s`;
}

/** The first port of the first replica, and how many more the service has. */
function portText(service: ServiceSnapshot, none: string): string {
  const ports = service.replicas.flatMap((r) => Object.values(r.ports));
  const [first] = ports;
  if (first === undefined) return none;
  return ports.length === 1 ? String(first) : `${first} +${ports.length - 1}`;
}

function lastText(service: ServiceSnapshot, { replica }: ServiceStatus): string {
  if (service.build.status === "failed") return "build failed";
  if (replica === null) return "";
  const { state } = replica;
  if (state.phase === "waiting" && state.blockers.length > 0) {
    return `for ${state.blockers.map(blockerInShort).join(", ")}`;
  }
  return cleanText(describeCause(replica.cause));
}
