import { describe, expect, test } from "vitest";
import type { UnitState } from "../../../src/model/replica.ts";
import type { BuildStatus, ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { matchingServices } from "../../../src/ui/state/grid-filter.ts";
import { sortServices, type UsageRanks } from "../../../src/ui/state/grid-order.ts";
import { type GridRow, gridRows, profileLabel } from "../../../src/ui/state/grid-rows.ts";
import { type GridSort, type GridState, initialGrid } from "../../../src/ui/state/grid-state.ts";
import { isAiling } from "../../../src/ui/state/service-status.ts";
import { sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";

const failure = { kind: "exited", code: 1, message: "exited with code 1" } as const;
const ready: UnitState = { phase: "ready", pid: 1 };

function service(
  name: string,
  state: UnitState = ready,
  { profiles = [], build = "none" }: { profiles?: string[]; build?: BuildStatus } = {},
): ServiceSnapshot {
  return sampleService(name, {
    profiles,
    replicas: [sampleReplica(name, 1, { state })],
    build: { status: build, since: 0, lastMs: null, failure: null },
  });
}

const fleet = [
  service("gateway", ready, { profiles: ["core"] }),
  service("orders", { phase: "backoff", retryAt: 0, failure }, { profiles: ["core", "web"] }),
  service("catalog"),
  service("web-10", ready, { profiles: ["web"], build: "building" }),
  service("web-2", { phase: "stopped" }, { profiles: ["web"] }),
];

const names = (services: readonly ServiceSnapshot[]) => services.map((s) => s.name);

describe("the filter", () => {
  test.each<[query: string, found: string[]]>([
    ["", ["gateway", "orders", "catalog", "web-10", "web-2"]],
    ["cat", ["catalog"]],
    ["CAT", ["catalog"]],
    ["way", ["gateway"]],
    ["backoff", ["orders"]],
    ["rea", ["gateway", "catalog", "web-10"]],
    ["build", ["web-10"]],
    ["@core", ["gateway", "orders"]],
    ["@", ["gateway", "orders", "web-10", "web-2"]],
    ["@web stop", ["web-2"]],
    ["gw", ["gateway"]],
    ["w2", ["web-2"]],
    ["web", ["web-10", "web-2"]],
    ["nothing", []],
    ["gateway orders", []],
  ])("%j finds %j", (query, found) => {
    expect(names(matchingServices(fleet, query))).toEqual(found);
  });
});

describe("the order", () => {
  const ranks: UsageRanks = new Map([
    ["catalog", { cpu: 0.5, memoryBytes: 10 }],
    ["gateway", { cpu: 0.5, memoryBytes: 30 }],
    ["web-10", { cpu: 0.9, memoryBytes: 20 }],
  ]);

  test.each<[sort: GridSort, sorted: string[]]>([
    ["start", ["gateway", "orders", "catalog", "web-10", "web-2"]],
    ["failures", ["orders", "gateway", "catalog", "web-10", "web-2"]],
    ["name", ["catalog", "gateway", "orders", "web-2", "web-10"]],
    ["cpu", ["web-10", "gateway", "catalog", "orders", "web-2"]],
    ["memory", ["gateway", "web-10", "catalog", "orders", "web-2"]],
  ])("by %s", (sort, sorted) => {
    expect(names(sortServices(fleet, sort, ranks))).toEqual(sorted);
  });

  test.each<[title: string, service: ServiceSnapshot, isFirst: boolean]>([
    ["one that runs stays where it is", service("a"), false],
    ["one that starts stays where it is", service("a", { phase: "starting", pid: 1 }), false],
    ["one that waits stays where it is", service("a", { phase: "waiting", blockers: [] }), false],
    ["one that failed comes first", service("a", { phase: "failed", failure }), true],
    ["one that is unready comes first", service("a", { phase: "unready", pid: 1, failure }), true],
    ["one whose build failed comes first", service("a", ready, { build: "failed" }), true],
    [
      "one that starts again after a crash stays first",
      sampleService("a", { replicas: [sampleReplica("a", 1, { state: { phase: "starting", pid: 1 }, failure })] }),
      true,
    ],
    [
      "one that a person stopped after a crash does not come first",
      sampleService("a", {
        wanted: "stopped",
        replicas: [sampleReplica("a", 1, { state: { phase: "stopped" }, failure })],
      }),
      false,
    ],
  ])("%s", (_title, one, isFirst) => {
    expect(isAiling(one)).toBe(isFirst);
  });
});

describe("the rows", () => {
  const grid = (change: Partial<GridState>): GridState => ({ ...initialGrid, sort: "start", ...change });
  const written = (rows: readonly GridRow[]) =>
    rows.map((row) =>
      row.kind === "group" ? `${row.isFolded ? "+" : "-"}${profileLabel(row.profile)}` : row.service.name,
    );
  const rows = (change: Partial<GridState>, held: string | null = null) =>
    written(gridRows(fleet, grid(change), held, new Map()));

  test.each<[title: string, change: Partial<GridState>, held: string | null, wanted: string[]]>([
    ["are the services", {}, null, ["gateway", "orders", "catalog", "web-10", "web-2"]],
    [
      "stand under their first profile, those without one last",
      { isGrouped: true },
      null,
      ["-@core", "gateway", "orders", "-@web", "web-10", "web-2", "-other", "catalog"],
    ],
    [
      "are hidden where their profile is folded",
      { isGrouped: true, folded: ["core", ""] },
      null,
      ["+@core", "-@web", "web-10", "web-2", "+other"],
    ],
    [
      "are sorted within their profile",
      { isGrouped: true, sort: "failures" },
      null,
      ["-@core", "orders", "gateway", "-@web", "web-10", "web-2", "-other", "catalog"],
    ],
    ["are those that match", { filter: "web" }, null, ["web-10", "web-2"]],
    ["keep the selected one that matches no more", { filter: "web" }, "orders", ["orders", "web-10", "web-2"]],
    [
      "that match are shown although their profile is folded, and no empty profile is",
      { isGrouped: true, folded: ["web"], filter: "web" },
      null,
      ["-@web", "web-10", "web-2"],
    ],
  ])("%s", (_title, change, held, wanted) => {
    expect(rows(change, held)).toEqual(wanted);
  });
});
