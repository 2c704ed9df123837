import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure } from "../../model/failure.ts";
import type { CommandResult } from "../process/run-command.ts";
import { buildFailure, outputLines } from "./build-failure.ts";
import { buildLimitMs } from "./build-limits.ts";
import { explainGoOutput } from "./explain-go-output.ts";

/** Why a `go build` in `dir` that did not end with 0 failed. */
export function goBuildFailure(result: CommandResult, command: string, dir: string): Failure {
  if (result.failure !== null) return result.failure;
  const output = outputLines(result.output);
  if (result.timedOut) {
    const message = `did not finish building within ${formatDuration(buildLimitMs)}`;
    return buildFailure(command, null, output, { message });
  }
  if (result.exitCode === null) {
    const told = { message: `its build was ended by ${result.signal ?? "a signal"}` };
    const hint = "somebody did that, or the system because memory ran out";
    return buildFailure(command, null, output, result.signal === "SIGKILL" ? { ...told, hint } : told);
  }
  return buildFailure(command, result.exitCode, output, explainGoOutput(output, dir));
}
