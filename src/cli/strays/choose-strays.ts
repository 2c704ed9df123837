import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { StrayAction } from "../../model/command.ts";
import { type Stray, strayArgument, strayTitle } from "../../model/stray.ts";
import { whyNot } from "../../model/stray-words.ts";
import { listNames } from "../output/list-names.ts";

/** Digits of a container's id that are enough to name it, as Docker prints them. */
const idDigits = /^[0-9a-f]{6,64}$/;

/**
 * The strays that words name, each once: a pid, where any process of a stray stands for it, or a container's name or id. An
 * Abort that names the known ones where a word is of none.
 */
export function straysOf(strays: readonly Stray[], words: readonly string[]): Stray[] {
  const unknown = words.filter((word) => !strays.some((stray) => isNamed(stray, word)));
  const [first] = unknown;
  if (first !== undefined) {
    const known = listNames(strays.map((stray) => `${strayArgument(stray)} (${stray.service})`));
    throw new Abort(
      exitCodes.usage,
      unknown.length === 1 ? `${nameOf(first)} is no stray` : `${listNames(unknown.map(nameOf))} are no strays`,
      known === "" ? "there are none: orchestra strays" : `these are: ${known}`,
    );
  }
  return strays.filter((stray) => words.some((word) => isNamed(stray, word)));
}

/** What an action is about: the named ones, else all that are asked about and that it can be done to. */
export function chooseStrays(strays: readonly Stray[], words: readonly string[], action: StrayAction): Stray[] {
  if (words.length === 0) return strays.filter((s) => s.standing === "asked" && whyNot(s, action) === null);
  const chosen = straysOf(strays, words);
  for (const stray of chosen) {
    const reason = whyNot(stray, action);
    if (reason !== null) throw new Abort(exitCodes.usage, `${strayTitle(stray)} ${reason}`);
  }
  return chosen;
}

function isNamed({ pids, container }: Stray, word: string): boolean {
  if (container?.name === word || (idDigits.test(word) && container?.id.startsWith(word))) return true;
  return pids.some((pid) => String(pid) === word);
}

function nameOf(word: string): string {
  return /^\d+$/.test(word) ? `pid ${word}` : word;
}
