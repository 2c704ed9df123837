import { describe, expect, test } from "vitest";
import { readGoTestEvents } from "../../../src/engine/tests/read-go-test-events.ts";

const event = (action: string, test?: string, more: object = {}): string =>
  JSON.stringify({ Action: action, Package: "shop/orders", ...(test !== undefined && { Test: test }), ...more });
const out = (text: string, test?: string): string => event("output", test, { Output: text });

/** A test that begins, writes and ends, as Go tells it. */
function whole(name: string, action: "pass" | "fail" | "skip", ...lines: string[]): string[] {
  const word = action.toUpperCase();
  return [
    event("run", name),
    out(`=== RUN   ${name}\n`, name),
    ...lines.map((line) => out(`${line}\n`, name)),
    out(`--- ${word}: ${name} (0.00s)\n`, name),
    event(action, name),
  ];
}

function read(lines: readonly string[]) {
  const shown: string[] = [];
  const written: string[] = [];
  const reading = readGoTestEvents({ onLine: (line) => shown.push(line), onOutput: (line) => written.push(line) });
  for (const line of lines) reading.push(line);
  return { ...reading.end(), shown, written };
}

const failedPackage = [out("FAIL\n"), out("FAIL\tshop/orders\t0.01s\n"), event("fail")];
const build = (action: string, output?: string, path = "shop/orders [shop/orders.test]"): string =>
  JSON.stringify({ ImportPath: path, Action: action, ...(output !== undefined && { Output: output }) });

interface Case {
  lines: string[];
  counts: [passed: number, failed: number, skipped: number];
  failures?: [name: string, output: string[]][];
  remarks?: string[];
}

const cases: Record<string, Case> = {
  "a test that passes": {
    lines: [event("start"), ...whole("TestA", "pass"), out("PASS\n"), out("ok  \tshop/orders\t0.1s\n"), event("pass")],
    counts: [1, 0, 0],
  },
  "a test that fails has what it wrote": {
    lines: [...whole("TestA", "pass", "noise"), ...whole("TestB", "fail", "    a_test.go:4: boom"), ...failedPackage],
    counts: [1, 1, 0],
    failures: [["shop/orders TestB", ["    a_test.go:4: boom", "--- FAIL: TestB (0.00s)"]]],
  },
  "a test that is skipped": { lines: [...whole("TestA", "skip", "    no"), event("pass")], counts: [0, 0, 1] },
  "subtests count, and what they are in does not": {
    lines: [
      event("run", "TestA"),
      out("    setup\n", "TestA"),
      ...whole("TestA/one", "pass"),
      ...whole("TestA/two", "fail", "    boom"),
      ...whole("TestA/three", "skip"),
      out("--- FAIL: TestA (0.00s)\n", "TestA"),
      event("fail", "TestA"),
      ...failedPackage,
    ],
    counts: [1, 1, 1],
    failures: [["shop/orders TestA/two", ["    setup", "    boom", "--- FAIL: TestA/two (0.00s)"]]],
  },
  "a test that fails by itself, after subtests that passed": {
    lines: [
      event("run", "TestA"),
      ...whole("TestA/one", "pass"),
      out("    late\n", "TestA"),
      event("fail", "TestA"),
      ...failedPackage,
    ],
    counts: [1, 1, 0],
    failures: [["shop/orders TestA", ["    late"]]],
  },
  "a subtest of a subtest whose name has a slash": {
    lines: [
      event("run", "TestA"),
      event("run", "TestA/GET_/v1"),
      ...whole("TestA/GET_/v1/empty", "fail", "    boom"),
      event("fail", "TestA/GET_/v1"),
      event("fail", "TestA"),
      ...failedPackage,
    ],
    counts: [0, 1, 0],
    failures: [["shop/orders TestA/GET_/v1/empty", ["    boom", "--- FAIL: TestA/GET_/v1/empty (0.00s)"]]],
  },
  "a panic": {
    lines: [
      ...whole("TestA", "pass"),
      event("run", "TestB"),
      out("--- FAIL: TestB (0.00s)\n", "TestB"),
      out("panic: ouch [recovered, repanicked]\n", "TestB"),
      out("\ngoroutine 21 [running]:\n", "TestB"),
      event("fail", "TestB"),
      ...failedPackage,
    ],
    counts: [1, 1, 0],
    failures: [
      [
        "shop/orders TestB",
        ["--- FAIL: TestB (0.00s)", "panic: ouch [recovered, repanicked]", "", "goroutine 21 [running]:"],
      ],
    ],
  },
  "a process that ends in the middle of a subtest": {
    lines: [
      event("run", "TestA"),
      event("run", "TestA/one"),
      out("half a li", "TestA/one"),
      out("ne", "TestA/one"),
      event("fail"),
    ],
    counts: [0, 1, 0],
    failures: [["shop/orders TestA/one", ["half a line"]]],
  },
  "a TestMain that fails though its tests pass": {
    lines: [...whole("TestA", "pass"), out("PASS\n"), out("database still open\n"), ...failedPackage],
    counts: [1, 1, 0],
    failures: [["shop/orders", ["database still open"]]],
  },
  "a package that does not build, as Go 1.24 tells it": {
    lines: [
      build("build-output", "# shop/orders [shop/orders.test]\n"),
      build("build-output", "orders/main_test.go:3:27: undefined: x\n"),
      build("build-fail"),
      event("start"),
      out("FAIL\tshop/orders [build failed]\n"),
      event("fail", undefined, { FailedBuild: "shop/orders [shop/orders.test]" }),
    ],
    counts: [0, 1, 0],
    failures: [["shop/orders", ["# shop/orders [shop/orders.test]", "orders/main_test.go:3:27: undefined: x"]]],
  },
  "a package that does not build, as Go 1.20 tells it": {
    lines: [
      "# shop/orders [shop/orders.test]",
      "orders/main_test.go:3:27: undefined: x",
      out("FAIL\tshop/orders [build failed]\n"),
      event("fail"),
    ],
    counts: [0, 1, 0],
    failures: [["shop/orders", ["# shop/orders [shop/orders.test]", "orders/main_test.go:3:27: undefined: x"]]],
  },
  "a package that does not build because of another": {
    lines: [
      build("build-output", "internal/rest/rest.go:9:1: syntax error\n", "shop/internal/rest"),
      out("FAIL\tshop/orders [build failed]\n"),
      event("fail", undefined, { FailedBuild: "shop/internal/rest" }),
    ],
    counts: [0, 1, 0],
    failures: [["shop/orders", ["internal/rest/rest.go:9:1: syntax error"]]],
  },
  "a package without test files": {
    lines: [event("start"), out("?   \tshop/orders\t[no test files]\n"), event("skip")],
    counts: [0, 0, 0],
  },
  "a cached result counts as well": {
    lines: [...whole("TestA", "pass"), out("ok  \tshop/orders\t(cached)\n"), event("pass")],
    counts: [1, 0, 0],
  },
  "lines that are no events": {
    lines: [
      "go: downloading x v1",
      "{not json",
      "{}",
      "null",
      '{"Action":7}',
      '{"Action":"pass"}',
      ...whole("TestA", "pass"),
      "",
    ],
    counts: [1, 0, 0],
    remarks: ["go: downloading x v1", "{not json", "{}", "null", '{"Action":7}', ""],
  },
};

describe("the events of go test", () => {
  test.each(Object.entries(cases))("%s", (_title, { lines, counts, failures = [], remarks = [] }) => {
    const results = read(lines);
    expect([results.passed, results.failed, results.skipped]).toEqual(counts);
    expect(results.failures.map(({ name, output }) => [name, output])).toEqual(failures);
    expect(results.remarks).toEqual(remarks);
  });

  test("everything is written as it comes, and what passes is not shown", () => {
    const { shown, written } = read([
      ...whole("TestA", "pass", "noise"),
      ...whole("TestB", "fail", "    boom"),
      out("?   \tshop/empty\t[no test files]\n"),
      ...failedPackage,
    ]);
    expect(shown).toEqual(["    boom", "--- FAIL: TestB (0.00s)", "FAIL\tshop/orders\t0.01s"]);
    expect(written).toEqual([
      "=== RUN   TestA",
      "noise",
      "--- PASS: TestA (0.00s)",
      "=== RUN   TestB",
      "    boom",
      "--- FAIL: TestB (0.00s)",
      "?   \tshop/empty\t[no test files]",
      "FAIL",
      "FAIL\tshop/orders\t0.01s",
    ]);
  });

  test("of a long output the beginning and the end are kept", () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
    const { failures } = read([...whole("TestA", "fail", ...lines), ...failedPackage]);
    const [failure] = failures;
    expect(failure?.output.slice(0, 2)).toEqual(["line 0", "line 1"]);
    expect(failure?.output.at(-2)).toBe("line 99999");
    expect(failure?.output.length).toBeLessThan(400);
    expect(failure?.output.some((line) => /^… \d+ lines left out$/.test(line))).toBe(true);
  });
});
