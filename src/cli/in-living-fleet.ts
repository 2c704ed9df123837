import { exitCodes } from "../lib/exit-codes.ts";
import type { CliContext } from "./cli-context.ts";
import { type OpenFleet, openLivingFleet } from "./open-fleet.ts";
import { toOutcomeJson } from "./output/outcome-json.ts";

/**
 * Carries out a verb that is only about what runs already, and sets the exit code that `act` resolves to. Where nothing runs, that is said, and
 * it is no failure.
 */
export async function inLivingFleet(
  context: CliContext,
  options: { json?: boolean },
  act: (fleet: OpenFleet) => Promise<number>,
): Promise<void> {
  const { root, fleet } = await openLivingFleet(context);
  if (fleet !== null) {
    context.exitCode = await act(fleet);
    return;
  }
  context.stderr.write(`nothing runs in ${root}\n`);
  if (options.json === true) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
  context.exitCode = exitCodes.ok;
}
