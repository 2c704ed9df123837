import { describe, expect, test } from "vitest";
import { compilerErrors } from "../../../src/cli/headless/compiler-errors.ts";

describe("the errors in a compiler's output", () => {
  test("of Go, with the lines that go on with one", () => {
    const output = [
      "# example.com/shop/orders",
      "./main.go:3:3: declared and not used: x",
      "./main.go:4:12: not enough arguments in call to f",
      "\thave (int)",
      "\twant (int, string)",
      "../lib/lib.go:10: undefined: y",
      "vet: ./other.go:1:2: expected declaration",
      "./main.go:3:3: declared and not used: x",
      "./main.go:9:1: too many errors",
    ];
    expect(compilerErrors(output)).toEqual([
      { file: "./main.go", line: 3, column: 3, message: "declared and not used: x" },
      {
        file: "./main.go",
        line: 4,
        column: 12,
        message: "not enough arguments in call to f\nhave (int)\nwant (int, string)",
      },
      { file: "../lib/lib.go", line: 10, column: null, message: "undefined: y" },
      { file: "./other.go", line: 1, column: 2, message: "expected declaration" },
      { file: "./main.go", line: 9, column: 1, message: "too many errors" },
    ]);
  });

  test("of Go's tests", () => {
    const output = ["--- FAIL: TestSum (0.00s)", "    sum_test.go:12: got 3, want 4", "FAIL"];
    expect(compilerErrors(output)).toEqual([{ file: "sum_test.go", line: 12, column: null, message: "got 3, want 4" }]);
  });

  test("of TypeScript, as it writes for programs and for people", () => {
    const output = [
      "src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.",
      "  Types differ.",
      "src/my file.tsx:10:1 - error TS1005: ';' expected.",
      "",
      "10 const x",
      "   ~~~~~",
    ];
    expect(compilerErrors(output)).toEqual([
      {
        file: "src/a.ts",
        line: 3,
        column: 5,
        message: "TS2322: Type 'string' is not assignable to type 'number'.\nTypes differ.",
      },
      { file: "src/my file.tsx", line: 10, column: 1, message: "TS1005: ';' expected." },
    ]);
  });

  test("of a C compiler, without its warnings and notes", () => {
    const output = ["a.c:1:2: error: no", "a.c:1:2: note: see", "a.c:3:4: warning: hm", "b.c:1:1: fatal error: gone"];
    expect(compilerErrors(output).map((e) => [e.file, e.message])).toEqual([
      ["a.c", "no"],
      ["b.c", "gone"],
    ]);
  });

  test.each([
    "127.0.0.1:5432: connect: connection refused",
    "12:01:02: started",
    "https://example.com:80: gone",
    "make: *** [Makefile:3: all] Error 2",
    "error: it failed",
    "",
  ])("%j is none", (line) => {
    expect(compilerErrors([line])).toEqual([]);
  });

  test("a long line without an end is looked at quickly", () => {
    const started = performance.now();
    compilerErrors([`${"a.b ".repeat(50_000)}`, "a.".repeat(100_000), ":1".repeat(100_000)]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
