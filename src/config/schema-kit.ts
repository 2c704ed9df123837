import * as z from "zod/mini";
import { suggest } from "../lib/suggest.ts";
import { durationPattern, parseDuration } from "./duration.ts";
import { didYouMean } from "./report.ts";
import { parseSize, sizePattern } from "./size.ts";

/** Why a value is refused: the end of a sentence that begins with its key (`must be a duration, not 10`). */
export class Refusal {
  readonly message: string;
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    this.message = message;
    this.hint = hint;
  }
}

/** A setTimeout of more milliseconds than this fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** A schema for one value that `read` turns into what the program uses; `json` describes the value to editors. */
export function leaf<T>(json: Record<string, unknown>, read: (input: unknown) => T | Refusal) {
  return z.pipe(
    z.unknown().check(z.meta(json)),
    z.transform((input, context): T => {
      const value = read(input);
      if (!(value instanceof Refusal)) return value;
      context.issues.push({ code: "custom", message: value.message, params: { hint: value.hint }, input });
      return z.NEVER;
    }),
  );
}

/** A map with exactly these keys, each optional unless its schema says otherwise; a key without a value counts as absent. */
export function section<Shape extends Record<string, z.ZodMiniType>>(shape: Shape) {
  return z.pipe(
    z.transform((input: unknown) => withoutEmpty(input, shape)),
    z.strictObject(shape),
  );
}

function withoutEmpty(input: unknown, shape: object): unknown {
  if (!isPlainMap(input)) return input;
  if (!Object.keys(input).some((key) => input[key] === null && Object.hasOwn(shape, key))) return input;
  return Object.fromEntries(
    Object.entries(input).filter(([key, value]) => value !== null || !Object.hasOwn(shape, key)),
  );
}

/** True for what a YAML map becomes. */
export function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text that is not empty. */
export function text(description: string) {
  return z.string().check(z.trim(), z.minLength(1, "must not be empty"), z.meta({ description }));
}

/** One text or a list of them; always read as a list. */
export function texts(description: string) {
  const one = z.string().check(z.minLength(1, "must not be empty"));
  return z.pipe(
    z.union([one, z.array(one)]).check(z.meta({ description })),
    z.transform((input): string[] => (typeof input === "string" ? [input] : input)),
  );
}

/** A duration with a unit, in milliseconds. `timer`: it is used for a timer, which cannot run longer than 24 days. */
export function duration(description: string, options: { minMs?: number; isTimer?: boolean } = {}) {
  const { minMs = 0, isTimer = true } = options;
  return leaf({ type: "string", pattern: durationPattern, description }, (input) => {
    const ms = typeof input === "string" ? parseDuration(input) : null;
    if (ms === null) return new Refusal(`must be a duration, not ${describe(input)}`, exampleFor(input));
    if (ms < minMs) return new Refusal(`must be at least ${minMs}ms`);
    return isTimer && ms > maxTimerMs ? new Refusal("must be at most 24d") : ms;
  });
}

function exampleFor(input: unknown): string {
  const isBare = typeof input === "number" || (typeof input === "string" && /^\d+(\.\d+)?$/.test(input));
  return isBare && Number(input) >= 0
    ? `write ${input}s, or another unit: ms, s, m, h, d`
    : "write 300ms, 10s, 5m, 1h or 7d";
}

/** A size with a unit, in bytes. */
export function size(description: string) {
  return leaf({ type: "string", pattern: sizePattern, description }, (input) => {
    const bytes = typeof input === "string" ? parseSize(input) : null;
    if (bytes !== null) return bytes;
    const isBare = typeof input === "number" && input >= 0;
    return new Refusal(
      `must be a size, not ${describe(input)}`,
      isBare ? `write ${input}MB, or another unit` : "write 200MB",
    );
  });
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words, description: string) {
  return leaf({ type: "string", enum: words, description }, (input): Words[number] | Refusal => {
    const word = words.find((w) => w === input);
    if (word !== undefined) return word;
    const close = typeof input === "string" ? suggest(input, words) : null;
    return new Refusal(`must be ${listed(words)}, not ${describe(input)}`, didYouMean(close));
  });
}

/** A whole number of at least `min`. */
export function count(min: number, max: number, description: string) {
  return leaf({ type: "integer", minimum: min, maximum: max, description }, (input) => {
    if (typeof input !== "number" || !Number.isInteger(input)) {
      return new Refusal(`must be a whole number, not ${describe(input)}`);
    }
    if (input < min) return new Refusal(`must be at least ${min}, not ${input}`);
    return input > max ? new Refusal(`must be at most ${max}, not ${input}`) : input;
  });
}

/** True or false. */
export function flag(description: string) {
  return z.boolean().check(z.meta({ description }));
}

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A value in a few words, for the end of `must be …, not …`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value !== "string") return String(value);
  return value.length > 40 ? `"${value.slice(0, 39)}…"` : `"${value}"`;
}
