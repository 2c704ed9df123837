import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchUserSettings } from "../../src/cli/watch-user-settings.ts";
import type { DashboardSettings } from "../../src/ui/dashboard-settings.ts";
import { waitUntil } from "../helpers/wait-until.ts";

function configHome(): string {
  const folder = mkdtempSync(join(tmpdir(), "orchestra-home-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function watched(home: string): DashboardSettings[] {
  const read: DashboardSettings[] = [];
  onTestFinished(watchUserSettings({ XDG_CONFIG_HOME: home }, (settings) => read.push(settings)));
  return read;
}

test("the user's settings are told when their file is written, and when an editor puts a new one in its place", async () => {
  const home = configHome();
  const folder = join(home, "orchestra");
  mkdirSync(folder);
  writeFileSync(join(folder, "config.yml"), "keys:\n  strat: S\n");
  const read = watched(home);
  writeFileSync(join(folder, "config.yml"), "keys:\n  start: S\n  stpo: P\n");
  await waitUntil("the first reading", () => read.at(-1)?.keys.start !== undefined);
  expect(read.at(-1)).toMatchObject({ keys: { start: ["S"] }, diagnostics: [{ location: { line: 3, column: 3 } }] });
  writeFileSync(join(folder, "config.yml.new"), "theme: light\n");
  renameSync(join(folder, "config.yml.new"), join(folder, "config.yml"));
  await waitUntil("the second reading", () => read.at(-1)?.theme === "light");
  expect(read.at(-1)?.diagnostics).toEqual([]);
  rmSync(join(folder, "config.yml"));
  await waitUntil("that it is gone", () => read.at(-1)?.theme === "auto");
});

test("where there is no folder for settings, nothing is watched", () => {
  expect(watched(join(configHome(), "none"))).toEqual([]);
});
