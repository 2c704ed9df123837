import { describe, expect, test } from "vitest";
import { outputLines } from "../../../src/engine/build/build-failure.ts";
import { explainGoOutput } from "../../../src/engine/build/explain-go-output.ts";

describe("the output of a build", () => {
  test.each<[string, string, string[]]>([
    ["has no empty lines around it", "\n\na\n\nb\n\n", ["a", "", "b"]],
    ["has no colours", "\u001b[31merror\u001b[0m: x\n", ["error: x"]],
    ["has of a progress bar what was last drawn", "10%\r50%\rdone\r\nnext", ["done", "next"]],
    ["may be empty", "", []],
  ])("%s", (_what, output, lines) => {
    expect(outputLines(output)).toEqual(lines);
  });

  test("is cut to its last 200 lines, and lines to a length that a screen can show", () => {
    const lines = outputLines(
      `${Array.from({ length: 500 }, (_, at) => `line ${at}`).join("\n")}\n${"x".repeat(5000)}\n`,
    );
    expect(lines.length).toBe(200);
    expect(lines[0]).toBe("line 301");
    expect(lines.at(-1)).toBe(`${"x".repeat(1000)}…`);
  });
});

test.each<[string[], string]>([
  [["# example.com/a", "./main.go:4:2: undefined: x"], "does not build: ./main.go:4:2: undefined: x"],
  [["# a", "./a.go:1:1: one", "./b.go:2:2: two", "./c.go:3:3: three"], "does not build: ./a.go:1:1: one (and 2 more)"],
  [
    ["go: downloading x v1", "main.go:3:8: no required module provides package x; to add it:", "\tgo get x"],
    "does not build: main.go:3:8: no required module provides package x; to add it:",
  ],
  [
    ["package foo/bar is not in std (/go/src/foo/bar)"],
    "does not build: package foo/bar is not in std (/go/src/foo/bar)",
  ],
  [
    ["go: go.mod file not found in current directory or any parent directory; see 'go help modules'"],
    "cannot be built: there is no go.mod in /srv/a or above it",
  ],
  [
    ["package a: build constraints exclude all Go files in /srv/a"],
    "cannot be built: build constraints exclude all Go files in /srv/a",
  ],
  [["no Go files in /srv/a"], "cannot be built: there are no Go files in /srv/a"],
  [["package a: no non-test Go files in /srv/a"], "cannot be built: there are no Go files in /srv/a"],
  [["stat /srv/a/cmd/x: directory not found"], "cannot be built: there is no folder /srv/a/cmd/x"],
  [[], "does not build: go build failed and printed nothing"],
])("of %j a person reads first: %s", (output, message) => {
  expect(explainGoOutput(output, "/srv/a").message).toBe(message);
});
