import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { StrayAction } from "../../model/command.ts";
import type { Stray } from "../../model/stray.ts";
import { whyNot } from "../../model/stray-words.ts";
import { listNames } from "../output/list-names.ts";

/**
 * The strays that pids name, each once; any process of a stray stands for it. An Abort that names the known ones where a
 * pid is of none.
 */
export function straysOf(strays: readonly Stray[], pids: readonly number[]): Stray[] {
  const unknown = pids.filter((pid) => !strays.some((stray) => stray.pids.includes(pid)));
  const [first] = unknown;
  if (first !== undefined) {
    const known = listNames(strays.map(({ pid, service }) => `${pid} (${service})`));
    throw new Abort(
      exitCodes.usage,
      unknown.length === 1 ? `pid ${first} is no stray` : `pids ${listNames(unknown.map(String))} are no strays`,
      known === "" ? "there are none: orchestra strays" : `these are: ${known}`,
    );
  }
  return strays.filter((stray) => stray.pids.some((pid) => pids.includes(pid)));
}

/** What an action is about: the named ones, else all that are asked about and that it can be done to. */
export function chooseStrays(strays: readonly Stray[], pids: readonly number[], action: StrayAction): Stray[] {
  if (pids.length === 0) return strays.filter((s) => s.standing === "asked" && whyNot(s, action) === null);
  const chosen = straysOf(strays, pids);
  for (const stray of chosen) {
    const reason = whyNot(stray, action);
    if (reason !== null) throw new Abort(exitCodes.usage, `pid ${stray.pid} ${reason}`);
  }
  return chosen;
}
