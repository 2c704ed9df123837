import type { Key } from "ink";
import { describe, expect, test } from "vitest";
import type { Binding, KeyContext } from "../../../src/ui/keys/binding.ts";
import { bindings } from "../../../src/ui/keys/bindings.ts";
import { keyNames } from "../../../src/ui/keys/key-names.ts";
import { keyContexts, resolveKey } from "../../../src/ui/keys/resolve-key.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";

const table: readonly Binding[] = bindings;
const states: UiState[] = [
  initialUiState,
  { ...initialUiState, focus: "logs" },
  { ...initialUiState, dialog: { kind: "help", top: 0 } },
  { ...initialUiState, dialog: { kind: "quit", choices: ["cancel"], selected: 0 } },
  { ...initialUiState, dialog: { kind: "stopping", isKilled: false, revision: null } },
];

describe("the key table", () => {
  test.each(states.map((s) => [keyContexts(s)] as [KeyContext[]]))("no key means two things in %j", (contexts) => {
    const keys = table.filter((b) => contexts.includes(b.context)).flatMap((b) => b.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("every id is there once", () => {
    const ids = table.map((b) => b.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("every key of the table does what it says where it says", () => {
    for (const binding of table) {
      const state = states.find((s) => keyContexts(s).includes(binding.context));
      for (const key of binding.keys)
        expect(resolveKey(state as UiState, key), `${binding.context} ${key}`).toBe(binding.id);
    }
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
