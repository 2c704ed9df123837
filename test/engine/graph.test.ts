import { expect, test } from "vitest";
import { dependentsOf, withDependencies } from "../../src/engine/graph.ts";

/** web → api → db, api → cache */
const services = [
  { name: "web", dependsOn: [{ name: "api", condition: "ready" as const }] },
  {
    name: "api",
    dependsOn: [
      { name: "db", condition: "ready" as const },
      { name: "cache", condition: "started" as const },
    ],
  },
  { name: "db", dependsOn: [] },
  { name: "cache", dependsOn: [] },
];

test("a selection brings in what it depends on, dependencies first", () => {
  expect(withDependencies(services, ["web"])).toEqual(["db", "cache", "api", "web"]);
});

test("what nothing needs is not brought in", () => {
  expect(withDependencies(services, ["cache"])).toEqual(["cache"]);
});

test("a name that is no service, such as a vendor's, is passed over", () => {
  expect(withDependencies(services, ["postgres"])).toEqual([]);
});

test("dependents are the reverse of dependencies", () => {
  expect(Object.fromEntries(dependentsOf(services))).toEqual({ api: ["web"], db: ["api"], cache: ["api"] });
});
