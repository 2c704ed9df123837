import { exitCodes } from "../lib/exit-codes.ts";
import type { CliContext } from "./cli-context.ts";
import { livingContainers } from "./living-containers.ts";
import { type OpenFleet, openLivingFleet } from "./open-fleet.ts";
import { listNames } from "./output/list-names.ts";
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
  const { living } = await livingContainers(context, root);
  const kept = living.map(({ service, unit, isVendor }) => (isVendor ? service : unit));
  context.stderr.write(
    kept.length === 0
      ? `nothing runs in ${root}\n`
      : `nothing runs in ${root} but what is kept: ${listNames(kept)}\n  end it: orchestra vendors down\n`,
  );
  if (options.json === true) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
  context.exitCode = exitCodes.ok;
}
