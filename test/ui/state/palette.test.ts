import { describe, expect, test } from "vitest";
import { defaultKeys, rebind } from "../../../src/ui/keys/rebind.ts";
import { paletteMoved, paletteTaken, paletteTyped } from "../../../src/ui/state/on-palette.ts";
import { openPalette, paletteItems } from "../../../src/ui/state/palette.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";

const opened: UiState = { ...initialUiState, selected: "api", dialog: openPalette };

function typed(text: string, state = opened): UiState {
  return [...text].reduce((s, key) => (s.dialog.kind === "palette" ? paletteTyped(s, s.dialog, key) : s), state);
}

function ids(state: UiState, hasService = true): string[] {
  return state.dialog.kind === "palette" ? paletteItems(state.dialog, defaultKeys, hasService).map((i) => i.id) : [];
}

describe("the palette", () => {
  test("offers every command that is no dialog's own, in the order of the help", () => {
    const all = ids(opened);
    expect(all.slice(0, 3)).toEqual(["start", "stop", "kill"]);
    expect(all).toEqual(expect.arrayContaining(["details", "logs-last", "wrap", "help", "quit", "interrupt"]));
    expect(all).not.toContain("palette");
    expect(all).not.toContain("choice-take");
  });

  test("leaves out what needs a service where there is none", () => {
    expect(ids(opened, false)).not.toContain("start");
    expect(ids(opened, false)).toContain("quit");
  });

  test.each([
    ["restart", "restart"],
    ["rebuild", "rebuild"],
    ["quit", "quit"],
    ["sta", "start"],
    ["wrap", "wrap"],
    ["Newest", "logs-last"],
  ])("%j finds %s first", (text, id) => {
    expect(ids(typed(text))[0]).toBe(id);
  });

  test("finds nothing for nonsense, and takes nothing then", () => {
    const state = typed("zzzzq");
    expect(ids(state)).toEqual([]);
    expect(paletteMoved(state, 1, defaultKeys)).toBe(state);
    expect(paletteTaken(state, defaultKeys)).toEqual({ state, id: null });
  });

  test("moves around the ends, and begins anew with each letter", () => {
    const last = paletteMoved(opened, -1, defaultKeys);
    expect(paletteTaken(last, defaultKeys).id).toBe(ids(opened).at(-1));
    expect(paletteTaken(paletteMoved(last, 1, defaultKeys), defaultKeys).id).toBe("start");
    expect(typed("r", last).dialog).toMatchObject({ selected: 0 });
  });

  test("closes with the command that was taken", () => {
    const taken = paletteTaken(typed("restart"), defaultKeys);
    expect(taken).toMatchObject({ id: "restart", state: { dialog: { kind: "none" } } });
  });

  test("shows the user's own keys", () => {
    const { table } = rebind({ start: ["S"] });
    expect(paletteItems(openPalette, table, true)[0]).toMatchObject({ id: "start", keys: ["S"] });
  });
});
