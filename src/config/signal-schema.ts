import { constants } from "node:os";
import { suggest } from "../lib/suggest.ts";
import { didYouMean } from "./report.ts";
import { describe, leaf, Refusal } from "./schema-kit.ts";

const signals = Object.keys(constants.signals);

/** A signal's name, with or without SIG, upper or lower case; read as `SIGTERM`. */
export function signal(description: string) {
  return leaf({ type: "string", description }, (input): string | Refusal => {
    if (typeof input !== "string")
      return new Refusal(`must be a signal's name, not ${describe(input)}`, "write SIGTERM");
    const upper = input.toUpperCase();
    const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
    if (signals.includes(name)) return name;
    return new Refusal(
      `must be a signal's name, not ${describe(input)}`,
      didYouMean(suggest(name, signals)) ?? "write SIGTERM",
    );
  });
}
