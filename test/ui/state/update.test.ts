import { describe, expect, test } from "vitest";
import type { ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";
import { around, uiDriver } from "./drive-ui.ts";

const names = ["catalog", "gateway", "orders"];
const services = names.map((name) => sampleService(name));
const stopped = (name: string): ServiceSnapshot =>
  sampleService(name, { wanted: "stopped", replicas: [sampleReplica(name, 1, { state: { phase: "stopped" } })] });

const fleet = around(sampleFleet(services));
const { run, press } = uiDriver(fleet);
const open = run(initialUiState, [{ kind: "fleetChanged" }]).state;

describe("the selection", () => {
  test("begins at the first service", () => {
    expect(open.selected).toBe("catalog");
  });

  test.each<[keys: BindingId[], selected: string]>([
    [["select-down"], "gateway"],
    [["select-down", "select-down", "select-down", "select-down"], "orders"],
    [["select-up"], "catalog"],
    [["select-last"], "orders"],
    [["select-last", "select-first"], "catalog"],
  ])("%j selects %s", (keys, selected) => {
    expect(press(open, keys).state.selected).toBe(selected);
  });

  test("stays on the same service when rows come before it", () => {
    const state = press(open, ["select-down"]).state;
    const more = around(sampleFleet([sampleService("auth"), ...services]));
    const next = run(state, [{ kind: "fleetChanged" }], more).state;
    expect([next.selected, next.selectedIndex]).toEqual(["gateway", 2]);
    expect(press(next, ["select-down"], more).state.selected).toBe("orders");
  });

  test("goes to the service that took the place of one that is gone", () => {
    const state = press(open, ["select-down"]).state;
    const fewer = around(sampleFleet(services.filter((s) => s.name !== "gateway")));
    expect(run(state, [{ kind: "fleetChanged" }], fewer).state.selected).toBe("orders");
  });

  test("goes to the last one when the last is gone, and to none when all are", () => {
    const state = press(open, ["select-last"]).state;
    expect(run(state, [{ kind: "fleetChanged" }], around(sampleFleet(services.slice(0, 2)))).state.selected).toBe(
      "gateway",
    );
    expect(run(state, [{ kind: "fleetChanged" }], around(sampleFleet([]))).state.selected).toBeNull();
  });
});

describe("a verb", () => {
  test.each<[BindingId, object]>([
    ["start", { kind: "start", select: { names: ["catalog"], except: [] }, noDeps: false, overrides: {} }],
    ["stop", { kind: "stop", select: { names: ["catalog"], except: [] } }],
    ["kill", { kind: "kill", select: { names: ["catalog"], except: [] } }],
    ["restart", { kind: "restart", select: { names: ["catalog"], except: [] }, noDeps: false, overrides: {} }],
    ["rebuild", { kind: "rebuild", select: { names: ["catalog"], except: [] } }],
    ["pause", { kind: "pause", select: { names: ["catalog"], except: [] } }],
    ["scale-up", { kind: "scale", service: "catalog", change: { by: 1 } }],
    ["scale-down", { kind: "scale", service: "catalog", change: { by: -1 } }],
  ])("%s is sent for the selected service", (key, command) => {
    const { state, effects } = press(open, [key]);
    expect(effects).toMatchObject([{ kind: "send", command }]);
    expect(state).toBe(open);
  });

  test("the key that pauses lets go on what is paused", () => {
    const paused = sampleReplica("catalog", 1, { state: { phase: "paused", pid: 7 } });
    const some = around(sampleFleet([sampleService("catalog", { replicas: [paused] }), sampleService("gateway")]));
    const state = run(initialUiState, [{ kind: "fleetChanged" }], some).state;
    expect(press(state, ["pause"], some).effects).toMatchObject([
      { command: { kind: "resume" }, label: "resume catalog" },
    ]);
    expect(press(state, ["select-down", "pause"], some).effects).toMatchObject([{ command: { kind: "pause" } }]);
  });

  test("does nothing where there is no service", () => {
    expect(press(initialUiState, ["stop", "start", "scale-up"], around(sampleFleet([]))).effects).toEqual([]);
  });
});

describe("the log", () => {
  test("follows the first move of the selection, which leaves All", () => {
    expect(open.logs.tab).toEqual({ kind: "all" });
    expect(press(open, ["select-down"]).state.logs.tab).toEqual({ kind: "service" });
  });

  test("stays on All once that was chosen", () => {
    const state = press(open, ["tab-right", "tab-left", "select-down"]).state;
    expect(state.logs.tab).toEqual({ kind: "all" });
  });

  test("has a tab for each replica of a service that has several", () => {
    const scaled = around(
      sampleFleet([sampleService("worker", { replicas: [sampleReplica("worker", 1), sampleReplica("worker", 2)] })]),
    );
    const state = run(initialUiState, [{ kind: "fleetChanged" }], scaled).state;
    const at = (keys: BindingId[]) => press(state, keys, scaled).state.logs.tab;
    expect(at(["tab-right"])).toEqual({ kind: "service" });
    expect(at(["tab-right", "tab-right", "tab-right", "tab-right"])).toEqual({ kind: "replica", index: 2 });
    expect(at(["tab-left"])).toEqual({ kind: "all" });
  });

  test("scrolling up leaves following and fetches older lines before they are needed", () => {
    const { state, effects } = press(open, ["page-up"]);
    expect(state.logs.scroll).toEqual({ kind: "at", seq: 81, row: 0 });
    expect(effects).toEqual([]);
    const far = press(
      open,
      Array.from({ length: 8 }, () => "page-up" as const),
    );
    expect(far.effects.at(-1)).toEqual({ kind: "readOlderLogs" });
  });

  test("scrolling down to the end follows again", () => {
    expect(press(open, ["page-up", "half-page-down", "half-page-down"]).state.logs.scroll).toEqual({ kind: "follow" });
  });

  test("at the end of what is loaded, newer lines are read instead of following", () => {
    const history = around(sampleFleet(services), { log: { ...fleet.log, isLive: false } });
    const { state, effects } = press(open, ["line-up", "page-down"], history);
    expect(state.logs.scroll.kind).toBe("at");
    expect(effects).toContainEqual({ kind: "readNewerLogs" });
  });

  test("space holds the log where it is, and follows again", () => {
    const held = press(open, ["follow"]).state;
    expect(held.logs.scroll).toEqual({ kind: "at", seq: 90, row: 0 });
    expect(press(held, ["follow"]).state.logs.scroll).toEqual({ kind: "follow" });
  });

  test("the first key goes to the oldest line there is", () => {
    const { state, effects } = press(open, ["logs-first"]);
    expect(effects).toEqual([{ kind: "readFirstLogs" }]);
    expect(press(state, ["line-down"]).state.logs.scroll).toEqual({ kind: "at", seq: 1, row: 0 });
  });

  test("wrapping and times are switched", () => {
    const { logs } = press(open, ["wrap", "times"]).state;
    expect([logs.isWrapped, logs.hasTimes]).toEqual([true, false]);
  });
});

describe("panes", () => {
  test("take the focus in turn, both ways", () => {
    expect(press(open, ["next-pane"]).state.focus).toBe("logs");
    expect(press(open, ["next-pane", "next-pane"]).state.focus).toBe("services");
    expect(press(open, ["previous-pane"]).state.focus).toBe("logs");
  });

  test("zoom, and esc goes back", () => {
    expect(press(open, ["zoom"]).state.isZoomed).toBe(true);
    expect(press(open, ["zoom", "back"]).state.isZoomed).toBe(false);
  });

  test("esc drops a message before it ends a zoom", () => {
    const said = run(
      open,
      [
        { kind: "key", id: "zoom" },
        { kind: "said", message: { level: "info", text: "hi", until: 9 } },
      ],
      fleet,
    ).state;
    const once = press(said, ["back"]).state;
    expect([once.message, once.isZoomed]).toEqual([null, true]);
  });

  test("the help scrolls within its ends", () => {
    const top = (keys: BindingId[]) => {
      const { dialog } = press(open, keys).state;
      return dialog.kind === "help" ? dialog.top : null;
    };
    expect(top(["help", "help-down", "help-down", "help-down"])).toBe(7);
    expect(top(["help", "help-down", "help-up", "help-up"])).toBe(0);
    expect(top(["help", "help-close"])).toBeNull();
  });
});

describe("quitting", () => {
  const chosen = (state: UiState) =>
    state.dialog.kind === "quit" ? state.dialog.choices[state.dialog.selected] : null;

  test("asks nothing where nothing runs", () => {
    const idle = around(sampleFleet([stopped("orders")]));
    expect(press(open, ["quit"], idle).effects).toEqual([{ kind: "leave", outcome: "nothing-ran" }]);
  });

  test("asks nothing while the engine is away, since it could not be told", () => {
    const away = around(sampleFleet(services), {
      fleet: { snapshot: sampleFleet(services), disconnected: { since: 0, reason: "" } },
    });
    expect(press(open, ["quit"], away).effects).toEqual([{ kind: "leave", outcome: "left-running" }]);
  });

  test("proposes to leave running what somebody else started", () => {
    expect(chosen(press(open, ["quit"]).state)).toBe("leave-running");
  });

  test("proposes to stop what this dashboard started", () => {
    expect(chosen(press(open, ["quit"], { ...fleet, startedFleet: true }).state)).toBe("stop-all");
  });

  test("ctrl-c proposes to stop, whoever started it", () => {
    expect(chosen(press(open, ["interrupt"]).state)).toBe("stop-all");
  });

  test("choices go round", () => {
    expect(chosen(press(open, ["interrupt", "choice-previous"]).state)).toBe("cancel");
    expect(chosen(press(open, ["interrupt", "choice-next", "choice-next", "choice-next"]).state)).toBe("stop-all");
  });

  test("leaving running only leaves", () => {
    expect(press(open, ["quit", "choice-take"]).effects).toEqual([{ kind: "leave", outcome: "left-running" }]);
  });

  test("cancelling, by choice or by key, changes nothing", () => {
    for (const keys of [
      ["quit", "choice-cancel"],
      ["quit", "choice-next", "choice-take"],
    ] as BindingId[][]) {
      const { state, effects } = press(open, keys);
      expect([state, effects]).toEqual([open, []]);
    }
  });

  test("stopping all takes the fleet down and leaves when every replica has stopped", () => {
    const { state, effects } = press(open, ["interrupt", "choice-take"]);
    expect(effects).toMatchObject([{ kind: "send", command: { kind: "down" } }]);
    const accepted = run(state, [{ kind: "downAccepted", revision: 5 }], fleet);
    expect(accepted.effects).toEqual([]);
    const half = around(sampleFleet([stopped("catalog"), sampleService("gateway")], { revision: 8 }));
    expect(run(accepted.state, [{ kind: "fleetChanged" }], half).effects).toEqual([]);
    const done = around(sampleFleet([stopped("catalog"), stopped("gateway")], { revision: 9 }));
    expect(run(accepted.state, [{ kind: "fleetChanged" }], done).effects).toEqual([
      { kind: "leave", outcome: "stopped" },
    ]);
  });

  test("an older state does not count as stopped", () => {
    const { state } = press(open, ["interrupt", "choice-take"]);
    const early = around(sampleFleet([stopped("catalog")], { revision: 4 }));
    expect(run(state, [{ kind: "downAccepted", revision: 5 }], early).effects).toEqual([]);
  });

  test("an engine that is gone after the request has stopped all", () => {
    const { state } = press(open, ["interrupt", "choice-take"]);
    const stopping = sampleFleet(services, { isStopping: true });
    const gone = around(stopping, { fleet: { snapshot: stopping, disconnected: { since: 0, reason: "" } } });
    expect(run(state, [{ kind: "fleetChanged" }], gone).effects).toEqual([{ kind: "leave", outcome: "stopped" }]);
  });

  test("a refused request goes back to the dashboard and says why", () => {
    const { state } = press(open, ["interrupt", "choice-take"]);
    const message = { level: "error", text: "the hook failed", until: 9 } as const;
    const next = run(state, [{ kind: "downRefused", message }], fleet).state;
    expect([next.dialog.kind, next.message]).toEqual(["none", message]);
  });

  test("a second ctrl-c kills all and takes the fleet down", () => {
    const { state, effects } = press(open, ["interrupt", "choice-kill"]);
    expect(effects.map((e) => (e.kind === "send" ? e.command.kind : e.kind))).toEqual(["kill", "down"]);
    expect(state.dialog).toMatchObject({ kind: "stopping", isKilled: true });
  });

  test("ctrl-c while all is being stopped kills what is left, and does not ask for the stop again", () => {
    const { effects } = press(open, ["interrupt", "choice-take", "kill-all"]);
    expect(effects.map((e) => (e.kind === "send" ? e.command.kind : e.kind))).toEqual(["down", "kill"]);
  });

  test("an engine that ends before it has answered is waited for", () => {
    const { state } = press(open, ["interrupt", "choice-take"]);
    const message = { level: "error", text: "socket closed", until: 9 } as const;
    const stopping = around(sampleFleet(services, { isStopping: true }));
    expect(run(state, [{ kind: "downRefused", message }], stopping).state.dialog.kind).toBe("stopping");
  });

  test("one may leave while all is being stopped; the daemon goes on with it", () => {
    const { effects } = press(open, ["interrupt", "choice-take", "leave-stopping"]);
    expect(effects.at(-1)).toEqual({ kind: "leave", outcome: "left-running" });
  });
});
