import type { ServiceSpec } from "../../model/service.ts";
import { type Argv, toArgv } from "../process/command-line.ts";

/** How a service is executed; null where that is the binary that a build has yet to make. */
export function commandOf({ run }: Pick<ServiceSpec, "run">, artifact: string | null): Argv | null {
  if (run.kind === "command") return toArgv(run.command);
  return artifact === null ? null : { file: artifact, args: run.args };
}
