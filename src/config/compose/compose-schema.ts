import * as z from "zod/mini";
import { suggest } from "../../lib/suggest.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { RestartMode } from "../../model/service.ts";
import { parseDuration } from "../duration.ts";
import { published } from "../published-ports-schema.ts";
import { didYouMean } from "../report.ts";
import { describe, leaf, listed, Refusal } from "../schema-kit.ts";

/** A word that became one by a variable counts as what it says. */
export const looseFlag = leaf({}, (input): boolean | Refusal => {
  if (input === true || input === "true") return true;
  if (input === false || input === "false") return false;
  return new Refusal(`must be true or false, not ${describe(input)}`);
});

/** A duration as Go writes it; seconds where it is a bare number. */
export const looseDuration = leaf({}, (input): number | Refusal => {
  const written = typeof input === "number" || /^\d+$/.test(String(input)) ? `${input}s` : input;
  const ms = typeof written === "string" ? parseDuration(written) : null;
  return ms ?? new Refusal(`must be a duration as in 30s, not ${describe(input)}`);
});

/** A whole number of at least 1. */
export const looseCount = leaf({}, (input): number | Refusal => {
  const number = Number(input);
  return Number.isInteger(number) && number >= 1
    ? number
    : new Refusal(`must be a whole number of at least 1, not ${describe(input)}`);
});

/** `restart:`, and after how many attempts it gives up. */
export interface ComposeRestart {
  mode: RestartMode;
  attempts: number | null;
}

const restartModes: ReadonlyMap<string, RestartMode> = new Map([
  ["no", "never"],
  ["false", "never"],
  ["always", "always"],
  ["unless-stopped", "always"],
  ["on-failure", "on-failure"],
]);

export const composeRestart = leaf({}, (input): ComposeRestart | Refusal => {
  const [word = "", attempts] = String(input).split(":");
  const mode = restartModes.get(word);
  const words = ["no", "always", "on-failure", "unless-stopped"];
  if (mode === undefined || (attempts !== undefined && (word !== "on-failure" || !/^\d+$/.test(attempts)))) {
    return new Refusal(`must be ${listed(words)}, not ${describe(input)}`, didYouMean(suggest(word, words)));
  }
  return { mode, attempts: attempts === undefined ? null : Number(attempts) };
});

/** `pull_policy:`; what is fetched now and then is fetched where it is missing. */
export const composePull = leaf({}, (input): PullPolicy | Refusal => {
  if (input === "always" || input === "never" || input === "missing") return input;
  if (/^(if_not_present|build|daily|weekly|every_.+)$/.test(String(input))) return "missing";
  return new Refusal(`must be always, missing or never, not ${describe(input)}`);
});

/** `ports:` of a Compose file. */
export const composePorts = z.array(published);

/** A list of words, or one. */
export const words = z.pipe(
  z.transform((input: unknown) => (Array.isArray(input) ? input : [input])),
  z.array(z.string()),
);
