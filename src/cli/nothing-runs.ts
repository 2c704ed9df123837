import { exitCodes } from "../lib/exit-codes.ts";
import type { CliContext } from "./cli-context.ts";
import { toOutcomeJson } from "./output/outcome-json.ts";

/** The end of a verb that ends things, in a fleet where there is nothing to end. */
export function nothingRuns(context: CliContext, root: string, json: boolean): number {
  context.stderr.write(`nothing runs in ${root}\n`);
  if (json) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
  return exitCodes.ok;
}
