import { describe, expect, test } from "vitest";
import { resolveSelection } from "../../src/engine/selection.ts";

const fleet = {
  services: [
    { name: "gateway", scale: 2 },
    { name: "catalog", scale: 1 },
    { name: "orders", scale: 1 },
    { name: "postgres", scale: 1 },
  ],
  profiles: { core: ["orders", "gateway"] },
};

function select(names: string[], except: string[] = []): string {
  const result = resolveSelection({ names, except }, fleet, ["gateway", "catalog", "orders"]);
  if (!result.ok) return result.error.message;
  const { services, replicas } = result.selected;
  return [...services, ...replicas.map((r) => `${r.service}#${r.index}`)].join(" ");
}

describe("names", () => {
  test.each<[string[], string[], string]>([
    [[], [], "gateway catalog orders"],
    [["orders"], [], "orders"],
    [["orders", "gateway"], [], "gateway orders"],
    [["@core"], [], "gateway orders"],
    [["@core", "catalog"], ["orders"], "gateway catalog"],
    [["~gateway"], [], "catalog orders"],
    [[], ["@core"], "catalog"],
    [["gateway#2"], [], "gateway#2"],
    [["gateway", "gateway#2"], [], "gateway"],
    [["gateway#2"], ["gateway"], ""],
  ])("%j except %j", (names, except, expected) => {
    expect(select(names, except)).toBe(expected);
  });

  test.each([
    ["gatway", 'there is no service "gatway"'],
    ["@cor", 'there is no profile "@cor"'],
    ["gateway#3", "there is no gateway#3: gateway has 2 replicas (orchestra scale gateway=3)"],
    ["gateway#0", "there is no gateway#0: gateway has 2 replicas (orchestra scale gateway=1)"],
    ["postgre", 'there is no service "postgre"'],
  ])("%s is refused with a reason", (name, message) => {
    expect(select([name])).toBe(message);
  });

  test("a slip of the finger gets a suggestion", () => {
    const result = resolveSelection({ names: ["gatway"], except: [] }, fleet, []);
    expect(result).toMatchObject({ ok: false, error: { kind: "unknown-name", suggestion: "gateway" } });
  });
});
