/** Which face a command came through. */
export type Origin = "cli" | "dashboard" | "headless" | "http";

/** Why something changed. Every engine event that changes a unit carries one. */
export type Cause =
  | { kind: "user"; verb: string; origin: Origin }
  | { kind: "config"; file: string }
  | { kind: "file"; path: string }
  | { kind: "exit"; status: ExitStatus }
  | { kind: "spawn" }
  | { kind: "probe"; probe: string; detail: string }
  | { kind: "dependency"; name: string; what: string }
  | { kind: "build"; what: string }
  | { kind: "port"; port: number }
  | { kind: "policy"; what: string }
  | { kind: "daemon"; what: "start" | "stop" | "adopt" }
  /** A stray of the service was found, stopped, adopted or left alone. */
  | { kind: "stray"; pid: number; what: "found" | "gone" | "adopted" | "ignored" }
  /** The headless run that started it has ended. */
  | { kind: "lease" };

/** How a process ended. `unknown`: nobody who could have seen it was alive. */
export type ExitStatus =
  | { kind: "code"; code: number }
  | { kind: "signal"; signal: string }
  | { kind: "unknown" }
  /** The kernel ended a container for taking more memory than it may. */
  | { kind: "outOfMemory" }
  /** Somebody removed the container. */
  | { kind: "removed" };

/** `exit 1`, `SIGKILL`, `exit unknown`: fit for a table cell. */
export function describeExit(status: ExitStatus): string {
  switch (status.kind) {
    case "code":
      return `exit ${status.code}`;
    case "signal":
      return status.signal;
    case "unknown":
      return "exit unknown";
    case "outOfMemory":
      return "out of memory";
    case "removed":
      return "removed";
  }
}

/** A few words, fit for the end of a line or a table cell: `start`, `exit 1`, `main.go`, `probe: http 503`. */
export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case "user":
      return cause.verb === "goBack" ? "going back" : cause.verb;
    case "config":
      return `config ${basename(cause.file)}`;
    case "file":
      return basename(cause.path);
    case "exit":
      return describeExit(cause.status);
    case "spawn":
      return "spawned";
    case "probe":
      return cause.detail === "" ? cause.probe : `${cause.probe}: ${cause.detail}`;
    case "dependency":
      return `${cause.name} ${cause.what}`;
    case "build":
      return cause.what;
    case "port":
      return `port ${cause.port}`;
    case "policy":
      return cause.what;
    case "daemon":
      return cause.what === "adopt" ? "adopted" : `daemon ${cause.what}`;
    case "stray":
      return `stray ${cause.pid} ${cause.what}`;
    case "lease":
      return "run ended";
  }
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
