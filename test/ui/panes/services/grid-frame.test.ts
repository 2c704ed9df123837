import { describe, expect, test } from "vitest";
import type { ServiceSnapshot } from "../../../../src/model/service-snapshot.ts";
import { confirmLines, confirmTitle } from "../../../../src/ui/panes/services/confirm-lines.ts";
import { gridColumnSizes } from "../../../../src/ui/panes/services/grid-columns.ts";
import { type GridFrame, gridFrame, gridHeight } from "../../../../src/ui/panes/services/grid-frame.ts";
import type { GridState } from "../../../../src/ui/state/grid-state.ts";
import { initialUiState } from "../../../../src/ui/state/ui-state.ts";
import { themeFor } from "../../../../src/ui/theme/theme.ts";
import { sampleReplica, sampleService } from "../../../helpers/fleet-samples.ts";

const services = ["api", "web"].map((name) => sampleService(name));
const ported = (port: number, count: number) =>
  sampleService("api", {
    replicas: Array.from({ length: count }, (_, i) => sampleReplica("api", i + 1, { ports: { http: port + i } })),
  });

function frame(
  width: number,
  list: readonly ServiceSnapshot[] = services,
  grid: Partial<GridState> = {},
  previous: GridFrame | null = null,
  height = 10,
): GridFrame {
  const ui = { ...initialUiState, grid: { ...initialUiState.grid, ...grid } };
  return gridFrame({
    ui,
    services: list,
    hasVendors: false,
    usage: new Map(),
    ranks: new Map(),
    width,
    height,
    previous,
  });
}

describe("the columns", () => {
  test.each<[width: number, columns: string]>([
    [40, "glyph name state scale port"],
    [60, "glyph name state scale port up cpu last"],
    [80, "glyph name state scale port up cpu memory restarts last"],
    [120, "glyph name state scale port up cpu memory restarts last"],
    [150, "glyph name state scale port up cpu memory spark restarts last"],
    [300, "glyph name state scale port up cpu memory spark restarts last"],
  ])("in %d columns are %s", (width, columns) => {
    expect([...frame(width).widths.keys()].toSorted()).toEqual(columns.split(" ").toSorted());
  });

  test("of CPU and memory can be hidden, and are not measured then", () => {
    const hidden = frame(150, services, { hasUsage: false });
    for (const id of ["cpu", "memory", "spark"]) expect(hidden.widths.has(id)).toBe(false);
    expect(hidden.needsUsage).toBe(false);
  });

  test.each<[title: string, frame: GridFrame, needsUsage: boolean]>([
    ["wide", frame(120), true],
    ["without room for it", frame(50), false],
    ["without room for it, but sorted by it", frame(50, services, { sort: "cpu" }), true],
    ["not on the screen", frame(120, services, {}, null, 0), false],
    ["without services", frame(120, []), false],
  ])("%s: usage is measured: %#", (_title, { needsUsage }, wanted) => {
    expect(needsUsage).toBe(wanted);
  });

  test("do not become narrower when what is in them does", () => {
    const before = frame(120, [ported(8080, 2)]);
    expect(before.widths.get("port")).toBe(7);
    const after = frame(120, [ported(8080, 1)], {}, before);
    expect(after.widths.get("port")).toBe(7);
    expect(frame(121, [ported(8080, 1)], {}, after).widths.get("port")).toBe(5);
  });

  test("grow with what is in them", () => {
    const before = frame(120, [ported(8080, 1)]);
    expect(frame(120, [ported(8080, 12)], {}, before).widths.get("port")).toBe(8);
  });

  test("have room for a long name, but not for any", () => {
    const long = frame(200, [sampleService("x".repeat(60))]);
    expect(long.widths.get("name")).toBe(32);
  });

  test("have the same widths whatever the state is", () => {
    for (const room of [38, 58, 73, 78, 100, 126, 298]) {
      const sizes = gridColumnSizes({ room, name: 8, port: 4, hasUsage: true, hasRerun: true });
      for (const id of ["state", "scale", "up", "cpu", "memory", "restarts", "rerun"]) {
        const size = sizes.find((s) => s.id === id);
        expect(size?.min, id).toBe(size?.wanted);
      }
    }
  });
});

test("folding and filtering leave the height of the pane as it is", () => {
  const list = [sampleService("api", { profiles: ["core"] }), sampleService("web"), sampleService("db")];
  const height = (grid: Partial<GridState>) =>
    gridHeight({ ...initialUiState, grid: { ...initialUiState.grid, ...grid } }, list);
  expect(height({})).toBe(3);
  expect(height({ filter: "api" })).toBe(3);
  expect(height({ isGrouped: true })).toBe(5);
  expect(height({ isGrouped: true, folded: ["core"] })).toBe(5);
});

describe("the question before several services are ended", () => {
  const confirm = (names: string[], selected = 0) =>
    ({ kind: "confirm", verb: "stop", names, what: `${names.length} services`, selected }) as const;
  const lines = (names: string[], width: number, rows: number, env: Record<string, string> = {}) =>
    confirmLines(confirm(names), width, rows, themeFor(env)).map((spans) => spans.map((s) => s.text).join(""));

  test("names them", () => {
    expect(confirmTitle(confirm(["api", "db", "web"]))).toBe("Stop 3 services?");
    expect(lines(["api", "db", "web"], 40, 3)).toEqual(["api, db, web", "", " Yes    No "]);
  });

  test("says without colour which answer is chosen", () => {
    expect(lines(["api", "db"], 40, 3, { NO_COLOR: "1" }).at(-1)).toBe("[Yes]   No ");
  });

  test("counts those that there is no room for", () => {
    const many = Array.from({ length: 50 }, (_, i) => `service-${i}`);
    expect(lines(many, 30, 2).slice(0, 2)).toEqual(["service-0, service-1,", "service-2, and 47 more"]);
    for (const line of lines(many, 30, 2)) expect(line.length).toBeLessThanOrEqual(30);
  });
});
