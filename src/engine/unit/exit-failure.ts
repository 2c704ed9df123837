import { describeExit, type ExitStatus } from "../../model/cause.ts";
import type { Failure } from "../../model/failure.ts";

/** Why an end that nobody asked for counts as a failure. */
export function exitFailure(status: ExitStatus): Failure {
  switch (status.kind) {
    case "code":
      if (status.code !== 0) return { kind: "exited", code: status.code, message: describeExit(status) };
      return {
        kind: "exited",
        code: 0,
        message: "ended by itself with exit 0, but is meant to keep running",
        hint: "if that is fine, say oneshot: true or restart: on-failure",
      };
    case "signal":
      return { kind: "killed", signal: status.signal, message: `ended by ${status.signal}` };
    case "unknown":
      return { kind: "exit-unknown", message: "ended while no daemon was there to see how" };
    case "outOfMemory":
      return { kind: "out-of-memory", message: "ended by the kernel: it took more memory than it may" };
    case "removed":
      return {
        kind: "container-removed",
        message: "its container was removed by somebody",
        hint: "start it again to make another; what was in its volumes is still there",
      };
  }
}
