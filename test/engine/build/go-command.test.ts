import { expect, test } from "vitest";
import { goBuildLine, goFlags, programName } from "../../../src/engine/build/go-command.ts";
import { goSettingsFile, goVariables } from "../../../src/engine/build/go-environment.ts";
import type { GoSpec } from "../../../src/model/service.ts";

const go = (changes: Partial<GoSpec> = {}): GoSpec => ({
  package: ".",
  tags: [],
  race: false,
  ldflags: "",
  ...changes,
});

test.each<[string, string, string]>([
  ["/srv/orders", ".", "orders"],
  ["/srv/orders", "./", "orders"],
  ["/srv/orders", "./cmd/server", "server"],
  ["/srv/orders", "./cmd/server/", "server"],
  ["/srv/orders", "../tools/gen", "gen"],
  ["/srv/orders", "..", "orders"],
  ["/srv/orders", "example.com/x/y", "y"],
  ["/srv/orders", "main.go", "main"],
  ["/srv/my orders", ".", "my_orders"],
  ["/srv/.hidden", ".", "hidden"],
  ["/srv/käse", ".", "k_se"],
  ["/", ".", "program"],
])("in %s, the program of the package %s is called %s", (dir, name, expected) => {
  expect(programName(dir, go({ package: name }))).toBe(expected);
});

test("the settings become flags, and the build a line that can be typed", () => {
  const all = go({ package: "./cmd/a b", tags: ["x", "y"], race: true, ldflags: "-X 'main.v=1'" });
  expect(goFlags(all)).toEqual(["-buildvcs=false", "-tags", "x,y", "-race", "-ldflags", "-X 'main.v=1'"]);
  expect(goBuildLine(all)).toBe(`go build -tags x,y -race -ldflags '-X '\\''main.v=1'\\''' './cmd/a b'`);
  expect(goBuildLine(go())).toBe("go build .");
});

test("of the environment counts what changes a build", () => {
  const relevant = {
    CC: "clang",
    CGO_ENABLED: "0",
    GOFLAGS: "-v",
    GOOS: "linux",
    GO_EXTLINK_ENABLED: "1",
    PKG_CONFIG_PATH: "/x",
  };
  const others = {
    PATH: "/bin",
    GOMAXPROCS: "2",
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    GOOGLE_CLOUD_PROJECT: "x",
    GOLD: "",
    Go: "x",
    CCC: "x",
  };
  const names = goVariables({ ...others, ...relevant }).map(([name]) => name);
  expect(names.filter((name) => name !== "GOLD")).toEqual(Object.keys(relevant));
});

test.each<[Record<string, string>, string | null]>([
  [{ HOME: "/home/me" }, "/home/me/.config/go/env"],
  [{ HOME: "/home/me", XDG_CONFIG_HOME: "/cfg" }, "/cfg/go/env"],
  [{ HOME: "/home/me", GOENV: "/my/env" }, "/my/env"],
  [{ HOME: "/home/me", GOENV: "off" }, null],
  [{}, null],
])("with %j the settings of go are in %s", (env, file) => {
  expect(goSettingsFile(env)).toBe(file);
});
