import * as z from "zod/mini";
import { isPort, portReference } from "./port-schema.ts";
import { count, describe, duration, leaf, Refusal, section, text } from "./schema-kit.ts";

const maxThreshold = 1000;

/** Where an http probe asks; null parts are the service's own. */
interface HttpTarget {
  path: string;
  host: string | null;
  port: number | null;
}

const httpTarget = leaf(
  { type: "string", description: "A path such as /healthz, or a whole http:// address" },
  readHttp,
);

function readHttp(input: unknown): HttpTarget | Refusal {
  const expected = `must be a path such as /healthz, or a whole http:// address, not ${describe(input)}`;
  if (typeof input !== "string") return new Refusal(expected);
  if (/^\/\S*$/.test(input)) return { path: input, host: null, port: null };
  if (/^https:/i.test(input)) return new Refusal("must use http: https is not checked");
  if (/^[\w.-]+$/.test(input)) return new Refusal(expected, `write /${input}`);
  const url = /^http:\/\//i.test(input) ? URL.parse(input) : null;
  if (url === null) return new Refusal(expected);
  const port = url.port === "" ? 80 : Number(url.port);
  return { path: `${url.pathname}${url.search}`, host: url.hostname.replace(/^\[|\]$/g, ""), port };
}

/** What a tcp probe connects to; null parts are the service's own. */
interface TcpTarget {
  host: string | null;
  port: string | number | null;
}

const tcpTarget = leaf(
  {
    type: ["boolean", "integer", "string"],
    description: "true for the service's first port, a port's number or name, or host:port",
  },
  readTcp,
);

function readTcp(input: unknown): TcpTarget | Refusal {
  if (input === true) return { host: null, port: null };
  const written = typeof input === "string" ? input : "";
  if (typeof input === "number" || /^\d+$/.test(written)) {
    if (isPort(Number(input))) return { host: null, port: Number(input) };
  } else if (typeof input === "string") {
    if (/^[A-Za-z][\w-]*$/.test(input)) return { host: null, port: input };
    const address = /^\[?([^\s[\]]+?)\]?:(\d+)$/.exec(input);
    if (address !== null && isPort(Number(address[2]))) return { host: address[1] ?? null, port: Number(address[2]) };
  }
  return new Refusal(`must be true, a port's number or name, or host:port, not ${describe(input)}`);
}

const logPattern = leaf(
  { type: "string", format: "regex", description: "A JavaScript regular expression that a line of the log matches" },
  (input): string | Refusal => {
    if (typeof input !== "string" || input === "")
      return new Refusal(`must be a regular expression, not ${describe(input)}`);
    try {
      return new RegExp(input).source;
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^.*: /, "") : String(error);
      return new Refusal(`is no regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`);
    }
  },
);

/** `ready:` and `live:`. */
export const probeSchema = section({
  http: z.optional(httpTarget),
  tcp: z.optional(tcpTarget),
  exec: z.optional(text("A command line that ends with 0")),
  log: z.optional(logPattern),
  port: z.optional(portReference("The port of an http or tcp probe; default: the first one")),
  host: z.optional(text("The host of an http or tcp probe; default: localhost")),
  status: z.optional(count(100, 599, "The status an http probe wants; default: any from 200 to 399")),
  headers: z.optional(z.record(z.string(), z.string()).check(z.meta({ description: "Headers of an http probe" }))),
  interval: z.optional(duration("From one check to the next; default: 5s", { minMs: 10 })),
  timeout: z.optional(duration("How long one check may take; default: 2s", { minMs: 1 })),
  threshold: z.optional(count(1, maxThreshold, "The same as failure_threshold")),
  success_threshold: z.optional(count(1, maxThreshold, "Successes in a row until it passes; default: 1")),
  failure_threshold: z.optional(count(1, maxThreshold, "Failures in a row until it fails; default: 3")),
  delay: z.optional(duration("No check before this long after the start; default: 0s")),
}).check(z.meta({ description: "A probe: exactly one of http, tcp, exec and log, with settings" }));

/** A probe as its file gives it. */
export type ProbeInput = z.output<typeof probeSchema>;
