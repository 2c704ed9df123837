import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GoSharedCommand, goSharedCommand } from "../../../src/engine/build/go-shared-command.ts";
import { StatCache } from "../../../src/engine/build/stat-cache.ts";
import type { GoSpec } from "../../../src/model/service.ts";
import { goService } from "./service-spec.ts";
import { TempFolder } from "./temp-folder.ts";

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
  folder.write({
    "one/go.mod": "// One.\nmodule example.com/fleet/one // the first\n\ngo 1.19\n",
    "two/go.mod": 'module "example.com/two"\n\ngo 1.19\n',
  });
});
afterEach(() => folder[Symbol.asyncDispose]());

const env = { PATH: "/usr/bin", HOME: "/home/me" };

function of(dir: string, go: Partial<GoSpec> = {}, more: Record<string, string> = {}): GoSharedCommand | null {
  const service = goService("s", folder.join(dir), go);
  return goSharedCommand({ service, env: { ...env, ...more }, force: false }, new StatCache());
}

const key = (...args: Parameters<typeof of>) => of(...args)?.key;

test("programs of one module share a command, whose folder is the module's, whichever way they are named", () => {
  expect(of("one/api")).toMatchObject({ cwd: folder.join("one"), package: "./api", name: "api" });
  expect(of("one", { package: "./cmd/web" })).toMatchObject({
    key: key("one/api"),
    cwd: folder.join("one"),
    package: "./cmd/web",
    name: "web",
  });
  expect(of("one/api", { package: "../web" })).toMatchObject({ key: key("one/api"), package: "./web" });
});

test("the program in the root of a module is named after the module", () => {
  expect(of("one")).toMatchObject({ package: "./", name: "one" });
  expect(of("two")).toMatchObject({ package: "./", name: "two" });
});

test("modules share one only in a workspace, whose folder it is run in", () => {
  expect(key("one/api")).not.toBe(key("two/web"));
  folder.write({ "go.work": "go 1.19\n\nuse (\n\t./one\n\t./two\n)\n" });
  expect(key("one/api")).toBe(key("two/web"));
  expect(of("one/api")).toMatchObject({ cwd: folder.path, package: "./one/api" });
  expect(of("one/api", {}, { GOWORK: "off" })).toMatchObject({ cwd: folder.join("one"), package: "./api" });
});

describe("another command is for", () => {
  test.each<[string, Partial<GoSpec>, Record<string, string>]>([
    ["other tags", { tags: ["dev"] }, {}],
    ["the race detector", { race: true }, {}],
    ["other linker flags", { ldflags: "-s -w" }, {}],
    ["another environment of Go", {}, { CGO_ENABLED: "0" }],
    ["another PATH", {}, { PATH: "/opt/go/bin" }],
    ["another home, where Go keeps its cache", {}, { HOME: "/home/you" }],
  ])("%s", (_what, go, more) => {
    expect(key("one/api", go, more)).toBeDefined();
    expect(key("one/api", go, more)).not.toBe(key("one/api"));
  });

  test("nothing that only the service reads", () => {
    expect(key("one/api", {}, { PORT: "80", DATABASE_URL: "x", GOMAXPROCS: "1" })).toBe(key("one/api"));
  });
});

describe("a command of its own is for", () => {
  test.each<[string, string, Partial<GoSpec>, Record<string, string>]>([
    ["a package named by its import path", "one", { package: "example.com/fleet/one/api" }, {}],
    ["a file", "one", { package: "./main.go" }, {}],
    ["a pattern", "one", { package: "./..." }, {}],
    ["a major version, after which Go does not name the program", "one/api/v2", {}, {}],
    ["a package of another module", "one", { package: "../two" }, {}],
    ["no module", ".", {}, {}],
    ["no modules at all", "one/api", {}, { GO111MODULE: "off" }],
    ["linker flags that may name relative paths", "one/api", { ldflags: "-extldflags -Llib" }, {}],
    ["C linker flags", "one/api", {}, { CGO_LDFLAGS: "-Llib" }],
    ["flags that name files", "one/api", {}, { GOFLAGS: "-mod=mod -modfile=other.mod" }],
    ["another system, whose programs have other names", "one/api", {}, { GOOS: "windows" }],
  ])("%s", (_what, dir, go, more) => {
    expect(of(dir, go, more)).toBeNull();
  });

  test("a folder for which a version manager picks a Go of its own", () => {
    folder.write({ "one/.go-version": "1.25" });
    expect(of("one/api")).not.toBeNull();
    folder.write({ "one/api/.tool-versions": "golang 1.24" });
    expect(of("one/api")).toBeNull();
    expect(of("one/web")).not.toBeNull();
  });

  test("not for flags that mean the same everywhere", () => {
    expect(of("one/api", {}, { GOFLAGS: "-mod=mod -tags=a,b" })).not.toBeNull();
    expect(of("one/api", { ldflags: "-s -X main.version=1.2" })).not.toBeNull();
  });
});
