import { chmodSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runTests, type TestRun } from "../../../src/engine/tests/run-tests.ts";
import type { GoSpec, ServiceSpec } from "../../../src/model/service.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { goService, serviceSpec } from "../build/service-spec.ts";
import { TempFolder } from "../build/temp-folder.ts";

/** Loaded machines compile slowly. */
vi.setConfig({ testTimeout: 60_000 });

const env = { ...process.env } as Record<string, string>;
let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

function byCommand(command: string, kind: "test" | "acceptance" = "test"): ServiceSpec {
  return { ...serviceSpec("web", folder.path, { kind: "none" }), [kind]: command };
}

async function run(service: ServiceSpec, more: Partial<TestRun> = {}) {
  const lines: string[] = [];
  const outcome = await runTests({ service, kind: "unit", env, onLine: (line) => lines.push(line), ...more });
  return { outcome, lines };
}

describe("tests by a command", () => {
  test("that ends well are ok, and are not counted", async () => {
    const { outcome, lines } = await run(byCommand("echo one; echo two >&2; printf three"));
    expect(lines).toEqual(["one", "two", "three"]);
    expect(outcome).toMatchObject({ ok: true, counts: { passed: null, failed: null, skipped: null } });
  });

  test("run in the service's folder with exactly the environment that they are given", async () => {
    const { lines } = await run(byCommand('pwd; echo "$A$HOME"'), { env: { PATH: env.PATH ?? "", A: "b" } });
    expect(lines).toEqual([folder.path, "b"]);
  });

  test.each<["unit" | "acceptance", string, string]>([
    ["unit", "echo no; exit 3", "fails its tests: `echo no; exit 3` ended with 3"],
    ["acceptance", "exit 1", "fails its acceptance tests: `exit 1` ended with 1"],
    ["unit", "kill -9 $$", "fails its tests: `kill -9 $$` ended with SIGKILL"],
  ])("%s tests: `%s` is a failure that says so", async (kind, command, message) => {
    const { outcome } = await run(byCommand(command, kind === "unit" ? "test" : kind), { kind });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "test-failed", command, failed: [], message } });
  });

  test.each([
    ["npm-of-dreams test", "npm-of-dreams", "install it, or correct the PATH that its tests get"],
    ["cd . && cargo test", "cargo", "get it from https://rustup.rs"],
    ["go test ./... || exit", "go", /^get Go from|^there is one in /],
  ])("`%s` without that program says which is missing", async (command, tool, hint) => {
    folder.write({ "bin/sh": "" });
    const { outcome } = await run(byCommand(command), { env: { PATH: folder.join("bin") } });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        kind: "toolchain-missing",
        tool,
        message: `cannot be tested: there is no \`${tool}\` on PATH`,
        hint: typeof hint === "string" ? hint : expect.stringMatching(hint),
      },
    });
  });

  test("a folder that is gone is a failure", async () => {
    const { outcome } = await run({ ...byCommand("true"), dir: folder.join("gone") });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "spawn-failed" } });
  });

  test("that are cut short leave no process behind", async () => {
    const abort = new AbortController();
    const running = run(byCommand("sleep 300 & sleep 300; echo never"), { signal: abort.signal });
    await waitUntil("both run", () => processesOf(folder.path).filter((p) => p.command === "sleep 300").length === 2);
    abort.abort();
    expect((await running).outcome).toEqual({ ok: false, cancelled: true });
    expect(processesOf(folder.path)).toEqual([]);
  });
});

test("a Go service without Go says how to get it", async () => {
  const { outcome } = await run(
    { ...goService("api", folder.path), test: "go test ./..." },
    { env: { PATH: "/nowhere" } },
  );
  expect(outcome).toMatchObject({
    ok: false,
    failure: { kind: "toolchain-missing", tool: "go", hint: expect.stringMatching(/with `test:`|^there is one in /) },
  });
});

describeWith("go", "Go's own tests", () => {
  const api = (changes: Partial<GoSpec> = {}): ServiceSpec => ({
    ...goService("api", folder.path, changes),
    test: "go test ./...",
  });
  const module = { "go.mod": "module example.com/api\n\ngo 1.19\n", "main.go": "package main\n\nfunc main() {}\n" };
  const testFile = (name: string, body: string, packageName = "main") =>
    `package ${packageName}\n\nimport "testing"\n\nfunc ${name}(t *testing.T) { ${body} }\n`;

  test("are counted, and what each that failed wrote is told", async () => {
    folder.write({
      ...module,
      "a_test.go": testFile("TestGood", "println(1)"),
      "b_test.go": testFile("TestBad", 't.Run("sub", func(t *testing.T) { t.Error("boom") })'),
      "inner/c_test.go": testFile("TestSkipped", "t.Skip()", "inner"),
    });
    const { outcome, lines } = await run(api(), { jobs: 1 });
    if (outcome.ok || "cancelled" in outcome) throw new Error("did not fail");
    expect(outcome.counts).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(outcome.failure).toMatchObject({
      kind: "test-failed",
      command: "go test ./...",
      exitCode: 1,
      failed: ["example.com/api TestBad/sub"],
      message: "fails 1 of 2 tests: TestBad/sub",
    });
    expect(outcome.failures[0]?.output[0]).toContain("b_test.go:5: boom");
    expect(lines.join("\n")).toMatch(/boom(.|\n)*FAIL\texample.com\/api/);
    expect(lines.join("\n")).not.toContain("TestGood");
  });

  test("that do not build say what the compiler says", async () => {
    folder.write({ ...module, "a_test.go": testFile("TestA", "undefined()") });
    const { outcome } = await run(api());
    expect(outcome).toMatchObject({
      ok: false,
      counts: { passed: 0, failed: 1 },
      failure: { kind: "test-failed", message: "fails its tests: ./a_test.go:5:28: undefined: undefined" },
    });
  });

  test("outside of a module say so", async () => {
    folder.write({ "main.go": module["main.go"] });
    const { outcome } = await run(api());
    expect(outcome).toMatchObject({
      ok: false,
      failure: { message: `cannot be tested: there is no go.mod in ${folder.path} or above it` },
    });
  });

  test("get the tags of the service, and the race detector where it is asked for", async () => {
    // Stands in for Go, and writes down what it is called with.
    folder.write({ "bin/go": '#!/bin/sh\necho "$@" > called\n' });
    chmodSync(folder.join("bin/go"), 0o755);
    await run(api({ tags: ["a", "b"], ldflags: "-s" }), {
      env: { PATH: `${folder.join("bin")}:${env.PATH}` },
      race: true,
    });
    expect(readFileSync(folder.join("called"), "utf8")).toBe("test -json -buildvcs=false -tags a,b -race ./...\n");
  });

  test("by a command of one's own are counted too, where that is nothing but go test", async () => {
    folder.write({ ...module, "a_test.go": testFile("TestA", ""), "deep/b_test.go": testFile("TestB", "", "deep") });
    const service = { ...byCommand("go test -short ./deep", "acceptance") };
    const { outcome, lines } = await run(service, { kind: "acceptance" });
    expect(outcome).toMatchObject({ ok: true, counts: { passed: 1, failed: 0, skipped: 0 } });
    expect(lines).toEqual([expect.stringMatching(/^ok {2}\texample.com\/api\/deep\t/)]);
  });

  test("of a program elsewhere in the folder are those of the packages that it is made of", async () => {
    const program = (name: string) => `package main\n\nimport _ "example.com/api/${name}"\n\nfunc main() {}\n`;
    folder.write({
      "go.mod": module["go.mod"],
      "cmd/one/main.go": program("one"),
      "cmd/two/main.go": program("two"),
      "one/one.go": "package one\n",
      "one/one_test.go": testFile("TestOne", "", "one"),
      "two/two.go": "package two\n",
      "two/two_test.go": testFile("TestTwo", 't.Error("not mine")', "two"),
    });
    const { outcome, lines } = await run(api({ package: "./cmd/one" }));
    expect(outcome).toMatchObject({ ok: true, counts: { passed: 1, failed: 0 } });
    expect(lines.join("\n")).toContain("ok  \texample.com/api/one");
  });

  test("that are cut short leave no process behind", async () => {
    folder.write({
      ...module,
      "a_test.go": testFile("TestA", "select {}")
        .replace('"testing"', '("testing"; "time")')
        .replace("select {}", "time.Sleep(time.Hour)"),
    });
    const abort = new AbortController();
    const running = run(api(), { signal: abort.signal });
    await waitUntil(
      "the test runs",
      () => processesOf(folder.path).some((p) => p.command.includes("api.test")),
      50_000,
    );
    abort.abort();
    expect((await running).outcome).toEqual({ ok: false, cancelled: true });
    expect(processesOf(folder.path)).toEqual([]);
  });
});
