import { describe, expect, test } from "vitest";
import { Refusal } from "../../../src/config/schema-kit.ts";
import { parsePublished } from "../../../src/config/vendors/published-port.ts";

/** `127.0.0.1:5432 → 5432/tcp`, or why not. */
function told(input: unknown): string[] | string {
  const ports = parsePublished(input);
  if (ports instanceof Refusal) return ports.message;
  return ports.map(({ source, inside, protocol, hostIp, name }) => {
    const outside =
      source.kind === "fixed" ? source.port : source.kind === "range" ? `${source.from}-${source.to}` : "auto";
    return `${name === null ? "" : `${name}: `}${hostIp}:${outside} → ${inside}/${protocol}`;
  });
}

describe("a port of a container", () => {
  test.each<[unknown, string[]]>([
    ["5432:5432", ["127.0.0.1:5432 → 5432/tcp"]],
    ["5432", ["127.0.0.1:auto → 5432/tcp"]],
    [5432, ["127.0.0.1:auto → 5432/tcp"]],
    ["auto:5432", ["127.0.0.1:auto → 5432/tcp"]],
    ["0:5432", ["127.0.0.1:auto → 5432/tcp"]],
    ["localhost:15432:5432", ["127.0.0.1:15432 → 5432/tcp"]],
    ["0.0.0.0:15432:5432", ["0.0.0.0:15432 → 5432/tcp"]],
    ["*:15432:5432", ["0.0.0.0:15432 → 5432/tcp"]],
    ["127.0.0.2::5432", ["127.0.0.2:auto → 5432/tcp"]],
    ["127.0.0.2:auto:5432", ["127.0.0.2:auto → 5432/tcp"]],
    ["[::1]:15432:5432", ["::1:15432 → 5432/tcp"]],
    ["53:53/udp", ["127.0.0.1:53 → 53/udp"]],
    ["8000-8001:80-81", ["127.0.0.1:8000 → 80/tcp", "127.0.0.1:8001 → 81/tcp"]],
    ["80-81", ["127.0.0.1:auto → 80/tcp", "127.0.0.1:auto → 81/tcp"]],
    ["8000-8010:80", ["127.0.0.1:8000-8010 → 80/tcp"]],
    [{ target: 80, published: "8080" }, ["127.0.0.1:8080 → 80/tcp"]],
    [{ target: 80, host_ip: "0.0.0.0", protocol: "udp", name: "web" }, ["web: 0.0.0.0:auto → 80/udp"]],
    [
      { target: "80-81", published: "90-91", mode: "host", name: "w" },
      ["w: 127.0.0.1:90 → 80/tcp", "w-2: 127.0.0.1:91 → 81/tcp"],
    ],
  ])("%j", (input, expected) => {
    expect(told(input)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    ["a", 'must be a port as in "5432:5432", not "a"'],
    ["", 'must be a port as in "5432:5432", not ""'],
    [null, 'must be a port as in "5432:5432", not empty'],
    ["1:2:3:4", 'must be a port as in "5432:5432", not "1:2:3:4"'],
    ["70000:80", "must be ports from 1 to 65535, not 70000"],
    ["80:0", "must be ports from 1 to 65535, not 0"],
    ["80-81:80-85", "must have as many ports outside as inside, not 2 and 6"],
    ["81-80:81-80", "must be a range that goes up, not 81-80"],
    ["1-60000", "must be at most 1000 ports, not 60000"],
    ["80:80/sctp", "must be a tcp or udp port, not sctp"],
    ["300.0.0.1:80:80", 'must name an address of this machine, not "300.0.0.1"'],
    [{ published: 80 }, "must say which port inside it is"],
    [{ target: 80, publish: 80 }, 'has a key that means nothing to it: "publish"'],
    [{ target: 80, published: "x" }, 'must be published as a port, not as "x"'],
  ])("%j is refused", (input, message) => {
    expect(told(input)).toBe(message);
  });
});
