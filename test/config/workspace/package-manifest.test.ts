import { describe, expect, test } from "vitest";
import { isPackageName, parseManifest } from "../../../src/config/workspace/package-manifest.ts";

describe("a package.json of somebody else's", () => {
  test("says what is needed, where what is needed to run wins over what is only wished for", () => {
    const manifest = parseManifest(
      JSON.stringify({
        name: "@shop/web",
        dependencies: { money: " file:../money " },
        peerDependencies: { money: "*", react: "19" },
        optionalDependencies: { fast: "1" },
        devDependencies: { lint: "workspace:*" },
        workspaces: ["packages/*", 7, ""],
      }),
    );
    expect(manifest?.name).toBe("@shop/web");
    expect(Object.fromEntries(manifest?.dependencies ?? [])).toEqual({
      money: "file:../money",
      react: "19",
      fast: "1",
    });
    expect(Object.fromEntries(manifest?.devDependencies ?? [])).toEqual({ lint: "workspace:*" });
    expect(manifest?.workspaces).toEqual(["packages/*"]);
  });

  test.each(["", "{", "[]", "7", "null", '"text"'])("that is none (%j) says nothing", (text) => {
    expect(parseManifest(text)).toBeNull();
  });

  test("that is odd says what can be made sense of", () => {
    const text = JSON.stringify({
      name: 7,
      dependencies: ["a"],
      devDependencies: { "../up": "1", b: 7 },
      workspaces: {},
    });
    const manifest = parseManifest(text);
    expect(manifest).toMatchObject({ name: null, workspaces: null });
    expect([...(manifest?.dependencies ?? [])]).toEqual([]);
    expect([...(manifest?.devDependencies ?? [])]).toEqual([["b", ""]]);
  });

  test("may have its workspaces in the older way of yarn", () => {
    expect(parseManifest('{"workspaces": {"packages": ["a"], "nohoist": []}}')?.workspaces).toEqual(["a"]);
  });
});

test.each([
  ["money", true],
  ["@shop/money", true],
  ["a.b_c-d", true],
  ["", false],
  [".bin", false],
  ["..", false],
  ["../up", false],
  ["a/b", false],
  ["@shop", false],
  ["@shop/..", false],
  [7, false],
])("the name of a package: %j is %j", (name, expected) => {
  expect(isPackageName(name)).toBe(expected);
});
