import { describe, expect, test } from "vitest";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import type { Action } from "../../../src/ui/state/action.ts";
import { lineKey } from "../../../src/ui/state/log-search.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleLine, sampleService } from "../../helpers/fleet-samples.ts";
import { around, uiDriver } from "./drive-ui.ts";

/** A hundred lines, ten of which are on the screen; these hold a needle. */
const hits = [20, 50, 85, 97];
const lineAt = (seq: number) =>
  seq < 0 || seq > 99 ? null : sampleLine("a#1", hits.includes(seq) ? `needle ${seq}` : `line ${seq}`, { offset: seq });

const surroundings = around(sampleFleet([sampleService("a"), sampleService("b")]), {
  log: { items: { first: 0, last: 99, heightOf: () => 1 }, lineAt, height: 10, isLive: true },
});
const { run } = uiDriver(surroundings);

const open = run({ ...initialUiState, focus: "logs" }, [{ kind: "fleetChanged" }]).state;

function typed(text: string): Action[] {
  return [...text].map((key): Action => ({ kind: "typed", key }));
}

const press = (...ids: BindingId[]): Action[] => ids.map((id) => ({ kind: "key", id }));
const search = (text: string) => [...press("search"), ...typed(text), ...press("input-take")];

/** Number of the match that was jumped to. */
function current({ logs }: UiState): number | null {
  const seq = Array.from({ length: 100 }, (_, i) => i).find((i) => {
    const line = lineAt(i);
    return line !== null && lineKey(line) === logs.search?.at;
  });
  return seq ?? null;
}

describe("a search", () => {
  test("jumps to the newest match in view or above it, and stops following", () => {
    const { state, effects } = run(open, search("needle"));
    expect([current(state), state.logs.scroll, state.prompt]).toEqual([97, { kind: "at", seq: 90, row: 0 }, null]);
    expect(effects).toEqual([]);
  });

  test.each<[BindingId[], number]>([
    [["match-next"], 85],
    [["match-next", "match-next"], 50],
    [["match-next", "match-next", "match-next"], 20],
    [["match-next", "match-next", "match-previous"], 85],
    [["match-next", "match-previous", "match-previous"], 97],
  ])("%j leads to line %d", (keys, seq) => {
    expect(current(run(open, [...search("needle"), ...press(...keys)]).state)).toBe(seq);
  });

  test("goes on from what is on the screen once one has scrolled away", () => {
    const { state } = run(open, [...search("needle"), ...press("match-next", "match-next", "match-next")]);
    const { state: scrolled } = run(state, press("page-down", "page-down", "page-down", "page-down", "match-next"));
    expect(current(scrolled)).toBe(50);
  });

  test("asks the disk where the buffer has no more, once, and esc ends that", () => {
    const found = run(open, [...search("needle"), ...press(...Array<BindingId>(5).fill("match-next"))]);
    expect(found.effects.filter((e) => e.kind === "findMatch")).toEqual([{ kind: "findMatch", step: -1 }]);
    expect(found.state.logs.search?.finding).toBe(-1);
    const ended = run(found.state, press("back"));
    expect(ended.effects).toEqual([{ kind: "stopFinding" }]);
    expect(ended.state.logs.search).toBeNull();
  });

  test("takes the answer of the disk, and not one that comes too late", () => {
    const { state } = run(open, [...search("needle"), ...press(...Array<BindingId>(4).fill("match-next"))]);
    const answer: Action = { kind: "matchFound", step: -1, match: { seq: 3, key: "the key" } };
    expect(run(state, [answer]).state.logs).toMatchObject({
      scroll: { kind: "at", seq: 0 },
      search: { at: "the key" },
    });
    const ended = run(state, press("back")).state;
    expect(run(ended, [answer]).state).toBe(ended);
  });

  test("says that there is nothing below while the newest lines are shown", () => {
    const { effects } = run(open, [...search("needle"), ...press("match-previous")]);
    expect(effects).toEqual([{ kind: "say", level: "info", text: 'no match for "needle" further down' }]);
  });

  test("for nothing ends the one before", () => {
    expect(run(open, [...search("needle"), ...search("")]).state.logs.search).toBeNull();
  });

  test("n without one asks what for", () => {
    expect(run(open, press("match-next")).state.prompt?.for).toBe("logs-search");
  });
});

describe("a filter", () => {
  test("is kept for each tab, and follows the newest lines", () => {
    const { state } = run(open, [...search("needle"), ...press("filter", "tab-right")]);
    expect(state.logs.filters).toEqual({ "": "needle" });
    const both = run(state, press("filter")).state;
    expect(both.logs.filters).toEqual({ "": "needle", a: "needle" });
    expect(run(both, press("filter")).state.logs.filters).toEqual({ "": "needle" });
    expect(both.logs.scroll).toEqual({ kind: "follow" });
  });

  test("asks for an expression where nothing is searched for; nothing typed means none", () => {
    const asked = run(open, press("filter")).state;
    expect(asked.prompt?.for).toBe("logs-filter");
    expect(run(asked, [...typed("x"), ...press("input-take")]).state.logs.filters).toEqual({ "": "x" });
    expect(run(asked, press("input-take")).state.logs.filters).toEqual({});
  });
});

describe("a selection", () => {
  test.each<[BindingId[], [number, number]]>([
    [["select-lines"], [99, 99]],
    [
      ["select-lines", "line-up"],
      [98, 99],
    ],
    [
      ["select-lines", "line-up", "line-up", "line-down"],
      [98, 99],
    ],
    [
      ["select-lines", "page-up"],
      [90, 99],
    ],
    [
      ["select-lines", "logs-first"],
      [0, 99],
    ],
    [
      ["select-lines", "logs-first", "logs-last"],
      [99, 99],
    ],
    [
      ["page-up", "select-lines", "half-page-down"],
      [90, 95],
    ],
  ])("%j copies lines %j, and ends", (keys, [from, to]) => {
    const { state, effects } = run(open, press(...keys, "copy"));
    expect(effects.filter((e) => e.kind === "copyLines")).toEqual([{ kind: "copyLines", from, to }]);
    expect(state.logs.selection).toBeNull();
  });

  test("keeps its end in view", () => {
    const { state } = run(open, press("select-lines", ...Array<BindingId>(15).fill("line-up")));
    expect(state.logs.scroll).toEqual({ kind: "at", seq: 84, row: 0 });
  });

  test("is of one tab: in another there is none", () => {
    const { effects } = run(open, press("select-lines", "line-up", "tab-right", "copy"));
    expect(effects.filter((e) => e.kind === "copyLines")).toEqual([{ kind: "copyLines", from: 90, to: 99 }]);
  });

  test("ends before the search does", () => {
    const { state } = run(open, [...search("needle"), ...press("select-lines", "back")]);
    expect([state.logs.selection, state.logs.search?.pattern.text]).toEqual([null, "needle"]);
  });
});

describe("a pin", () => {
  test("is set and taken away", () => {
    const pinned = run(open, press("pin")).state;
    expect(pinned.logs.pins).toEqual(["a"]);
    expect(run(pinned, press("pin")).state.logs.pins).toEqual([]);
  });

  test("is shown while another service is selected", () => {
    const { state } = run({ ...open, focus: "services" }, press("pin", "select-down", "tab-right"));
    expect(state.logs.tab).toEqual({ kind: "pin", name: "a" });
    const back = run(state, press("select-up")).state;
    expect(back.logs.tab).toEqual({ kind: "pin", name: "a" });
  });
});
