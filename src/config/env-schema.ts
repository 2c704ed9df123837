import * as z from "zod/mini";
import { describe, leaf, Refusal } from "./schema-kit.ts";

/** The pattern of a variable's name. */
export const envNamePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

const envName = z
  .string()
  .check(z.regex(envNamePattern, "is no name for a variable\nuse letters, digits and _, and no digit in front"));

const envValue = leaf({ type: ["string", "number", "boolean"] }, (input) => {
  if (typeof input === "string" || typeof input === "number" || typeof input === "boolean") return String(input);
  if (input === null) return new Refusal("has no value", 'write "" for an empty one');
  return new Refusal(`must be text, not ${describe(input)}`);
});

/** Environment variables; numbers and booleans are taken as they are written. */
export function env(description: string) {
  return z.record(envName, envValue).check(z.meta({ description }));
}
