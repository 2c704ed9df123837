import { exitCodes } from "../../lib/exit-codes.ts";
import type { CliContext } from "../cli-context.ts";
import { straysOf } from "./choose-strays.ts";
import { knownStrays } from "./known-strays.ts";
import { toStrayJson } from "./stray-json.ts";
import { formatStrays } from "./stray-text.ts";

/** Prints what is known of the strays with these pids, of all without any. Starts nothing and changes nothing. */
export async function listStrays(context: CliContext, pids: readonly number[], json: boolean): Promise<number> {
  const { stdout, stderr, clock } = context;
  const { root, fleet, strays } = await knownStrays(context);
  const shown = pids.length === 0 ? strays : straysOf(strays, pids);
  if (json) {
    stdout.write(`${JSON.stringify({ fleet, root, strays: shown.map(toStrayJson) })}\n`);
    return exitCodes.ok;
  }
  if (shown.length === 0) {
    stderr.write(`no strays: nothing of ${fleet} runs that its daemon did not start\n`);
    return exitCodes.ok;
  }
  stdout.write(formatStrays(shown, clock.now(), stdout));
  const [asked, ...others] = shown.filter((stray) => stray.standing === "asked");
  if (asked !== undefined) {
    const which = others.length === 0 ? String(asked.pid) : "PID…";
    stderr.write(
      `\nuse it as it runs: orchestra strays adopt ${which}\nend it: orchestra strays stop ${which}\nstart beside it: orchestra strays ignore ${which}\n`,
    );
  }
  return exitCodes.ok;
}
