import { constants } from "node:os";
import type { ExitStatus } from "../../../model/cause.ts";
import type { ContainerState } from "../../vendors/docker.ts";

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** How the container's last run ended. Docker tells a signal as a shell does: 128 and its number. Pure. */
export function exitOf(state: Pick<ContainerState, "exitCode" | "isOutOfMemory">): ExitStatus {
  const { exitCode, isOutOfMemory } = state;
  if (isOutOfMemory) return { kind: "outOfMemory" };
  const signal = exitCode > 128 ? names.get(exitCode - 128) : undefined;
  // Only these two end a program from outside as a rule; a program's own `exit 129` is a code like any other.
  if (signal === "SIGKILL" || signal === "SIGTERM") return { kind: "signal", signal };
  return { kind: "code", code: exitCode };
}
