import { type Cause, describeExit, type Origin } from "./cause.ts";
import type { Failure, PortHolder } from "./failure.ts";
import type { UnitState } from "./replica.ts";
import type { BuildState } from "./service-snapshot.ts";

/** What a unit is, as the rest of a sentence that begins with its name: `is ready`, `waits`. Without times and reasons. */
export function standingOf(state: UnitState, isOneshot: boolean): string {
  switch (state.phase) {
    case "waiting":
      return "waits";
    case "starting":
      return isOneshot ? "is running" : "is starting";
    case "stopping":
      return state.next === "start" ? "is stopping, to start again" : "is stopping";
    case "backoff":
      return "is in backoff: it failed too often in a short time";
    case "failed":
      return "has failed, and is not started again";
    case "unready":
      return "runs and is not ready";
    case "stopped":
    case "ready":
    case "paused":
    case "completed":
      return `is ${state.phase}`;
  }
}

const placeOf: Record<Origin, string> = {
  cli: "on the command line",
  dashboard: "in the dashboard",
  headless: "by a headless run",
  http: "over HTTP",
};

/** A cause as a sentence of its own, without who it is about; null where it says nothing that a person would ask for. */
export function groundOf(cause: Cause): string | null {
  switch (cause.kind) {
    case "user":
      return `${verbWords[cause.verb] ?? cause.verb} was asked for ${placeOf[cause.origin]}`;
    case "config":
      return `${cause.file} was changed`;
    case "file":
      return `${cause.path} was changed`;
    case "exit":
      return `its process ended: ${describeExit(cause.status)}`;
    case "spawn":
      return null;
    case "probe":
      return cause.detail === "" ? `its probe answered: ${cause.probe}` : `${cause.probe}: ${cause.detail}`;
    case "dependency":
      return cause.what === "restarted" ? `${cause.name} was restarted` : `${cause.name} is ${cause.what}`;
    case "build":
      return buildWords[cause.what] ?? "its build failed";
    case "port":
      return `port ${cause.port} is free`;
    case "policy":
      return cause.what === "restart" ? "it was started again after it had failed" : `by policy: ${cause.what}`;
    case "daemon":
      return cause.what === "adopt" ? "a new daemon took it over as it ran" : `the daemon's ${cause.what}`;
    case "stray":
      return strayWords[cause.what](cause.pid);
    case "lease":
      return "the headless run that had started it has ended";
  }
}

/** Verbs that are no English word for what was asked for. */
const verbWords: Readonly<Record<string, string>> = { goBack: "going back to the program before" };

const buildWords: Readonly<Record<string, string>> = {
  built: "its build is done",
  unchanged: "its build made the program that runs",
  "tests failed": "its tests failed",
};

/** What a build came to, as the rest of a sentence that begins with the service's name; null where it says nothing. */
export function buildStandingOf({ status, failure, isUnchanged, tests, cause }: BuildState): string | null {
  switch (status) {
    case "failed":
      // Which tests fail is a sentence of its own.
      if (failure?.kind === "test-failed") return failure.message;
      return failure === null ? "build failed" : `build failed: ${failure.message}`;
    case "queued":
      return "waits for its turn to be built";
    case "building":
    case "testing":
      return `is ${status}`;
    case "ok": {
      if (cause?.kind === "user" && cause.verb === "goBack") {
        return "runs the program from before its last build, until the next good one";
      }
      if (isUnchanged !== true) return null;
      const passed = tests?.passed == null ? "" : `, and ${tests.passed} tests passed`;
      return `was built again and came out the same: nothing was restarted${passed}`;
    }
    case "none":
      return null;
  }
}

const strayWords = {
  found: (pid: number) => `process ${pid} was found, which may be it already`,
  gone: (pid: number) => `process ${pid}, which may have been it already, is gone`,
  adopted: (pid: number) => `process ${pid}, started outside, was adopted as it ran`,
  ignored: (pid: number) => `process ${pid}, started outside, is left alone`,
} as const;

/** Who has a port, as the rest of a sentence that begins with the port. */
export function holderOf(holder: PortHolder): string {
  const where = holder.cwd === null ? "" : ` in ${holder.cwd}`;
  const whose = holder.unit === null ? "not of this fleet" : `of ${holder.unit}`;
  return `is taken by pid ${holder.pid}, ${whose}: ${holder.command}${where}`;
}

/** Whether the last lines of the run are likely to say more about a failure. */
export function speaksInLog(failure: Failure): boolean {
  switch (failure.kind) {
    case "exited":
    case "killed":
    case "exit-unknown":
    case "out-of-memory":
    case "container-removed":
    case "probe-failed":
    case "stop-incomplete":
      return true;
    case "gave-up":
      return speaksInLog(failure.last);
    case "spawn-failed":
    case "build-failed":
    case "test-failed":
    case "toolchain-missing":
    case "port-taken":
    case "strays-found":
    case "dependency-failed":
    case "docker-unreachable":
    case "image-unavailable":
    case "container-refused":
    case "log-unwritable":
      return false;
  }
}
