import { basename } from "node:path";
import { loadFleet } from "../config/load-fleet.ts";
import { resolveSelection } from "../engine/selection.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { CliContext } from "./cli-context.ts";
import { readLivingUnits } from "./offline-state.ts";
import { listUnits } from "./output/list-units.ts";
import { abortOf } from "./reply-abort.ts";

/** `why` where no daemon runs: nothing does, or nobody looks after what does. */
export async function showWhyWithoutDaemon(
  context: CliContext,
  root: string,
  names: readonly string[],
  json: boolean,
): Promise<number> {
  const { spec } = loadFleet(root);
  if (names.length > 0 && spec !== null) {
    const resolved = resolveSelection({ names: [...names], except: [] }, spec, []);
    if (!resolved.ok) throw await abortOf(resolved.error, root, false);
  }
  const living = readLivingUnits(root).map((record) => record.unit);
  if (json) {
    const fleet = spec?.name ?? basename(root);
    context.stdout.write(`${JSON.stringify({ fleet, root, isWell: living.length === 0, explanations: [] })}\n`);
  } else if (living.length === 0) {
    context.stderr.write(`nothing runs in ${root}: no daemon does\n  start it: orchestra start\n`);
  } else {
    context.stderr.write(
      `no daemon runs, so nobody knows how ${listUnits(living)} ${living.length === 1 ? "is" : "are"}; started by an earlier one\n` +
        "  look after them again: orchestra start      end them: orchestra down\n",
    );
  }
  return exitCodes.ok;
}
