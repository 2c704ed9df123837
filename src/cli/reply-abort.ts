import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { CommandError } from "../model/command.ts";
import type { Diagnostic } from "../model/diagnostic.ts";

/** What the engine refused, as the end of a verb. */
export async function abortOf(error: CommandError, root: string, hasColor: boolean): Promise<Abort> {
  switch (error.kind) {
    case "unknown-name":
      return new Abort(
        exitCodes.usage,
        error.message,
        error.suggestion === null ? "see what there is: orchestra ps" : `did you mean "${error.suggestion}"?`,
      );
    case "config":
      return await configAbort(error.diagnostics, root, hasColor);
    case "hook-failed":
      return new Abort(exitCodes.failed, error.message);
    case "refused":
      return new Abort(exitCodes.usage, error.message);
    case "stopping":
      return new Abort(exitCodes.failed, error.message, "try again once it is down: orchestra daemon status");
  }
}

/** The config has mistakes: all of them at once, with their places. */
export async function configAbort(diagnostics: readonly Diagnostic[], root: string, hasColor: boolean): Promise<Abort> {
  const { formatDiagnostics } = await import("./output/diagnostics.ts");
  return new Abort(exitCodes.usage, formatDiagnostics([...diagnostics], { root, color: hasColor }).trimEnd());
}
