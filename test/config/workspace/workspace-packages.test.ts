import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { WorkspacePackages } from "../../../src/config/workspace/workspace-packages.ts";
import { tempFolder } from "../temp-folder.ts";

/** Folder → its package.json; text for one that makes no sense. */
type Packages = Record<string, object | string>;

const members = { ".": { name: "root", workspaces: ["packages/*", "apps/*"] } };
const needs = (name: string, ...names: string[]) => ({
  name,
  dependencies: Object.fromEntries(names.map((other) => [other, "*"])),
});

/** What `apps/web` is made of in a repository with these packages, links (from → to) and other files. */
function madeOf(packages: Packages, links: Record<string, string> = {}, files: Record<string, string> = {}) {
  const manifests = Object.entries(packages).map(([folder, value]) => [
    join(folder, "package.json"),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const root = tempFolder({ ".git/": "", ...Object.fromEntries(manifests), ...files });
  for (const [from, to] of Object.entries(links)) {
    mkdirSync(dirname(join(root, from)), { recursive: true });
    symlinkSync(to, join(root, from));
  }
  const read = new Set<string>();
  const folders = new WorkspacePackages(root, read).of(join(root, "apps/web"));
  const local = (path: string): string => path.slice(root.length + 1);
  return { folders: folders.map(local), files: [...read].map(local).sort() };
}

describe("by the names of a workspace", () => {
  test("a service is made of what it needs, and what that needs", () => {
    const found = madeOf({
      ...members,
      "apps/web": needs("web", "ui", "left-pad"),
      "packages/ui": needs("ui", "money"),
      "packages/money": needs("money"),
      "packages/other": needs("other", "money"),
    });
    expect(found.folders).toEqual(["packages/money", "packages/ui"]);
    expect(found.files).toEqual([
      "apps/web/package.json",
      "package.json",
      "packages/money/package.json",
      "packages/ui/package.json",
    ]);
  });

  test("packages that need each other, or themselves, are each there once", () => {
    const found = madeOf({
      ...members,
      "apps/web": needs("web", "a", "web"),
      "packages/a": needs("a", "b", "a"),
      "packages/b": needs("b", "a", "web"),
    });
    expect(found.folders).toEqual(["packages/a", "packages/b"]);
  });

  test("what is needed while one works on it counts for the service, and not for its packages", () => {
    const found = madeOf({
      ...members,
      "apps/web": { devDependencies: { build: "*" } },
      "packages/build": { name: "build", devDependencies: { lint: "*" } },
      "packages/lint": needs("lint"),
    });
    expect(found.folders).toEqual(["packages/build"]);
  });

  test("pnpm says in a file of its own which they are", () => {
    const packages = { "apps/web": needs("web", "money"), "libs/money": needs("money") };
    const file = "packages:\n  - apps/*\n  - 'libs/**'\ncatalog: {left: 1}\n";
    const found = madeOf(packages, {}, { "pnpm-workspace.yaml": file });
    expect(found.folders).toEqual(["libs/money"]);
    expect(found.files).toContain("pnpm-workspace.yaml");
    expect(madeOf(packages, {}, { "pnpm-workspace.yaml": "packages: [" }).folders).toEqual([]);
  });

  test("one that is no member of it gets nothing from it", () => {
    const packages = { "apps/web": needs("web", "money"), "packages/money": needs("money") };
    expect(madeOf({ ".": { workspaces: ["packages/*"] }, ...packages }).folders).toEqual([]);
    expect(madeOf({ ".": { workspaces: ["packages/*", "apps/web"] }, ...packages }).folders).toEqual([
      "packages/money",
    ]);
  });

  test("a member that makes no sense is waited for, and keeps nobody from the others", () => {
    const found = madeOf({
      ...members,
      "apps/web": needs("web", "money", "broken"),
      "packages/broken": "{",
      "packages/money": needs("money"),
    });
    expect(found.folders).toEqual(["packages/money"]);
    expect(found.files).toContain("packages/broken/package.json");
  });
});

describe("by what is installed", () => {
  const web = { "apps/web": needs("web", "money") };

  test("a link into the repository counts, whoever made it, also where its package.json makes no sense", () => {
    const found = madeOf({ ...web, "libs/money": "{" }, { "node_modules/money": "../libs/money" });
    expect(found.folders).toEqual(["libs/money"]);
    expect(found.files).toContain("libs/money/package.json");
  });

  test("the nearest one counts", () => {
    const links = { "node_modules/money": "../libs/old", "apps/web/node_modules/money": "../../../libs/new" };
    const found = madeOf({ ...web, "libs/old": needs("money"), "libs/new": needs("money") }, links);
    expect(found.folders).toEqual(["libs/new"]);
  });

  test("a package from elsewhere hides the workspace's, unless that one is asked for", () => {
    const packages = { ...members, "packages/money": needs("money"), "node_modules/money": needs("money") };
    expect(madeOf({ ...packages, ...web }).folders).toEqual([]);
    const asked = { name: "web", dependencies: { money: "workspace:*" } };
    expect(madeOf({ ...packages, "apps/web": asked }).folders).toEqual(["packages/money"]);
  });

  test("a store within node_modules is elsewhere", () => {
    const store = "node_modules/.pnpm/money@1/node_modules/money";
    const found = madeOf({ ...web, [store]: needs("money") }, { "node_modules/money": `../${store}` });
    expect(found.folders).toEqual([]);
  });

  test("a link to nowhere is none", () => {
    const packages = { ...members, ...web, "packages/money": needs("money") };
    expect(madeOf(packages, { "apps/web/node_modules/money": "nowhere" }).folders).toEqual(["packages/money"]);
    expect(madeOf({ ...members, ...web }, { "node_modules/money": "money" }).folders).toEqual([]);
  });

  test("what leads out of the repository is not followed", () => {
    const outside = tempFolder({ "money/package.json": "{}" });
    expect(madeOf(web, { "node_modules/money": join(outside, "money") }).folders).toEqual([]);
  });
});

describe("by a path", () => {
  const wants = (range: string) => ({ "apps/web": { name: "web", dependencies: { money: range } } });

  test.each(["file:../../libs/money", "link:../../libs/money", "../../libs/money"])("%s counts", (range) => {
    expect(madeOf({ ...wants(range), "libs/money": needs("money") }).folders).toEqual(["libs/money"]);
  });

  test("also where npm has put a copy of it", () => {
    const packages = { ...wants("file:../../libs/money"), "libs/money": needs("money"), "node_modules/money": {} };
    expect(madeOf(packages).folders).toEqual(["libs/money"]);
  });

  test.each([
    "file:nowhere",
    "file:../../..",
    "file:../..",
    "file:.",
    "file:../../libs/money.tgz",
    "file:../../node_modules/x",
  ])("%s does not", (range) => {
    const found = madeOf({ ...wants(range), ".": needs("root"), "node_modules/x": {} });
    expect(found.folders).toEqual([]);
  });
});

test("without a repository, nothing outside of the fleet counts", () => {
  const root = tempFolder({
    "package.json": JSON.stringify({ workspaces: ["*", "fleet/*"] }),
    "money/package.json": JSON.stringify(needs("money")),
    "fleet/web/package.json": JSON.stringify({
      dependencies: { money: "*", dates: "file:../dates", up: "file:../../money" },
    }),
    "fleet/dates/package.json": "{}",
  });
  const packages = new WorkspacePackages(join(root, "fleet"), new Set());
  expect(packages.of(join(root, "fleet/web"))).toEqual([join(root, "fleet/dates")]);
});

test("a folder without a package.json needs nothing, and one that is a service through a link what it really is", () => {
  const root = tempFolder({
    ".git/": "",
    "services/": "",
    "empty/": "",
    "web/package.json": JSON.stringify({ dependencies: { money: "file:../money" } }),
    "money/package.json": "{}",
  });
  symlinkSync("../web", join(root, "services/web"));
  const packages = new WorkspacePackages(root, new Set());
  expect(packages.of(join(root, "empty"))).toEqual([]);
  expect(packages.of(join(root, "services/web"))).toEqual([join(root, "money")]);
});
