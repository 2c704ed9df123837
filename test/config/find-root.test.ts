import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findFleetRoot } from "../../src/config/find-root.ts";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { tempFolder } from "./temp-folder.ts";

afterEach(() => vi.unstubAllEnvs());

describe("findFleetRoot", () => {
  test("is the nearest folder upward with an orchestra.yml", () => {
    const root = tempFolder({ "orchestra.yml": "", "a/orchestra.yml": "", "a/b/c/": "" });
    expect(findFleetRoot(join(root, "a/b/c"))).toBe(join(root, "a"));
    expect(findFleetRoot(root)).toBe(root);
  });

  test("knows a folder by its .orchestra, too", () => {
    const root = tempFolder({ ".orchestra/": "", "api/": "" });
    expect(findFleetRoot(join(root, "api"))).toBe(root);
  });

  test("is the folder itself where nothing is found", () => {
    const root = tempFolder({ ".git/": "", "a/b/": "" });
    expect(findFleetRoot(join(root, "a/b"))).toBe(join(root, "a/b"));
  });

  test("looks into the git root and not above it", () => {
    const root = tempFolder({ "orchestra.yml": "", "repo/.git/": "", "repo/a/": "" });
    expect(findFleetRoot(join(root, "repo/a"))).toBe(join(root, "repo/a"));
    const inner = tempFolder({ "repo/orchestra.yml": "", "repo/.git/": "", "repo/a/": "" });
    expect(findFleetRoot(join(inner, "repo/a"))).toBe(join(inner, "repo"));
  });

  test("does not look above the home folder", () => {
    const root = tempFolder({ "orchestra.yml": "", "home/a/": "" });
    vi.stubEnv("HOME", join(root, "home"));
    expect(findFleetRoot(join(root, "home/a"))).toBe(join(root, "home/a"));
  });
});

describe("fleetIdOf", () => {
  test("is sixteen hex digits, the same through a link and different for a copy", () => {
    const root = tempFolder({ "one/": "", "two/": "" });
    symlinkSync(join(root, "one"), join(root, "link"));
    expect(fleetIdOf(join(root, "one"))).toMatch(/^[0-9a-f]{16}$/);
    expect(fleetIdOf(join(root, "link"))).toBe(fleetIdOf(join(root, "one")));
    expect(fleetIdOf(join(root, "two"))).not.toBe(fleetIdOf(join(root, "one")));
  });
});
