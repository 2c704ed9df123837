import type { Key } from "ink";
import { describe, expect, test } from "vitest";
import type { Binding, KeyContext } from "../../../src/ui/keys/binding.ts";
import { bindings } from "../../../src/ui/keys/bindings.ts";
import { firstRunKeys } from "../../../src/ui/keys/first-run-keys.ts";
import { keyNames } from "../../../src/ui/keys/key-names.ts";
import { defaultKeys } from "../../../src/ui/keys/rebind.ts";
import { bindingsInForce, keyContexts, resolveKey } from "../../../src/ui/keys/resolve-key.ts";
import type { Trouble } from "../../../src/ui/state/first-run.ts";
import { openPalette } from "../../../src/ui/state/palette.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { signEscapes } from "../../../src/ui/terminal/escape-key.ts";
import { signFunctionKeys } from "../../../src/ui/terminal/function-keys.ts";
import { emptyLine } from "../../../src/ui/widgets/line-edit/line-edit.ts";

const table: readonly Binding[] = bindings;
const states: UiState[] = [
  initialUiState,
  { ...initialUiState, focus: "logs" },
  { ...initialUiState, dialog: { kind: "help", top: 0 } },
  { ...initialUiState, dialog: { kind: "quit", choices: ["cancel"], selected: 0 } },
  { ...initialUiState, dialog: { kind: "stopping", isKilled: false, revision: null } },
  { ...initialUiState, dialog: openPalette },
  { ...initialUiState, dialog: { kind: "details", service: "api", index: 1, top: 0, secret: null } },
  { ...initialUiState, dialog: { kind: "strays", selected: null, index: 0, top: 0, isLooking: false } },
  { ...initialUiState, prompt: { for: "logs-search", line: emptyLine } },
  {
    ...initialUiState,
    dialog: { kind: "confirm", verb: "stop", names: ["api", "web"], what: "2 services", selected: 0 },
  },
];

describe("the key table", () => {
  test.each(states.map((s) => [keyContexts(s), s] as [KeyContext[], UiState]))(
    "no key means two things in %j",
    (_, state) => {
      const keys = bindingsInForce(state).flatMap((b) => b.keys);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    },
  );

  test("every id is there once", () => {
    const ids = table.map((b) => b.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("every key of the table does what it says where it says", () => {
    // Before there is a fleet there is no such state.
    for (const binding of table.filter((b) => b.context !== "first-run")) {
      const state = states.find((s) => keyContexts(s).includes(binding.context));
      for (const key of binding.keys)
        expect(resolveKey(state as UiState, key), `${binding.context} ${key}`).toBe(binding.id);
    }
  });

  test.each<[Trouble, string[]]>([
    [{ kind: "broken", root: "/r", diagnostics: [] }, ["first-down", "first-up", "first-quit"]],
    [
      { kind: "nothing", root: "/r", files: [{ path: "a/service.yml", text: "", found: "" }], remarks: [] },
      ["first-create", "first-down", "first-up", "first-quit"],
    ],
    [{ kind: "nothing", root: "/r", files: [], remarks: [] }, ["first-down", "first-up", "first-quit"]],
    [
      { kind: "other-version", root: "/r", daemonVersion: "1", ownVersion: "2" },
      ["first-replace", "first-down", "first-up", "first-quit"],
    ],
    [
      { kind: "unreachable", root: "/r", message: "", hint: null },
      ["first-retry", "first-down", "first-up", "first-quit"],
    ],
  ])("before there is a fleet, %j has its own keys, and no key means two things", (trouble, ids) => {
    const found = firstRunKeys(defaultKeys, trouble);
    expect(found.map((b) => b.id)).toEqual(ids);
    const keys = found.flatMap((b) => b.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("ctrl-c means something everywhere", () => {
    for (const state of states) expect(resolveKey(state, "ctrl-c")).not.toBeNull();
  });

  test("an unknown key does nothing", () => {
    expect(resolveKey(initialUiState, "ctrl-y")).toBeNull();
  });

  test("a dialog keeps the panes' keys out", () => {
    expect(resolveKey(states[3] as UiState, "x")).toBeNull();
  });
});

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test.each<[title: string, input: string, key: Partial<Key>, names: string[]]>([
  ["a letter is itself", "j", {}, ["j"]],
  ["a capital letter is itself", "G", { shift: true }, ["G"]],
  ["letters that were read at once are as many keys", "kkk", {}, ["k", "k", "k"]],
  ["a return among letters is the enter key", "q\r", {}, ["q", "enter"]],
  ["control characters among letters are keys too", "\x10lo\x7f", {}, ["ctrl-p", "l", "o", "backspace"]],
  ["a function key, as its sign", signFunctionKeys("j\x1b[15~"), {}, ["j", "f5"]],
  ["Esc with a key right behind it", signEscapes("\x1bj\x1b\r", () => false), {}, ["esc", "j", "esc", "enter"]],
  ["a blank is the space key", " ", {}, ["space"]],
  ["a letter with ctrl", "c", { ctrl: true }, ["ctrl-c"]],
  ["a letter with alt is not the letter", "q", { meta: true }, ["alt-q"]],
  ["an arrow", "", { upArrow: true }, ["up"]],
  ["tab backwards", "", { tab: true, shift: true }, ["shift-tab"]],
  ["escape", "", { escape: true, meta: true }, ["esc"]],
  ["a key that has no name is none", "", {}, []],
  ["letting go is no key", "j", { eventType: "release" }, []],
])("%s", (_title, input, key, names) => {
  expect(keyNames(input, { ...none, ...key })).toEqual(names);
});
