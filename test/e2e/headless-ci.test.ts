import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseXml, type XmlElement } from "../cli/headless/parse-xml.ts";
import { describeWith } from "../helpers/require.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const programs = resolve(import.meta.dirname, "../../fixtures/programs");
const run = ["--headless", "--junit", "out/junit.xml", "--report", "out/report"];

/** A one-shot that prints what breaks careless reporters, and fails. */
const hostile = `
process.stdout.write("]]> <failure> & \\u0000\\u0007\\u001b[31mred\\u001b[0m \\u001b[2J\\n");
process.stdout.write(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]));
process.stdout.write("::error::injected\\n##[error]injected\\n\`\`\`\\n");
process.stdout.write("x".repeat(100_000) + "\\n");
process.stdout.write("the token is " + process.env.API_TOKEN + "\\n");
process.exit(3);
`;
const fine = "run: sh -c 'echo fine; exec sleep 1000'\nready: {log: fine}\n";
const late = "run: sh -c 'echo connecting; exec sleep 1000'\nready: {log: never}\n";

function fleetWith(files: Record<string, string>): TempFleet {
  const fleet = tempFleet({ files });
  onTestFinished(async () => {
    await fleet.orchestra(["daemon", "stop"]);
  });
  return fleet;
}

function read(fleet: TempFleet, file: string): string {
  return readFileSync(fleet.path(`out/${file}`), "utf8");
}

/** By service: what JUnit says of it, `passed` where it says nothing; and all text. */
function junitOf(fleet: TempFleet): { ends: Record<string, string>; text: string } {
  const root = parseXml(read(fleet, "junit.xml"));
  const cases = (root.children[0] as XmlElement).children.filter((c) => c.name === "testcase");
  const ends = cases.map((c) => [c.attributes.name, c.children.find((e) => e.name !== "system-out")?.name ?? "passed"]);
  return { ends: Object.fromEntries(ends), text: root.text };
}

/** Every event in the file, in order and without a gap. */
function eventsOf(fleet: TempFleet): string[] {
  const objects = read(fleet, "report/events.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { revision?: number; event?: { kind: string } });
  const revisions = objects.flatMap((o) => o.revision ?? []);
  expect(revisions.every((revision, i) => i === 0 || revision === (revisions[i - 1] ?? 0) + 1)).toBe(true);
  return objects.map((o) => o.event?.kind ?? "snapshot");
}

describe("what a headless run leaves behind", () => {
  test("of one that crashed, whatever it printed: its last lines and its log, and no secret", async () => {
    const fleet = fleetWith({
      "orchestra.yml": "env: {API_TOKEN: tok-1234-abcd}\n",
      "bad/main.mjs": hostile,
      "bad/service.yml": "run: node main.mjs\noneshot: true\ndepends_on: [good]\n",
      "good/service.yml": fine,
    });
    const { code, stderr } = await fleet.orchestra(run);
    expect(code).toBe(1);
    expect(stderr).toContain("bad#1 failed: exit 3\n");
    expect(stderr).toContain("  it ended before it was ready\n");
    const { ends, text } = junitOf(fleet);
    expect(ends).toEqual({ bad: "failure", good: "passed" });
    expect(text).toContain("│ ]]> <failure> & red");
    expect(text).toContain("the token is •••");
    const log = read(fleet, "report/failed-logs/bad-1.log");
    expect(log).toContain("the token is •••\n");
    expect(log).toMatch(/ … \d+ more characters … 34464 more bytes\n/);
    expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(readdirSync(fleet.path("out/report/failed-logs"))).toEqual(["bad-1.log"]);
    expect(read(fleet, "report/summary.md")).toContain("### `bad#1` failed: exit 3\n\n````text\n");
    expect(eventsOf(fleet)).toContain("replicaExited");
    for (const file of ["junit.xml", "report/config.json", "report/events.ndjson", "report/summary.md"]) {
      expect(read(fleet, file)).not.toContain("tok-1234-abcd");
    }
    expect(log).not.toContain("tok-1234-abcd");
  });

  test("of one that gives up after it crashed again and again", async () => {
    const fleet = fleetWith({
      "bad/service.yml": `run: ${programs}/exits.sh\nenv: {CODE: "4"}\nsupervise: {max_failures: 2, backoff: {min: 50ms, max: 50ms}}\n`,
    });
    const { code, stderr } = await fleet.orchestra(run);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad#1 failed: .*exit 4/);
    expect(junitOf(fleet).ends).toEqual({ bad: "failure" });
    expect(read(fleet, "report/failed-logs/bad-1.log").match(/ended: exit 4/g)?.length).toBeGreaterThan(1);
  });

  test("of one that is not ready in time: what is late, its last lines and its probe", async () => {
    const fleet = fleetWith({ "late/service.yml": late, "good/service.yml": fine });
    const { code, stderr } = await fleet.orchestra([...run, "--timeout", "2s"]);
    expect(code).toBe(124);
    expect(stderr).toMatch(/late#1 starting\n {4}│ connecting\n {2}its readiness probe .*never/);
    expect(junitOf(fleet).ends).toEqual({ late: "failure", good: "passed" });
    expect(read(fleet, "report/failed-logs/late-1.log")).toContain("│ connecting\n");
    expect(read(fleet, "report/summary.md")).toContain("not ready in time");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("of one that %s interrupts before it is ready", async (signal, expected) => {
    const fleet = fleetWith({ "late/service.yml": late });
    const program = fleet.start(run);
    await program.waitFor("late#1 │ connecting");
    program.kill(signal);
    expect((await program.ended).code).toBe(expected);
    expect(junitOf(fleet).ends).toEqual({ late: "error" });
    expect(read(fleet, "report/summary.md")).toContain("interrupted");
    expect(eventsOf(fleet).length).toBeGreaterThan(3);
  });

  test("of one that is killed: the events until then, and no JUnit file of an earlier run", async () => {
    const fleet = fleetWith({ "late/service.yml": late, "out/junit.xml": "<old/>", "out/report/summary.md": "old" });
    const program = fleet.start(run);
    await program.waitFor("late#1 │ connecting");
    program.kill("SIGKILL");
    await program.ended;
    expect(eventsOf(fleet)).toContain("replicaChanged");
    expect(existsSync(fleet.path("out/junit.xml"))).toBe(false);
    expect(existsSync(fleet.path("out/report/summary.md"))).toBe(false);
    await waitUntil("the daemon is gone", async () =>
      (await fleet.orchestra(["daemon", "status"])).stdout.startsWith("no daemon"),
    );
  });

  test("nothing is started where it cannot be written", async () => {
    const fleet = fleetWith({ "good/service.yml": fine, file: "" });
    for (const args of [
      ["--junit", "file/junit.xml"],
      ["--report", "file"],
    ]) {
      const { code, stdout, stderr } = await fleet.orchestra(["--headless", ...args]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^--(junit|report) file.*: it cannot be written/);
    }
    expect(existsSync(fleet.path(".orchestra/daemon.json"))).toBe(false);
  });
});

describeWith("go", "a headless run of a program that does not build", () => {
  test("annotates its errors where they are, from the repository's root, and keeps the compiler's output", async () => {
    const fleet = fleetWith({
      "shop/orchestra.yml": "",
      "shop/api/service.yml": "",
      "shop/api/go.mod": "module example.com/api\n\ngo 1.22\n",
      "shop/api/main.go": "package main\n\nfunc main() {\n\tx := 1\n\tundefinedThing()\n}\n",
      "shop/good/service.yml": fine,
      ".git/HEAD": "",
    });
    const summary = fleet.path("summary.md");
    const { code, stdout, stderr } = await fleet.orchestra([...run, "--output", "github"], {
      cwd: fleet.path("shop"),
      env: { GITHUB_STEP_SUMMARY: summary },
    });
    expect(code).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toContain(
      "\n::error file=shop/api/main.go,line=4,col=2,title=api does not build::declared and not used: x\n",
    );
    expect(stdout).toContain(
      "\n::error file=shop/api/main.go,line=5,col=2,title=api does not build::undefined: undefinedThing\n",
    );
    expect(stdout.match(/^::group::/gm)?.length ?? 0).toBe(stdout.match(/^::endgroup::/gm)?.length ?? 0);
    expect(stdout).toContain("    │ ./main.go:5:2: undefined: undefinedThing\n");
    const kept = readFileSync(fleet.path("shop/out/report/failed-logs/api.build.log"), "utf8");
    expect(kept).toContain("./main.go:4:2: declared and not used: x\n");
    expect(readFileSync(summary, "utf8")).toContain("❌ api");
    parseXml(readFileSync(fleet.path("shop/out/junit.xml"), "utf8"));
    await fleet.orchestra(["daemon", "stop"], { cwd: fleet.path("shop") });
  });
});
