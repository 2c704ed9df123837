import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPackageManager } from "../../src/config/package-manager.ts";
import { tempFolder } from "./temp-folder.ts";

/** The manager of `apps/web` in a repository with these files; root and files relative to that. */
function managerOf(files: Record<string, string>) {
  const repository = tempFolder({ ".git/": "", "apps/web/": "", ...files });
  const manager = findPackageManager(join(repository, "apps/web"));
  const relative = (path: string): string => path.slice(repository.length + 1);
  return {
    ...manager,
    root: relative(manager.root),
    bins: manager.bins.map(relative),
    files: manager.files.map(relative),
  };
}

describe("the package manager is", () => {
  test.each<[string, Record<string, string>, string, string, string]>([
    ["npm where nothing says so", {}, "npm", "apps/web", "npm install"],
    ["that of the lock file", { "apps/web/package-lock.json": "" }, "npm", "apps/web", "npm ci"],
    ["that of a lock file above", { "pnpm-lock.yaml": "" }, "pnpm", "", "pnpm install"],
    ["yarn", { "apps/yarn.lock": "" }, "yarn", "apps", "yarn install"],
    ["bun", { "bun.lockb": "" }, "bun", "", "bun install"],
    ["the nearest", { "apps/web/package-lock.json": "", "pnpm-lock.yaml": "" }, "npm", "apps/web", "npm ci"],
    [
      "not npm where another's lock lies beside",
      { "package-lock.json": "", "yarn.lock": "" },
      "yarn",
      "",
      "yarn install",
    ],
    [
      "what package.json names, over a lock file",
      { "apps/web/package.json": '{"packageManager": "pnpm@9.1.0+sha512.x"}', "apps/web/package-lock.json": "" },
      "pnpm",
      "apps/web",
      "pnpm install",
    ],
    [
      "what package.json names, above",
      { "package.json": '{"devEngines": {"packageManager": {"name": "bun"}}}' },
      "bun",
      "apps/web",
      "bun install",
    ],
    [
      "npm for a name nobody knows",
      { "apps/web/package.json": '{"packageManager": "cargo@1"}' },
      "npm",
      "apps/web",
      "npm install",
    ],
    [
      "npm where package.json makes no sense",
      { "package.json": "{", "apps/web/package.json": "[]" },
      "npm",
      "apps/web",
      "npm install",
    ],
  ])("%s", (_, files, name, root, install) => {
    expect(managerOf(files)).toMatchObject({ name, root, install });
  });

  test("not what is above the repository", () => {
    const files = { "pnpm-lock.yaml": "", "shop/.git": "gitdir: elsewhere", "shop/web/": "" };
    expect(findPackageManager(join(tempFolder(files), "shop/web")).name).toBe("npm");
  });
});

test("a folder that is a link is where it leads", () => {
  const place = tempFolder({ "shop/.git/": "", "shop/yarn.lock": "", "shop/web/": "" });
  symlinkSync(join(place, "shop/web"), join(place, "web"));
  expect(findPackageManager(join(place, "web"))).toMatchObject({ name: "yarn", root: join(place, "shop") });
});

test("programs are found in the folder and in those above it, up to where packages are installed", () => {
  const { bins, files } = managerOf({
    "package-lock.json": "",
    "apps/web/package.json": '{"packageManager": "npm@11"}',
  });
  expect(bins).toEqual(["apps/web/node_modules/.bin", "apps/node_modules/.bin", "node_modules/.bin"]);
  expect(files).toEqual(["apps/web/package.json", "package-lock.json"]);
});

describe("scripts run in a shell of their own", () => {
  test.each<[Record<string, string>, boolean]>([
    [{ "apps/web/.npmrc": "fund=false\nscript-shell = bash\n" }, true],
    [{ "apps/web/.npmrc": "# script-shell=bash\n" }, false],
    [{ "pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: [a]\nshellEmulator: true\n" }, true],
    [{ "pnpm-lock.yaml": "", ".npmrc": "node-options=--inspect" }, true],
  ])("%j: %s", (files, expected) => {
    expect(managerOf(files).hasOwnShell).toBe(expected);
  });
});

describe("packages stay zipped", () => {
  test.each<[Record<string, string>, boolean]>([
    [{ "yarn.lock": "" }, false],
    [{ "yarn.lock": "", ".pnp.cjs": "" }, true],
    [{ "yarn.lock": "", ".yarnrc.yml": "enableTelemetry: false\n" }, true],
    [{ "yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\n" }, false],
    [{ "pnpm-lock.yaml": "", ".yarnrc.yml": "" }, false],
  ])("%j: %s", (files, expected) => {
    expect(managerOf(files).isPlugAndPlay).toBe(expected);
  });
});
