import { describe, expect, test } from "vitest";
import { allocatePorts } from "../../../src/engine/ports/allocate-ports.ts";
import type { PortSource } from "../../../src/model/service.ts";

const range = { from: 20_000, to: 20_010 };

function allocate(
  source: PortSource,
  index: number,
  taken: number[] = [],
  previous: Record<string, number> = {},
  seed = "s",
): number {
  const ports = allocatePorts([{ name: "http", source }], index, previous, (p) => taken.includes(p), range, seed);
  return ports.http as number;
}

describe("where a port comes from", () => {
  test("replica 1 has the fixed port, even where it is taken: its holder is named then", () => {
    expect(allocate({ kind: "fixed", port: 8080 }, 1, [8080])).toBe(8080);
  });

  test("other replicas of a fixed port get free ones", () => {
    expect(allocate({ kind: "fixed", port: 8080 }, 2)).toBeGreaterThanOrEqual(range.from);
  });

  test("a range gives replica n its n-th number, and beyond its end a free one", () => {
    const source: PortSource = { kind: "range", from: 8080, to: 8081 };
    expect([1, 2].map((index) => allocate(source, index))).toEqual([8080, 8081]);
    expect(allocate(source, 3)).toBeGreaterThanOrEqual(range.from);
  });

  test("auto keeps what it had, unless that is taken now", () => {
    expect(allocate({ kind: "auto" }, 1, [], { http: 20_003 })).toBe(20_003);
    expect(allocate({ kind: "auto" }, 1, [20_003], { http: 20_003 })).not.toBe(20_003);
  });

  test("auto finds the one port that is free, from wherever it begins", () => {
    const taken = Array.from({ length: 10 }, (_, i) => 20_000 + i).filter((p) => p !== 20_007);
    for (const seed of ["a", "b", "c", "d"]) expect(allocate({ kind: "auto" }, 1, taken, {}, seed)).toBe(20_007);
  });

  test("two ports of one replica differ", () => {
    const specs = ["http", "grpc"].map((name) => ({ name, source: { kind: "auto" } as const }));
    for (let i = 0; i < 50; i++) {
      const ports = allocatePorts(specs, 1, {}, () => false, range, `seed ${i}`);
      expect(ports.http).not.toBe(ports.grpc);
    }
  });
});
