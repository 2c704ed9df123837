import { describe, expect, test } from "vitest";
import type { BindingId } from "../../../src/ui/keys/bindings.ts";
import { isKeyName, suggestKey } from "../../../src/ui/keys/key-syntax.ts";
import { defaultKeys, rebind } from "../../../src/ui/keys/rebind.ts";
import { resolveKey } from "../../../src/ui/keys/resolve-key.ts";
import { initialUiState } from "../../../src/ui/state/ui-state.ts";

function keysOf(id: BindingId, table = defaultKeys): readonly string[] {
  return table.find((b) => b.id === id)?.keys ?? [];
}

describe("the user's own keys", () => {
  test("take the place of the usual ones", () => {
    const { table, mistakes } = rebind({ start: ["S", "ctrl-s"] });
    expect(mistakes).toEqual([]);
    expect(keysOf("start", table)).toEqual(["S", "ctrl-s"]);
    expect(resolveKey(initialUiState, "S", table)).toBe("start");
    expect(resolveKey(initialUiState, "s", table)).toBeNull();
  });

  test("turn a binding off where there are none", () => {
    const { table, mistakes } = rebind({ kill: [] });
    expect(mistakes).toEqual([]);
    expect(resolveKey(initialUiState, "X", table)).toBeNull();
  });

  test("may be swapped with each other", () => {
    const { table, mistakes } = rebind({ start: ["x"], stop: ["s"] });
    expect(mistakes).toEqual([]);
    expect(resolveKey(initialUiState, "x", table)).toBe("start");
    expect(resolveKey(initialUiState, "s", table)).toBe("stop");
  });

  test("are written in the footer as they are, and not as the pair that they no longer are", () => {
    expect(rebind({ "scale-up": ["y"] }).table.find((b) => b.id === "scale-up")).not.toHaveProperty("hintKeys");
  });

  test.each<[title: string, wishes: Record<string, string[]>, mistake: object]>([
    [
      "an unknown binding",
      { strat: ["S"] },
      { id: "strat", key: null, message: 'there is no key binding "strat"', hint: 'did you mean "start"?' },
    ],
    [
      "an unknown key",
      { start: ["ctrl+s"] },
      { id: "start", key: "ctrl+s", message: 'there is no key "ctrl+s"', hint: 'did you mean "ctrl-s"?' },
    ],
    ["a key that another binding has", { start: ["x"] }, { id: "start", key: "x" }],
    ["a key that a pane's binding has", { start: ["j"] }, { id: "start", key: "j" }],
    ["no way out", { interrupt: [] }, { id: "interrupt", key: null }],
  ])("%s is a mistake, and the usual keys stay", (_title, wishes, mistake) => {
    const { table, mistakes } = rebind(wishes);
    expect(mistakes).toMatchObject([mistake]);
    expect(table).toEqual(defaultKeys);
  });

  test("of two wishes for one key the first counts", () => {
    const { table, mistakes } = rebind({ start: ["S"], stop: ["S"] });
    expect(mistakes).toMatchObject([{ id: "stop", key: "S" }]);
    expect([keysOf("start", table), keysOf("stop", table)]).toEqual([["S"], keysOf("stop")]);
  });

  test("that leave no key where it was wished for, since the other wish was wrong, are both mistakes", () => {
    const { table, mistakes } = rebind({ start: ["x"], stop: ["nonsense"] });
    expect(mistakes.map((m) => m.id).sort()).toEqual(["start", "stop"]);
    expect(table).toEqual(defaultKeys);
  });

  test("may be the same in two dialogs that are never open together", () => {
    expect(rebind({ "help-down": ["z"] }).mistakes).toEqual([]);
  });
});

test.each(["j", "G", "?", "é", "space", "ctrl-u", "alt-x", "f5", "f12", "pageup", "shift-tab"])(
  "%s is a key",
  (key) => {
    expect(isKeyName(key)).toBe(true);
  },
);

test.each<[string, string | null]>([
  ["", null],
  ["jj", null],
  ["ctrl-", null],
  ["Ctrl+P", "ctrl-p"],
  ["escape", "esc"],
  ["Return", "enter"],
  ["PgeUp", "pageup"],
  [" ", "space"],
])("%j is no key", (key, meant) => {
  expect(isKeyName(key)).toBe(false);
  if (meant !== null) expect(suggestKey(key)).toBe(meant);
});
