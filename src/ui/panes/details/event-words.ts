import { formatDuration } from "../../../lib/format-duration.ts";
import { describeCause, describeExit } from "../../../model/cause.ts";
import type { EngineEvent } from "../../../model/event.ts";
import type { BuildState, RerunState } from "../../../model/service-snapshot.ts";
import { buildFailedText, testsText } from "../services/build-texts.ts";

/** What an event of a unit comes to, and because of what (empty where that is said). Null for what is nothing to a reader of its details. */
export function eventWords(event: EngineEvent): { what: string; why: string } | null {
  switch (event.kind) {
    case "replicaChanged":
      return { what: event.replica.state.phase, why: describeCause(event.replica.cause) };
    case "replicaExited":
      return { what: describeExit(event.status), why: `ran ${formatDuration(event.runMs)}` };
    case "buildChanged":
      return { what: buildWords(event.build), why: describeCause(event.cause) };
    case "rerunChanged":
      return { what: rerunWords(event.rerun), why: describeCause(event.cause) };
    case "wantedChanged":
      return { what: `wanted ${event.wanted}, scale ${event.scale}`, why: describeCause(event.cause) };
    case "noticed":
      return { what: event.message, why: "" };
    default:
      return null;
  }
}

function buildWords(build: BuildState): string {
  if (build.status === "failed") return buildFailedText(build);
  if (build.status !== "ok") return `build ${build.status}`;
  const tests = build.tests === undefined ? "" : `, ${testsText(build.tests)}`;
  return `build ok${tests}${build.isUnchanged === true ? ", unchanged" : ""}`;
}

function rerunWords({ isOn, trouble }: RerunState): string {
  if (!isOn) return "rerun off";
  return trouble === null ? "rerun on" : "rerun on, not watched";
}
