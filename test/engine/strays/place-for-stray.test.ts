import { describe, expect, test } from "vitest";
import {
  type Place,
  placeForContainer,
  placeForStray,
  portsOfContainer,
  portsOfStray,
} from "../../../src/engine/strays/place-for-stray.ts";
import type { Phase } from "../../../src/model/replica.ts";

const places = (...phases: (Phase | null)[]): Place[] =>
  phases.map((phase, i) => ({ index: i + 1, phase, ports: { http: 8080 + i } }));
const says = (replica: number) => ({ fleet: "f", service: "api", replica, generation: 3 });

describe("a stray becomes", () => {
  test.each([
    ["the first that has no process", [], null, places("ready", "waiting", "stopped", null), 2],
    ["the one whose port it has", [8082], null, places("waiting", "waiting", "stopped", null), 3],
    ["the one that it says to be", [], says(3), places("waiting", "waiting", "failed", null), 3],
    ["one more where all have one", [], null, places("ready", "unready", "stopping", null), 4],
    ["none of those that have one, whatever it says", [8080], says(1), places("starting", "backoff", null), 2],
  ] as const)("%s", (_name, ports, markers, all, expected) => {
    expect(placeForStray({ ports, markers }, all)?.index).toBe(expected);
  });

  test("nothing where there is no place", () => {
    expect(placeForStray({ ports: [], markers: null }, places("ready", "paused"))).toBeNull();
  });
});

describe("its ports are", () => {
  test.each([
    ["those that it was to have", { http: 8080, grpc: 8081 }, [8081, 8080, 9], { http: 8080, grpc: 8081 }],
    ["without those that it does not listen on", { http: 8080, grpc: 8081 }, [8081], { grpc: 8081 }],
    ["the only one that it has, for the only one that it was to have", { http: 8080 }, [9], { http: 9 }],
    ["none where it is not clear which", { http: 8080 }, [9, 10], {}],
    ["none where it was to have none", {}, [9], {}],
  ])("%s", (_name, planned, listening, expected) => {
    expect(portsOfStray(planned as Record<string, number>, listening)).toEqual(expected);
  });
});

describe("a container becomes", () => {
  test.each([
    ["the replica that it says to be", 2, places("ready", "stopped", null), 2],
    ["one more", 3, places("ready", "stopped", null), 3],
    ["none where that one runs", 1, places("ready", "stopped", null), undefined],
    ["none where that would be far more than there are", 9, places("ready", "stopped", null), undefined],
  ] as const)("%s", (_name, index, all, expected) => {
    expect(placeForContainer(index, all)?.index).toBe(expected);
  });

  test("with the ports that it was to have, where it has published them", () => {
    const planned = { http: 8080, "5432/tcp": 18_000, gone: 1 };
    const published = [
      { inner: 80, hostPort: 8888 },
      { inner: 5432, hostPort: 19_000 },
    ];
    const inside = { http: { port: 80 }, "5432/tcp": { port: 5432 } };
    expect(portsOfContainer(planned, inside, published)).toEqual({ http: 8888, "5432/tcp": 19_000 });
  });
});
