import { describe, expect, test } from "vitest";
import type { Stray } from "../../../src/model/stray.ts";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import { resolveKey } from "../../../src/ui/keys/resolve-key.ts";
import { stateText } from "../../../src/ui/panes/services/service-texts.ts";
import { blockerInShort, describeBlocker } from "../../../src/ui/state/describe-blocker.ts";
import { nextChangeAt } from "../../../src/ui/state/next-change.ts";
import { type StraysView, selectedStray } from "../../../src/ui/state/strays-view.ts";
import type { Surroundings } from "../../../src/ui/state/surroundings.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleReplica, sampleService, sampleStray } from "../../helpers/fleet-samples.ts";
import { around, uiDriver } from "./drive-ui.ts";

const three = [
  sampleStray(1, { service: "web", standing: "ignored" }),
  sampleStray(2, { service: "web" }),
  sampleStray(3, { service: "orders" }),
];
const services = ["catalog", "orders", "web"].map((name) => sampleService(name));
const withStrays = (strays: Stray[], change: Partial<Surroundings> = {}): Surroundings =>
  around(sampleFleet(services, { strays }), change);
const usual = withStrays(three, { strays: { height: 5, lastTop: 12 } });
const { run, press } = uiDriver(usual);
const settled = run(initialUiState, [{ kind: "fleetChanged" }]).state;
const opened = press(settled, ["strays"]).state;

/** The pid of the selected stray, as far as the list is open. */
function pidIn({ dialog }: UiState, strays: readonly Stray[] = three): number | null {
  return dialog.kind === "strays" ? (strays[selectedStray(dialog, strays)]?.pid ?? null) : null;
}

const view = ({ dialog }: UiState): StraysView => dialog as StraysView;

describe("the list of strays", () => {
  test("opens with a look around", () => {
    const { state, effects } = press(settled, ["strays"]);
    expect(effects).toEqual([{ kind: "lookForStrays" }]);
    expect(view(state).isLooking).toBe(true);
    expect(view(run(state, [{ kind: "straysLooked" }]).state).isLooking).toBe(false);
  });

  test.each<[selected: string, strays: Stray[], pid: number | null]>([
    ["orders", three, 3],
    ["web", three, 2],
    ["catalog", three, 2],
    ["catalog", three.slice(0, 1), 1],
    ["catalog", [], null],
  ])("at %s opens at its stray, else at one that is asked about", (selected, strays, pid) => {
    const { state } = press({ ...settled, selected }, ["strays"], withStrays(strays));
    expect(pidIn(state, strays)).toBe(pid);
  });

  test.each<[keys: BindingId[], pid: number]>([
    [["strays-down"], 3],
    [["strays-down", "strays-down"], 3],
    [["strays-up"], 1],
    [["strays-up", "strays-up"], 1],
    [["strays-first"], 1],
    [["strays-last"], 3],
  ])("%j selects pid %i", (keys, pid) => {
    expect(pidIn(press(opened, keys).state)).toBe(pid);
  });

  test("keeps its stray when others come and go, and takes the next when it is gone", () => {
    expect(pidIn(opened, [sampleStray(7), ...three])).toBe(2);
    expect(pidIn(opened, [three[0], three[2]] as Stray[])).toBe(3);
    expect(pidIn(opened, three.slice(0, 1))).toBe(1);
    expect(pidIn(opened, [])).toBeNull();
  });

  test.each<[keys: BindingId[], top: number]>([
    [["strays-page-down"], 4],
    [["strays-page-down", "strays-page-down", "strays-page-down", "strays-page-down"], 12],
    [["strays-page-down", "strays-page-up"], 0],
    [["strays-page-down", "strays-last"], 0],
    [["strays-page-down", "strays-page-down", "strays-last", "strays-last"], 0],
  ])("%j scrolls the evidence to row %i", (keys, top) => {
    expect(view(press(opened, keys).state).top).toBe(top);
  });

  test("closes, and looks again", () => {
    expect(press(opened, ["strays-close"]).state.dialog.kind).toBe("none");
    const looked = run(opened, [{ kind: "straysLooked" }]).state;
    const { state, effects } = press(looked, ["strays-look"]);
    expect([view(state).isLooking, effects]).toEqual([true, [{ kind: "lookForStrays" }]]);
  });

  test("has the ways out and the help, and no verbs of services", () => {
    const keys = ["ctrl-c", "q", "?", "ctrl-p", "esc", "1", "s", "X", "R", "/"];
    expect(keys.map((key) => resolveKey(opened, key))).toEqual([
      "interrupt",
      "quit",
      "help",
      "palette",
      "strays-close",
      "strays-close",
      null,
      null,
      null,
      null,
    ]);
    expect(resolveKey(settled, "3")).toBe("strays");
  });

  test("is drawn each second only while it shows an age of seconds", () => {
    const now = 10 * 3_600_000;
    const fleet = (startedAt: number) => ({
      snapshot: sampleFleet([], {
        strays: [sampleStray(1, { startedAt })],
        daemon: { pid: 1, version: "1", startedAt: 0 },
      }),
      disconnected: null,
    });
    expect(nextChangeAt(fleet(now - 5_000), opened, now)).toBe(now + 1_000);
    expect(nextChangeAt(fleet(now - 5_000), settled, now)).toBe(now + 60_000);
    expect(nextChangeAt(fleet(0), opened, now)).toBe(now + 60_000);
  });
});

describe("a decision", () => {
  test.each<[key: BindingId, action: string]>([
    ["strays-adopt", "adopt"],
    ["strays-ignore", "ignore"],
  ])("%s is sent at once", (key, action) => {
    const { state, effects } = press(opened, [key]);
    expect(effects).toEqual([
      { kind: "send", command: { kind: "strays", action, ids: ["2-1"] }, label: `${action} pid 2` },
    ]);
    expect(pidIn(state)).toBe(2);
  });

  test("to stop is asked for first, and the list is there again after either answer", () => {
    const asked = press(opened, ["strays-stop"]);
    expect(asked.effects).toEqual([]);
    expect(asked.state.dialog).toMatchObject({ kind: "confirm", verb: "stop-stray", stray: { pid: 2 }, selected: 0 });
    const yes = press(asked.state, ["confirm-take"]);
    expect(yes.effects).toEqual([
      { kind: "send", command: { kind: "strays", action: "stop", ids: ["2-1"] }, label: "stop pid 2" },
    ]);
    expect(pidIn(yes.state)).toBe(2);
    for (const keys of [["confirm-no"], ["confirm-other", "confirm-take"]] as BindingId[][]) {
      const no = press(asked.state, keys);
      expect([pidIn(no.state), no.effects]).toEqual([2, []]);
    }
  });

  test("to stop is about what was asked, though the list has changed meanwhile", () => {
    const asked = press(opened, ["strays-stop"]).state;
    const changed = withStrays([sampleStray(9)]);
    const { effects } = press(asked, ["confirm-yes"], changed);
    expect(effects).toMatchObject([{ command: { action: "stop", ids: ["2-1"] } }]);
  });

  test("about another user's process is refused at once, but it can be left alone", () => {
    const others = withStrays([sampleStray(5, { isForeignUser: true })]);
    const { state } = press(settled, ["strays"], others);
    for (const key of ["strays-stop", "strays-adopt"] as const) {
      const said = press(state, [key], others);
      expect(said.state.dialog.kind).toBe("strays");
      expect(said.effects).toEqual([
        {
          kind: "say",
          level: "warning",
          text: "./orders --verbose (pid 5) belongs to another user: it can be neither stopped nor adopted",
        },
      ]);
    }
    expect(press(state, ["strays-ignore"], others).effects).toMatchObject([{ command: { action: "ignore" } }]);
  });

  test("in an empty list does nothing", () => {
    const none = withStrays([]);
    const { state } = press(settled, ["strays"], none);
    for (const key of ["strays-stop", "strays-adopt", "strays-ignore", "strays-down"] as const) {
      expect(press(state, [key], none).effects).toEqual([]);
    }
  });

  test("a look that ends while it is asked about is over", () => {
    const asked = press(opened, ["strays-stop"]).state;
    const { state } = run(asked, [{ kind: "straysLooked" }]);
    expect(view(press(state, ["confirm-no"]).state).isLooking).toBe(false);
  });
});

describe("a service that waits because of strays", () => {
  const processes = [
    { pid: 1, command: "./orders" },
    { pid: 2, command: `node ${"x".repeat(60)} server.js` },
    { pid: 3, command: "\u001b[2Jevil" },
  ];
  test.each<[count: number, state: string, short: string, long: string]>([
    [0, "waiting for a look around", "a look around", "a look for what already runs of it"],
    [1, "waiting for you", "stray 1", "your word on ./orders (pid 1), started outside"],
    [
      2,
      "waiting for you",
      "stray 1, 2",
      `your word on ./orders (pid 1) and node ${"x".repeat(34)}… (pid 2), started outside`,
    ],
    [3, "waiting for you", "3 strays", "your word on 3 processes started outside"],
  ])("%i of them, says so", (count, state, short, long) => {
    const blocker = { kind: "strays" as const, strays: processes.slice(0, count) };
    const replica = sampleReplica("orders", 1, { state: { phase: "waiting", blockers: [blocker] } });
    expect(stateText(sampleService("orders", { replicas: [replica] }), 0)).toBe(state);
    expect(blockerInShort(blocker)).toBe(short);
    expect(describeBlocker(blocker)).toBe(long);
  });
});
