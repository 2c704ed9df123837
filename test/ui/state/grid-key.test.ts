import { describe, expect, test } from "vitest";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";
import { around, uiDriver } from "./drive-ui.ts";

const services = [
  sampleService("api", { profiles: ["core"] }),
  sampleService("db", { profiles: ["core"] }),
  sampleService("mail"),
  sampleService("web", { profiles: ["front"] }),
];
const fleet = around(sampleFleet(services));
const { run, press } = uiDriver(fleet);
const opened = run(initialUiState, [{ kind: "fleetChanged" }]).state;

function type(state: UiState, text: string): UiState {
  return run(
    state,
    [...text].map((key) => ({ kind: "typed", key })),
  ).state;
}

/** What is selected, as it is written in the grid. */
function selection({ grid, selected }: UiState): string | null {
  return grid.header === null ? selected : `@${grid.header}`;
}

describe("sorting", () => {
  test("goes through all orders and begins again", () => {
    let state = opened;
    const seen = [state.grid.sort];
    for (let i = 0; i < 5; i += 1) {
      state = press(state, ["sort"]).state;
      seen.push(state.grid.sort);
    }
    expect(seen).toEqual(["failures", "name", "cpu", "memory", "start", "failures"]);
  });

  test("by CPU is left out where it is not measured", () => {
    const state = press(opened, ["usage", "sort", "sort"]).state;
    expect(state.grid).toMatchObject({ hasUsage: false, sort: "start" });
  });

  test("by CPU ends when it is no longer measured", () => {
    expect(press(opened, ["sort", "sort", "usage"]).state.grid.sort).toBe("failures");
  });

  test("keeps the same service selected", () => {
    const ranked = { ...fleet, ranks: new Map([["web", { cpu: 1, memoryBytes: 1 }]]) };
    const state = press(opened, ["select-down", "sort", "sort"], ranked).state;
    expect([state.selected, state.selectedIndex]).toEqual(["db", 2]);
    expect(press(state, ["select-up", "select-up"], ranked).state.selected).toBe("web");
  });

  test("a service that floats up because it fails stays selected, and moving goes on from there", () => {
    const failed = { phase: "failed", failure: { kind: "exited", code: 1, message: "" } } as const;
    const mail = sampleService("mail", { replicas: [sampleReplica("mail", 1, { state: failed })] });
    const failing = around(sampleFleet(services.map((s) => (s.name === "mail" ? mail : s))));
    const before = press(opened, ["select-down", "select-down"]).state;
    const state = run(before, [{ kind: "fleetChanged" }], failing).state;
    expect([state.selected, state.selectedIndex]).toEqual(["mail", 0]);
    expect(press(state, ["select-down"], failing).state.selected).toBe("api");
  });
});

describe("profiles as groups", () => {
  const grouped = press(opened, ["group"]).state;

  test("have headers that can be selected", () => {
    expect(selection(grouped)).toBe("api");
    expect(selection(press(grouped, ["select-up"]).state)).toBe("@core");
    expect(selection(press(grouped, ["select-down", "select-down"]).state)).toBe("@front");
    expect(selection(press(grouped, ["select-last"]).state)).toBe("mail");
  });

  test("fold with their header selected, and unfold again", () => {
    const folded = press(grouped, ["fold"]).state;
    expect([selection(folded), folded.grid.folded]).toEqual(["@core", ["core"]]);
    expect(selection(press(folded, ["select-down"]).state)).toBe("@front");
    expect(press(folded, ["unfold", "select-down"]).state.selected).toBe("api");
  });

  test("open and close with the key for details while the header is selected", () => {
    const header = press(grouped, ["select-up"]).state;
    const closed = press(header, ["details"]).state;
    expect([closed.grid.folded, closed.dialog.kind]).toEqual([["core"], "none"]);
    expect(press(closed, ["details"]).state.grid.folded).toEqual([]);
  });

  test("flat again, the last service is selected", () => {
    expect(selection(press(grouped, ["select-up", "group"]).state)).toBe("api");
  });

  test("a header whose services are gone gives way to what took its place", () => {
    const header = press(grouped, ["select-up"]).state;
    const without = around(sampleFleet(services.slice(2)));
    expect(selection(run(header, [{ kind: "fleetChanged" }], without).state)).toBe("@front");
  });

  test("a verb on a header is about all of its services, and asks first where it ends them", () => {
    const header = press(grouped, ["select-up"]).state;
    expect(press(header, ["start"]).effects).toMatchObject([{ command: { select: { names: ["api", "db"] } } }]);
    expect(press(header, ["stop"]).state.dialog).toMatchObject({ kind: "confirm", names: ["api", "db"] });
  });
});

describe("marks", () => {
  test("go on to the next row, and are taken back by the same key", () => {
    const state = press(opened, ["mark", "mark"]).state;
    expect([state.grid.marked, state.selected]).toEqual([["api", "db"], "mail"]);
    expect(press(state, ["select-up", "mark"]).state.grid.marked).toEqual(["api"]);
  });

  test("all that are shown, and none", () => {
    const all = press(opened, ["mark-all"]).state;
    expect(all.grid.marked).toEqual(["api", "db", "mail", "web"]);
    expect(press(all, ["mark-all"]).state.grid.marked).toEqual([]);
  });

  test("only what matches the filter", () => {
    const filtered = press(type(press(opened, ["filter-services"]).state, "@core"), ["input-take", "mark-all"]).state;
    expect(filtered.grid.marked).toEqual(["api", "db"]);
  });

  test("on a header mark its services", () => {
    expect(press(opened, ["group", "select-up", "mark"]).state.grid.marked).toEqual(["api", "db"]);
  });

  test("are dropped with services that are gone", () => {
    const state = press(opened, ["mark", "mark"]).state;
    const fewer = around(sampleFleet(services.slice(1)));
    expect(run(state, [{ kind: "fleetChanged" }], fewer).state.grid.marked).toEqual(["db"]);
  });

  test("are taken back by esc, after the filter", () => {
    const filtered = press(type(press(opened, ["mark", "filter-services"]).state, "db"), ["input-take"]).state;
    const once = press(filtered, ["back"]).state;
    expect([once.grid.filter, once.grid.marked]).toEqual(["", ["api"]]);
    expect(press(once, ["back"]).state.grid.marked).toEqual([]);
  });

  test("the next verb takes them, in one command, and they are gone", () => {
    const { state, effects } = press(opened, ["mark", "select-down", "mark", "start"]);
    expect(effects).toMatchObject([
      { command: { kind: "start", select: { names: ["api", "mail"] } }, label: "start 2 services" },
    ]);
    expect(state.grid.marked).toEqual([]);
  });

  test("scale takes one command for each", () => {
    expect(press(opened, ["mark", "mark", "scale-up"]).effects).toMatchObject([
      { command: { kind: "scale", service: "api", change: { by: 1 } } },
      { command: { kind: "scale", service: "db", change: { by: 1 } } },
    ]);
  });

  test.each<BindingId>(["stop", "kill", "restart", "rebuild", "pause"])("%s asks before it ends several", (key) => {
    const asked = press(opened, ["mark", "mark", key]);
    expect(asked.effects).toEqual([]);
    expect(asked.state.dialog).toEqual({
      kind: "confirm",
      verb: key,
      names: ["api", "db"],
      what: "2 services",
      selected: 0,
    });
    const yes = press(asked.state, ["confirm-take"]);
    expect(yes.effects).toMatchObject([{ command: { kind: key, select: { names: ["api", "db"] } } }]);
    expect([yes.state.dialog, yes.state.grid.marked]).toEqual([{ kind: "none" }, []]);
  });

  test.each<[title: string, keys: BindingId[], sent: number, marked: number]>([
    ["yes", ["confirm-yes"], 1, 0],
    ["no", ["confirm-no"], 0, 2],
    ["the other answer", ["confirm-other", "confirm-take"], 0, 2],
    ["the other answer, twice", ["confirm-other", "confirm-other", "confirm-take"], 1, 0],
  ])("the question is answered with %s", (_title, keys, sent, marked) => {
    const { state, effects } = press(press(opened, ["mark", "mark", "stop"]).state, keys);
    expect([effects.length, state.grid.marked.length, state.dialog.kind]).toEqual([sent, marked, "none"]);
  });

  test("one service is stopped without a question", () => {
    expect(press(opened, ["mark", "stop"]).effects).toMatchObject([{ command: { select: { names: ["api"] } } }]);
  });

  test("verbs over the details are about what they show", () => {
    const state = press(opened, ["mark", "mark", "details", "start"]);
    expect(state.effects).toMatchObject([{ command: { kind: "start", select: { names: ["mail"] } } }]);
    expect(state.state.grid.marked).toEqual(["api", "db"]);
  });

  test("pausing what is paused lets it go on", () => {
    const paused = services.map((s) =>
      sampleService(s.name, { replicas: [sampleReplica(s.name, 1, { state: { phase: "paused", pid: 1 } })] }),
    );
    const { effects } = press(opened, ["mark", "mark", "pause"], around(sampleFleet(paused)));
    expect(effects).toMatchObject([{ command: { kind: "resume", select: { names: ["api", "db"] } } }]);
  });
});

describe("the filter", () => {
  const typing = press(opened, ["filter-services"]).state;

  test("works while it is typed, and selects the first match", () => {
    const state = type(typing, "we");
    expect([state.grid.filter, state.selected, state.selectedIndex]).toEqual(["we", "web", 0]);
  });

  test("leaves a selected service that matches selected", () => {
    const state = type(press(opened, ["select-down", "filter-services"]).state, "@core");
    expect([state.selected, state.selectedIndex]).toEqual(["db", 1]);
  });

  test("stays when it is taken, and ends with esc", () => {
    const taken = press(type(typing, "we"), ["input-take"]).state;
    expect([taken.prompt, taken.grid.filter]).toEqual([null, "we"]);
    const cleared = press(taken, ["back"]).state;
    expect([cleared.grid.filter, cleared.selected, cleared.selectedIndex]).toEqual(["", "web", 3]);
  });

  test("ends where the typing is cancelled", () => {
    const state = press(type(typing, "we"), ["input-cancel"]).state;
    expect([state.prompt, state.grid.filter, state.selected]).toEqual([null, "", "web"]);
  });

  test("goes on from what it was", () => {
    const again = press(type(typing, "we"), ["input-take", "filter-services"]).state;
    expect(again.prompt?.line.text).toBe("we");
  });

  test("keeps the selected service in sight when it matches no more", () => {
    const taken = press(type(typing, "ready"), ["input-take"]).state;
    const stopped = sampleService("api", { replicas: [sampleReplica("api", 1, { state: { phase: "stopped" } })] });
    const changed = around(sampleFleet([stopped, ...services.slice(1)]));
    expect(run(taken, [{ kind: "fleetChanged" }], changed).state.selected).toBe("api");
  });

  test("brings the grid back where it is asked for from another pane", () => {
    const zoomed: UiState = { ...opened, focus: "logs", isZoomed: true };
    expect(press(zoomed, ["filter-services"]).state).toMatchObject({ focus: "services", isZoomed: false });
  });

  test("that matches nothing leaves the selection", () => {
    expect(type(typing, "zzz").selected).toBe("api");
  });
});
