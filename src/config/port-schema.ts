import * as z from "zod/mini";
import type { PortSource } from "../model/service.ts";
import { describe, leaf, Refusal } from "./schema-kit.ts";

const maxPort = 65_535;
const expected = "must be a port from 1 to 65535, auto, or a range such as 8080-8083";
const pattern = "^(auto|[0-9]{1,5}|[0-9]{1,5}-[0-9]{1,5})$";

/** Where a port comes from: `8080`, `auto`, `8080-8083`. */
export function portSource(description: string) {
  const json = {
    anyOf: [
      { type: "integer", minimum: 1, maximum: maxPort },
      { type: "string", pattern },
    ],
    description,
  };
  return leaf(json, readPortSource);
}

function readPortSource(input: unknown): PortSource | Refusal {
  if (input === "auto") return { kind: "auto" };
  const written = String(input);
  const range = /^(\d{1,5})\s*-\s*(\d{1,5})$/.exec(written);
  if (typeof input === "string" && range !== null) {
    const from = Number(range[1]);
    const to = Number(range[2]);
    if (!isPort(from) || !isPort(to)) return new Refusal(`${expected}, not ${describe(input)}`);
    return from <= to
      ? { kind: "range", from, to }
      : new Refusal(`must be a range that goes up, not ${describe(input)}`);
  }
  const port = typeof input === "number" || /^\d{1,5}$/.test(written) ? Number(input) : Number.NaN;
  if (isPort(port)) return { kind: "fixed", port };
  const published = /^(\d{1,5}):\d{1,5}$/.exec(written);
  return new Refusal(`${expected}, not ${describe(input)}`, published === null ? null : `write ${published[1]}`);
}

/** What a port may be called. */
export const portName = z
  .string()
  .check(
    z.regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "is no name for a port\nuse letters, digits, _ and -, and a letter in front"),
  );

/** Several ports by name. */
export function namedPorts(description: string) {
  return z.record(portName, portSource("A number, auto, or a range")).check(z.meta({ description }));
}

/** A port that is looked at: a number, or the name of one of the service's ports. */
export function portReference(description: string) {
  return leaf({ type: ["integer", "string"], description }, (input): number | string | Refusal => {
    if (typeof input === "string" && /^[A-Za-z]/.test(input)) return input;
    const port = typeof input === "number" || /^\d{1,5}$/.test(String(input)) ? Number(input) : Number.NaN;
    return isPort(port) ? port : new Refusal(`must be a port's number or name, not ${describe(input)}`);
  });
}

/** True for what can be a port's number. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= maxPort;
}
