import type { PortSource } from "../../model/service.ts";
import { isPort } from "../port-schema.ts";
import { describe, isPlainMap, Refusal } from "../schema-kit.ts";

/** A port inside of a container, and where on this machine it can be reached. */
export interface PublishedPort {
  source: PortSource;
  inside: number;
  protocol: "tcp" | "udp";
  /** `127.0.0.1` unless another address is given. */
  hostIp: string;
  /** What a longer form calls it; null: nobody has given it a name. */
  name: string | null;
}

/** Ports are for the people of this machine unless somebody wants it otherwise. */
const defaultHostIp = "127.0.0.1";

/** A range of more ports than this is a slip of the finger. */
const maxRange = 1000;

const pattern =
  /^(?:(?<ip>\d{1,3}(?:\.\d{1,3}){3}|\[[\da-fA-F:.]+\]|localhost|\*)?:)?(?:(?<host>auto|\d+(?:-\d+)?)?:)?(?<inside>\d+(?:-\d+)?)(?:\/(?<protocol>[A-Za-z]+))?$/;

/** For editors; what is wrong about the numbers is said by `parsePublished`. */
export const publishedPattern =
  "^(([0-9.]+|\\[[0-9a-fA-F:.]+\\]|localhost|\\*)?:)?((auto|[0-9]+(-[0-9]+)?)?:)?[0-9]+(-[0-9]+)?(/(tcp|udp))?$";

/**
 * The ports that `5432:5432` publishes: `5432` and `auto:5432` get a free port of this machine, `0.0.0.0:5432:5432` is
 * open to others, `8000-8003:80-83` are four, `53:53/udp` is no tcp port.
 */
export function parsePublished(input: unknown): PublishedPort[] | Refusal {
  if (isPlainMap(input)) return parseLong(input);
  const written = typeof input === "number" || typeof input === "string" ? String(input).trim() : "";
  const groups = pattern.exec(written)?.groups;
  if (groups === undefined) return new Refusal(`must be a port as in "5432:5432", not ${describe(input)}`);
  const { ip, host, inside = "", protocol = "tcp" } = groups;
  if (!isProtocol(protocol)) {
    return new Refusal(`must be a tcp or udp port, not ${protocol}`);
  }
  return publishedPorts({ hostIp: ip ?? null, host: host ?? null, inside, protocol, name: null });
}

/** The parts of what publishes ports, each as it is written: numbers or ranges. */
interface PublishedParts {
  hostIp: string | null;
  /** Null and `auto`: a free one. */
  host: string | null;
  inside: string;
  protocol: "tcp" | "udp";
  name: string | null;
}

/** Ports of parts that come from whatever form. */
function publishedPorts(parts: PublishedParts): PublishedPort[] | Refusal {
  const { protocol, name } = parts;
  const inside = rangeOf(parts.inside);
  if (inside instanceof Refusal) return inside;
  const hostIp = addressOf(parts.hostIp);
  if (hostIp instanceof Refusal) return hostIp;
  const of = (source: PortSource, port: number, i: number): PublishedPort => ({
    source,
    inside: port,
    protocol,
    hostIp,
    name: name === null || i === 0 ? name : `${name}-${i + 1}`,
  });
  if (parts.host === null || parts.host === "auto" || parts.host === "0") {
    return inside.map((port, i) => of({ kind: "auto" }, port, i));
  }
  const host = rangeOf(parts.host);
  if (host instanceof Refusal) return host;
  const [from = 0, to = from] = [host[0], host.at(-1)];
  const [first = 0] = inside;
  // Any one of a range will do for a single port.
  if (inside.length === 1 && host.length > 1) return [of({ kind: "range", from, to }, first, 0)];
  if (inside.length !== host.length) {
    return new Refusal(`must have as many ports outside as inside, not ${host.length} and ${inside.length}`);
  }
  return inside.map((port, i) => of({ kind: "fixed", port: host[i] ?? port }, port, i));
}

const longKeys = ["target", "published", "host_ip", "protocol", "name", "mode", "app_protocol"];

function parseLong(input: Record<string, unknown>): PublishedPort[] | Refusal {
  const unknown = Object.keys(input).find((key) => !longKeys.includes(key));
  if (unknown !== undefined) return new Refusal(`has a key that means nothing to it: ${describe(unknown)}`);
  const textOf = (key: string) => ((input[key] ?? null) === null ? null : String(input[key]));
  const protocol = textOf("protocol") ?? "tcp";
  if (!isProtocol(protocol)) return new Refusal(`must be a tcp or udp port, not ${protocol}`);
  const [inside, host] = [textOf("target") ?? "", textOf("published")];
  if (!/^\d+(-\d+)?$/.test(inside)) return new Refusal("must say which port inside it is", "write target: 5432");
  if (host !== null && !/^(auto|\d+(-\d+)?)?$/.test(host)) {
    return new Refusal(`must be published as a port, not as ${describe(host)}`);
  }
  return publishedPorts({
    hostIp: textOf("host_ip"),
    host: host === "" ? null : host,
    inside,
    protocol,
    name: /^[A-Za-z]/.test(textOf("name") ?? "") ? textOf("name") : null,
  });
}

/** True for the protocols that a port can be published for. */
function isProtocol(word: string): word is "tcp" | "udp" {
  return word === "tcp" || word === "udp";
}

function rangeOf(written: string): number[] | Refusal {
  const [from = 0, to = from] = written.split("-").map(Number);
  for (const port of [from, to]) {
    if (!isPort(port)) return new Refusal(`must be ports from 1 to 65535, not ${port}`, "write auto for a free one");
  }
  if (to < from) return new Refusal(`must be a range that goes up, not ${written}`);
  if (to - from >= maxRange) return new Refusal(`must be at most ${maxRange} ports, not ${to - from + 1}`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function addressOf(written: string | null): string | Refusal {
  if (written === null || written === "" || written === "localhost") return defaultHostIp;
  if (written === "*") return "0.0.0.0";
  if (written.includes(":")) return written.replace(/^\[|\]$/g, "");
  const isAddress = /^\d+(\.\d+){3}$/.test(written) && written.split(".").every((part) => Number(part) <= 255);
  return isAddress ? written : new Refusal(`must name an address of this machine, not ${describe(written)}`);
}
