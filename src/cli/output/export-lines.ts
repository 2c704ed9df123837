import { shellQuote } from "../../lib/shell-quote.ts";

/** What shells keep for themselves: assigning to it is an error that ends the evaluation. */
const readonlyNames: ReadonlySet<string> = new Set([
  "BASHOPTS",
  "BASH_VERSINFO",
  "EUID",
  "PPID",
  "SHELLOPTS",
  "UID",
  "_",
]);

/** `export NAME='value'` lines for a POSIX shell, and the names that it would not take. */
export function formatExports(variables: readonly (readonly [name: string, value: string])[]): {
  text: string;
  leftOut: string[];
} {
  const isTaken = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !readonlyNames.has(name);
  const taken = variables.filter(([name]) => isTaken(name));
  return {
    text: taken.map(([name, value]) => `export ${name}=${shellQuote(value)}\n`).join(""),
    leftOut: variables.map(([name]) => name).filter((name) => !isTaken(name)),
  };
}
