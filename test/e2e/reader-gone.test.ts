import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseXml, type XmlElement } from "../cli/headless/parse-xml.ts";
import { RunningProgram } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const orchestra = resolve(import.meta.dirname, "../../bin/orchestra");
const talking = "run: sh -c 'while echo up; do sleep 0.05; done'\nready: {log: up}\n";
const files = ["--junit", "out/junit.xml", "--report", "out/report"];

function fleetWith(services: Record<string, string>): TempFleet {
  const entries = Object.entries(services).map(([name, text]) => [`${name}/service.yml`, text]);
  const fleet = tempFleet({ files: { "orchestra.yml": "", ...Object.fromEntries(entries) } });
  onTestFinished(async () => {
    await fleet.orchestra(["daemon", "stop"]);
  });
  return fleet;
}

/** Runs it as `orchestra … | head -1`; what it wrote to standard error is kept, and the exit code is its own. */
async function headOf(fleet: TempFleet, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const line = '{ "$0" "$@"; echo $? > ../code; } | head -1';
  const { root: cwd } = fleet;
  const { stdout, stderr } = await new RunningProgram("/bin/sh", ["-c", line, orchestra, ...args], {
    cwd,
    env: fleet.env(),
  }).ended;
  return { code: Number(readFileSync(fleet.path("../code"), "utf8")), stdout, stderr };
}

/** By test case of the JUnit file: what went wrong, `passed` where nothing did. */
function junitOf(fleet: TempFleet): Record<string, string> {
  const suite = parseXml(readFileSync(fleet.path("out/junit.xml"), "utf8")).children[0] as XmlElement;
  const cases = suite.children.filter((c) => c.name === "testcase");
  const ends = cases.map((c) => [c.attributes.name, c.children.find((e) => e.name !== "system-out")?.name ?? "passed"]);
  return Object.fromEntries(ends);
}

async function untilNoDaemon(fleet: TempFleet): Promise<void> {
  await waitUntil("the daemon is gone", async () =>
    (await fleet.orchestra(["daemon", "status"])).stdout.startsWith("no daemon"),
  );
}

describe("when the reader of its output goes away,", () => {
  test.each(["plain", "json", "github"])("a headless run with a command goes on to its end (%s)", async (output) => {
    const fleet = fleetWith({ api: talking });
    const args = ["--headless", "--output", output, ...files, "--then", "sleep 0.3; exit 7"];
    const { code, stdout } = await headOf(fleet, args);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(code).toBe(7);
    expect(junitOf(fleet)).toEqual({ api: "passed", "--then sleep 0.3; exit 7": "failure" });
    expect(readFileSync(fleet.path("out/report/summary.md"), "utf8")).toContain("ended with 7");
    expect(readFileSync(fleet.path("out/report/events.ndjson"), "utf8")).toContain('"replicaExited"');
    await untilNoDaemon(fleet);
  });

  test("a command's exit code counts without any file too", async () => {
    const fleet = fleetWith({ api: talking });
    expect((await headOf(fleet, ["--headless", "--then", "sleep 0.3; exit 7"])).code).toBe(7);
    await untilNoDaemon(fleet);
  });

  test("one that fails still says so, and leaves the logs of what failed", async () => {
    const fleet = fleetWith({ api: talking, bad: "run: sh -c 'echo a; sleep 0.2; exit 3'\noneshot: true\n" });
    const { code, stderr } = await headOf(fleet, ["--headless", ...files]);
    expect(code).toBe(1);
    expect(stderr).toContain("bad#1 failed: exit 3\n");
    expect(junitOf(fleet).bad).toBe("failure");
    expect(existsSync(fleet.path("out/report/failed-logs/bad-1.log"))).toBe(true);
    await untilNoDaemon(fleet);
  });

  test("one without an end of its own ends once it is ready, and leaves its files", async () => {
    const fleet = fleetWith({ api: talking });
    const { code, stderr } = await headOf(fleet, ["--headless", ...files]);
    expect(stderr).toMatch(/^ready after .*\nstopped api in .*\n$/);
    expect(code).toBe(0);
    expect(junitOf(fleet)).toEqual({ api: "passed" });
    await untilNoDaemon(fleet);
  });

  test("one that is only read ends at once, and so does what it started", async () => {
    const fleet = fleetWith({ api: talking });
    expect((await headOf(fleet, ["--headless"])).code).toBe(0);
    await untilNoDaemon(fleet);
  });

  test("tests go on, and their exit code counts", async () => {
    const fleet = fleetWith({ api: "run: ./api\ntest: for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; exit 4\n" });
    const { code, stderr } = await headOf(fleet, ["test"]);
    expect(stderr).toMatch(/\nfailed: api\n$/);
    expect(code).toBe(1);
  });
});
