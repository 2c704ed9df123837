import { describe, expect, test } from "vitest";
import { type DashboardSettings, defaultSettings } from "../../src/ui/dashboard-settings.ts";
import { defaultKeys } from "../../src/ui/keys/rebind.ts";
import { LiveLook } from "../../src/ui/live-look.ts";
import type { Look } from "../../src/ui/look.ts";
import { themeFor } from "../../src/ui/theme/theme.ts";

const xterm = { TERM: "xterm-256color", COLORTERM: "truecolor", HOME: "/home/you" };

function lookOf(
  env: Record<string, string>,
  settings: Partial<DashboardSettings> = {},
  isReadAloud = false,
): { look: LiveLook; changes: Look[] } {
  const changes: Look[] = [];
  const look = new LiveLook({
    env,
    isReadAloud,
    settings: { ...defaultSettings, ...settings },
    onChange: (changed) => changes.push(changed),
  });
  return { look, changes };
}

describe("the look of the screens", () => {
  test.each<[title: string, look: LiveLook, asks: boolean]>([
    ["in a terminal with colours, by default", lookOf(xterm).look, true],
    [
      "in a terminal that says so by COLORFGBG too, which may be out of date",
      lookOf({ ...xterm, COLORFGBG: "15;0" }).look,
      true,
    ],
    ["not where the user has said it", lookOf(xterm, { theme: "light" }).look, false],
    ["not without colours", lookOf({ ...xterm, NO_COLOR: "1" }).look, false],
    ["not in a dumb terminal, whatever is forced on it", lookOf({ TERM: "dumb", FORCE_COLOR: "3" }).look, false],
    ["not in the console of Linux", lookOf({ TERM: "linux" }).look, false],
    ["not where the screen is read aloud", lookOf(xterm, {}, true).look, false],
  ])("asks the terminal for its background %s", (_title, look, asks) => {
    expect(look.asksForBackground).toBe(asks);
  });

  test("follows the background that is told, and COLORFGBG until then", () => {
    const { look, changes } = lookOf({ ...xterm, COLORFGBG: "0;15" });
    expect(look.current.theme.role).toEqual(themeFor(xterm, "light").role);
    look.backgroundTold("dark");
    expect(look.current.theme.role).toEqual(themeFor(xterm, "dark").role);
    expect(changes).toEqual([look.current]);
  });

  test("follows the settings, whatever the background is", () => {
    const { look, changes } = lookOf(xterm);
    look.backgroundTold("light");
    look.settingsRead({ theme: "dark", mouse: false, keys: { restart: ["alt-r"] }, diagnostics: [] });
    expect(look.current.theme.role).toEqual(themeFor(xterm, "dark").role);
    expect(look.current.keys.find((b) => b.id === "restart")?.keys).toEqual(["alt-r"]);
    expect([look.isBound("alt-r"), look.isBound("alt-q")]).toEqual([true, false]);
    look.settingsRead(defaultSettings);
    expect(look.current.theme.role).toEqual(themeFor(xterm, "light").role);
    expect(look.current.keys).toBe(defaultKeys);
    expect(changes.length).toBe(3);
  });

  test("names the user's own file from home", () => {
    const location = { file: "/home/you/.config/orchestra/config.yml", line: 1, column: 1, length: 1, excerpt: "x" };
    const mistake = { severity: "error", code: "x", message: "wrong", location, hint: null } as const;
    const { look } = lookOf(xterm, { diagnostics: [mistake, { ...mistake, location: null }] });
    expect(look.current.mistakes.map((m) => m.location?.file)).toEqual(["~/.config/orchestra/config.yml", undefined]);
  });

  test("is words alone where the screen is read aloud", () => {
    const { theme } = lookOf(xterm, {}, true).look.current;
    expect(theme.hasColor).toBe(false);
    expect(Object.values(theme.glyphs.phase).join("")).toBe("");
  });
});
