import { exitCodes } from "../lib/exit-codes.ts";
import type { Interrupt } from "./cli-context.ts";

/** The exit code of a verb that a signal ended before it was done. */
export function interruptExitCode(interrupt: Interrupt): number {
  switch (interrupt) {
    case "SIGINT":
      return exitCodes.interrupted;
    case "SIGTERM":
      return exitCodes.terminated;
    case "SIGHUP":
      return 129;
  }
}
