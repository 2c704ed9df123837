import { exitCodes } from "../lib/exit-codes.ts";
import type { Failure } from "../model/failure.ts";
import type { Progress } from "./wait-for.ts";

/** What a verb exits with where something failed: 3 where that is for want of an engine for containers, which could not be asked. */
export function exitCodeOfFailed(failed: Progress["failed"]): number {
  return failed.some(({ failure }) => isForWantOfDocker(failure)) ? exitCodes.unreachable : exitCodes.failed;
}

/** What a verb exits with where the time was up. */
export function exitCodeOfTimeout({ failed, pending }: Progress): number {
  if (failed.length > 0) return exitCodeOfFailed(failed);
  return pending.some(({ waitsForDocker }) => waitsForDocker === true) ? exitCodes.unreachable : exitCodes.timeout;
}

function isForWantOfDocker(failure: Failure | null): boolean {
  if (failure?.kind === "gave-up") return isForWantOfDocker(failure.last);
  return failure?.kind === "docker-unreachable";
}
