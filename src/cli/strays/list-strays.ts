import { exitCodes } from "../../lib/exit-codes.ts";
import { strayArgument } from "../../model/stray.ts";
import { whyNot } from "../../model/stray-words.ts";
import type { CliContext } from "../cli-context.ts";
import { straysOf } from "./choose-strays.ts";
import { knownStrays } from "./known-strays.ts";
import { toStrayJson } from "./stray-json.ts";
import { formatStrays } from "./stray-text.ts";

/** Prints what is known of the strays that these words name, of all without any. Starts nothing and changes nothing. */
export async function listStrays(context: CliContext, words: readonly string[], json: boolean): Promise<number> {
  const { stdout, stderr, clock } = context;
  const { root, fleet, strays } = await knownStrays(context);
  const shown = words.length === 0 ? strays : straysOf(strays, words);
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
    const which = others.length === 0 ? strayArgument(asked) : "STRAY…";
    const advice = [
      ...([asked, ...others].some((stray) => whyNot(stray, "adopt") === null)
        ? [`use it as it runs: orchestra strays adopt ${which}`]
        : []),
      `end it: orchestra strays stop ${which}`,
      `start beside it: orchestra strays ignore ${which}`,
    ];
    stderr.write(`\n${advice.join("\n")}\n`);
  }
  return exitCodes.ok;
}
