import { constants } from "node:os";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { ExitStatus } from "../../model/cause.ts";

/** The exit code for a status, as a shell says it: 128 and the signal's number where a signal ended it. */
export function shellCode(status: ExitStatus): number {
  switch (status.kind) {
    case "code":
      return status.code;
    case "signal":
      return 128 + (constants.signals[status.signal as NodeJS.Signals] ?? 0);
    case "outOfMemory":
      return 128 + constants.signals.SIGKILL;
    case "removed":
    case "unknown":
      return exitCodes.failed;
  }
}
