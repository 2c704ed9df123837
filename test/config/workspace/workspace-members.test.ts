import { describe, expect, test } from "vitest";
import { isBelow, workspaceMembers } from "../../../src/config/workspace/workspace-members.ts";
import { tempFolder } from "../temp-folder.ts";

const folders = ["apps/web", "apps/old", "packages/money", "packages/deep/dates", "packages/.hidden", "tool"];

describe("the members of a workspace", () => {
  test.each<[string[], string[]]>([
    [["packages/*"], ["packages/money"]],
    [["packages/*/"], ["packages/money"]],
    [["./packages/**"], ["packages/deep/dates", "packages/money"]],
    [["apps/*", "!apps/old"], ["apps/web"]],
    [
      ["!apps/old", "apps/*"],
      ["apps/old", "apps/web"],
    ],
    [["{apps,tool}", "tool"], ["tool"]],
    [["**"], ["apps/old", "apps/web", "packages/deep/dates", "packages/money", "tool"]],
    [["../**", "tool/../..", "/**", "nowhere/*", "[", "*"], ["tool"]],
    [[], []],
  ])("%j are %j", (patterns, expected) => {
    const files = folders.map((folder) => [`${folder}/package.json`, "{}"]);
    const root = tempFolder({
      ...Object.fromEntries(files),
      "packages/empty/index.js": "",
      "packages/money/node_modules/left/package.json": "{}",
      "node_modules/money/package.json": "{}",
    });
    expect(workspaceMembers(root, patterns).map((folder) => folder.slice(root.length + 1))).toEqual(expected);
  });
});

test.each([
  ["/shop/web", "/shop", true],
  ["/shop", "/shop", false],
  ["/shopping", "/shop", false],
  ["/shop/node_modules/web", "/shop", false],
  ["/node_modules/shop/web", "/node_modules/shop", true],
  ["/web", "/", true],
])("%s below %s: %s", (folder, parent, expected) => {
  expect(isBelow(folder, parent)).toBe(expected);
});
