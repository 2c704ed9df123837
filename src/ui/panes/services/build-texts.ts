import { describeCause } from "../../../model/cause.ts";
import { isAlive } from "../../../model/replica.ts";
import type { BuildState, ServiceSnapshot, TestCounts } from "../../../model/service-snapshot.ts";
import { isGoneBack } from "../../state/rerun-status.ts";
import { serviceStatus } from "../../state/service-status.ts";
import { counted } from "../../text/amount.ts";

/** True where the last build made the very program that runs, and nothing has happened to its replicas since. */
export function isUnchanged(service: ServiceSnapshot): boolean {
  const { build } = service;
  const { replica } = serviceStatus(service);
  if (build.status !== "ok" || build.isUnchanged !== true || replica === null) return false;
  return isAlive(replica.state.phase) && build.since >= replica.since;
}

/** What tests came to: `tests 12 ok`, `tests ok`, `2 tests failed`. */
export function testsText({ passed, failed }: TestCounts): string {
  if (failed !== null && failed > 0) return `${counted(failed, "test")} failed`;
  return passed === null ? "tests ok" : `tests ${passed} ok`;
}

/** `build failed`, or how many tests did. */
export function buildFailedText({ failure, tests }: BuildState): string {
  if (failure?.kind !== "test-failed") return "build failed";
  const count = tests?.failed ?? failure.failed.length;
  return count === 0 ? "tests failed" : `${counted(count, "test")} failed`;
}

/**
 * What a change of the sources has come to, in short, as long as that is the last thing that happened: `main.go` while it is built and when what
 * was built runs, `unchanged, main.go`, `tests 12 ok, main.go`, `build failed, main.go`, `went back`. Null where something else is.
 */
export function rerunText(service: ServiceSnapshot): string | null {
  const { build } = service;
  const cause = build.cause === undefined ? [] : [describeCause(build.cause)];
  switch (build.status) {
    case "building":
    case "testing":
      return cause[0] ?? null;
    case "queued":
      return isRunning(service) && cause[0] !== undefined ? `queued, ${cause[0]}` : null;
    case "failed":
      return [buildFailedText(build), ...(isOfChange(build) ? cause : [])].join(", ");
    case "ok": {
      const tests = build.tests === undefined ? [] : [testsText(build.tests)];
      if (isGoneBack(service)) return isRunning(service) ? "went back" : null;
      if (isUnchanged(service)) return ["unchanged", ...tests, ...cause].join(", ");
      return isOfChange(build) && runsWhatWasBuilt(service) ? [...tests, ...cause].join(", ") : null;
    }
    case "none":
      return null;
  }
}

/** Somebody saved something; what people ask for has its own word in the same place. */
function isOfChange({ cause }: BuildState): boolean {
  return cause?.kind === "file" || cause?.kind === "config";
}

function isRunning(service: ServiceSnapshot): boolean {
  const { replica } = serviceStatus(service);
  return replica !== null && isAlive(replica.state.phase);
}

function runsWhatWasBuilt(service: ServiceSnapshot): boolean {
  const { replica } = serviceStatus(service);
  if (replica === null || !isAlive(replica.state.phase) || replica.state.phase === "stopping") return false;
  return replica.failure === null && replica.startedAt !== null && replica.startedAt >= service.build.since;
}
