import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readUserConfig } from "../../src/config/user-config.ts";
import { userConfigFile } from "../../src/config/user-config-file.ts";
import { rebind } from "../../src/ui/keys/rebind.ts";
import { tempFolder } from "./temp-folder.ts";

function read(text: string | Uint8Array) {
  const file = join(tempFolder({ "config.yml": text }), "config.yml");
  return readUserConfig(file, (keys) => rebind(keys).mistakes);
}

describe("the user's own config", () => {
  test("is complete without a file, and with an empty one", () => {
    const nothing = { config: { theme: "auto", mouse: false, keys: {} }, diagnostics: [] };
    expect(readUserConfig(join(tempFolder(), "config.yml"), () => [])).toEqual(nothing);
    expect(read("# nothing yet\n")).toEqual(nothing);
    expect(read("keys:\n")).toEqual(nothing);
  });

  test("says theme, mouse and keys, one or several", () => {
    expect(read("theme: light\nmouse: true\nkeys:\n  start: S\n  stop: [ctrl-x, f9]\n  page-up: 1\n")).toEqual({
      config: { theme: "light", mouse: true, keys: { start: ["S"], stop: ["ctrl-x", "f9"], "page-up": ["1"] } },
      diagnostics: [],
    });
  });

  test.each<[title: string, text: string, line: number, column: number, message: string, hint: string | null]>([
    ["an unknown key", "them: dark\n", 1, 1, 'unknown key "them"', 'did you mean "theme"?'],
    [
      "an unknown theme",
      "theme: lihgt\n",
      1,
      8,
      '"theme" must be dark, light or auto, not "lihgt"',
      'did you mean "light"?',
    ],
    ["a word for true", 'mouse: "yes"\n', 1, 8, '"mouse" must be true or false, not "yes"', "write true"],
    ["an unknown binding", "keys:\n  strat: S\n", 2, 3, 'there is no key binding "strat"', 'did you mean "start"?'],
    [
      "an unknown key of the keyboard",
      "keys:\n  start: [S, Ctrl+S]\n",
      2,
      14,
      'there is no key "Ctrl+S"',
      'did you mean "ctrl-s"?',
    ],
    [
      "a map in place of a key",
      "keys:\n  start: {a: b}\n",
      2,
      10,
      '"start" must be a key or a list of keys',
      'put it in quotes: "?"',
    ],
    ["a list of bindings", "keys: [start]\n", 1, 7, '"keys" must be a map of keys and values, not a list', null],
  ])("%s is a diagnostic, and all else counts", (_title, text, line, column, message, hint) => {
    const rest = text.startsWith("mouse") ? "theme: dark\n" : "mouse: true\n";
    const { config, diagnostics } = read(text + rest);
    expect(diagnostics).toMatchObject([{ severity: "error", message, hint, location: { line, column } }]);
    expect(config).toMatchObject(rest.startsWith("theme") ? { theme: "dark" } : { mouse: true });
    expect(config.keys).toEqual({});
  });

  test("keeps the bindings without a mistake", () => {
    const { config, diagnostics } = read("keys:\n  start: S\n  stop: S\n  wrap: W\n");
    expect(config.keys).toEqual({ start: ["S"], wrap: ["W"] });
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining('"S" is taken by "start"') }]);
  });

  test.each<[string, string | Uint8Array]>([
    ["no YAML", "theme: [dark\n"],
    ["no text", new Uint8Array([0, 1, 2])],
    ["no map", "- a\n- b\n"],
  ])("that is %s is a diagnostic, and the usual settings count", (_title, text) => {
    const { config, diagnostics } = read(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(config).toEqual({ theme: "auto", mouse: false, keys: {} });
  });
});

test.each<[Record<string, string>, string]>([
  [{ XDG_CONFIG_HOME: "/x/conf", HOME: "/home/you" }, "/x/conf/orchestra/config.yml"],
  [{ HOME: "/home/you" }, "/home/you/.config/orchestra/config.yml"],
  [{ XDG_CONFIG_HOME: "relative", HOME: "/home/you" }, "/home/you/.config/orchestra/config.yml"],
])("with %j it is %s", (env, file) => {
  expect(userConfigFile(env)).toBe(file);
});
