import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../../src/model/failure.ts";
import { sampleLine } from "../../helpers/fleet-samples.ts";
import type { CliWorld } from "../cli-world.ts";
import { idleService, makeReady, obedientWorld } from "./obedient-world.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";

const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };
const files = {
  "orchestra.yml": "env: {DB_PASSWORD: pa55-w0rd, LEVEL: debug}\n",
  "api/service.yml": "run: ./api --token tok-in-args\n",
};
const run = ["--headless", "--junit", "out/junit.xml", "--report", "out/report"];

function casesOf(world: CliWorld, file = "out/junit.xml"): Record<string, XmlElement | undefined> {
  const root = parseXml(readFileSync(`${world.root}/${file}`, "utf8"));
  const cases = root.children[0]?.children.filter((c) => c.name === "testcase") ?? [];
  return Object.fromEntries(cases.map((c) => [c.attributes.name, c.children[0]]));
}

function textOf(world: CliWorld, file: string): string {
  return readFileSync(`${world.root}/out/report/${file}`, "utf8");
}

describe("--junit and --report", () => {
  test("of a run that went well: all green, a summary, the events and the config, and no logs", async () => {
    const world = obedientWorld([idleService("api")], files);
    const code = world.run(...run);
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.interrupt();
    expect(await code).toBe(0);
    expect(casesOf(world).api?.name).toBe("system-out");
    expect(readdirSync(`${world.root}/out/report`).sort()).toEqual([
      "config.json",
      "events.ndjson",
      "failed-logs",
      "summary.md",
    ]);
    expect(textOf(world, "summary.md")).toContain("all is well");
    const events = textOf(world, "events.ndjson").trimEnd().split("\n");
    const parsed = events.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(parsed[0] ?? {})).toEqual(["snapshot"]);
    expect(parsed.slice(1).map((e) => e.revision)).toEqual([2, 3, 4, 5, 6]);
  });

  test("of what failed: its last lines, its log, and no secret anywhere", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")], files);
    world.context.env.CI_TOKEN = "of-the-caller";
    const lines = ["pa55-w0rd of-the-caller from-e", "\u001b[31m]]> <b>\u0000 postgres://u:pw@h/"];
    const code = world.run(...run, "-e", "X_SECRET=from-e");
    await world.untilSent(1);
    world.client.log(...lines.map((line, i) => sampleLine("api#1", line, { offset: i, at: Date.now() })));
    world.change("api#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    expect(await code).toBe(1);
    const { api, web } = casesOf(world);
    expect(api?.attributes).toEqual({ message: "failed: exit 1", type: "exited" });
    expect(api?.text).toContain("    │ ••• ••• •••\n    │ ]]> <b> postgres://•••@h/\n");
    expect(web?.name).toBe("skipped");
    expect(textOf(world, "failed-logs/api-1.log")).toContain("│ ••• ••• •••\n");
    expect(textOf(world, "summary.md")).toContain("its log: `failed-logs/api-1.log`");
    const config = JSON.parse(textOf(world, "config.json")) as { fleet: { env: object; services: { run: object }[] } };
    expect(config.fleet.env).toEqual({ DB_PASSWORD: "•••", LEVEL: "debug" });
    expect(config.fleet.services[0]?.run).toEqual({ kind: "command", command: "./api --token •••" });
    for (const file of ["config.json", "events.ndjson", "summary.md", "failed-logs/api-1.log", "../junit.xml"]) {
      expect(textOf(world, file)).not.toMatch(/pa55-w0rd|tok-in-args|of-the-caller|from-e|u:pw/);
    }
  });

  test("of a build that failed: its output is the log", async () => {
    const world = obedientWorld([idleService("api")], files);
    const output = ["# x/api", "./main.go:3:3: undefined: x"];
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output,
      message: "does not build",
    };
    const code = world.run(...run);
    await world.untilSent(1);
    world.change("api#1", { state: { phase: "failed", failure }, failure });
    expect(await code).toBe(1);
    expect(casesOf(world).api?.attributes.type).toBe("build-failed");
    expect(textOf(world, "failed-logs/api.build.log")).toBe("$ go build\n# x/api\n./main.go:3:3: undefined: x\n");
  });

  test("of a limit that was reached: a failure for what is late", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")], files);
    const code = world.run(...run, "--timeout", "400ms");
    await world.untilSent(1);
    makeReady(world, "web");
    expect(await code).toBe(124);
    const { api, web } = casesOf(world);
    expect(api?.attributes).toMatchObject({ type: "timeout", message: expect.stringMatching(/^was not ready within/) });
    expect(web?.name).toBe("system-out");
    expect(textOf(world, "summary.md")).toContain("not ready in time");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("of a run that %s ended before it was ready: an error for what was not", async (signal, expected) => {
    const world = obedientWorld([idleService("api"), idleService("web")], files);
    const code = world.run(...run);
    await world.untilSent(1);
    makeReady(world, "web");
    world.interrupt(signal);
    expect(await code).toBe(expected);
    const { api, web } = casesOf(world);
    expect(api?.name).toBe("error");
    expect(web?.name).toBe("system-out");
    expect(textOf(world, "summary.md")).toContain("interrupted");
  });

  test("of a run that is interrupted while its daemon starts", async () => {
    const world = obedientWorld([idleService("api")], files);
    world.hasDaemon = false;
    world.context.daemons.ensure = () => {
      setImmediate(() => world.interrupt());
      return new Promise(() => {});
    };
    expect(await world.run(...run)).toBe(130);
    expect(casesOf(world)["orchestra --headless"]?.name).toBe("error");
  });

  test.each<[string, number, (world: CliWorld) => void, RegExp]>([
    ["a mistake in the config", 2, (w) => writeFileSync(`${w.root}/api/service.yml`, "prot: 1\n"), /prot/],
    [
      "a daemon that refuses",
      2,
      (w) => {
        w.hasDaemon = true;
        w.client.reply = () => ({ ok: false, error: { kind: "refused", message: "no, thank you" } });
      },
      /no, thank you/,
    ],
    [
      "a bug",
      70,
      (w) => {
        w.hasDaemon = true;
        w.client.reply = () => {
          throw new TypeError("we are wrong");
        };
      },
      /a bug in Orchestra: we are wrong/,
    ],
  ])("of %s: an error of the run itself", async (_, expected, arrange, message) => {
    const world = obedientWorld([idleService("api")], files);
    world.hasDaemon = false;
    arrange(world);
    const code = world.run(...run);
    if (expected === 70) await expect(code).rejects.toThrow("we are wrong");
    else expect(await code).toBe(expected);
    const error = casesOf(world)["orchestra --headless"];
    expect(error?.name).toBe("error");
    expect(error?.text).toMatch(message);
    expect(error?.text).toContain(`the run ended with ${expected}`);
    expect(textOf(world, "summary.md")).toMatch(message);
  });

  test("the code of --exit-code-from is a failure of its service", async () => {
    const world = obedientWorld([idleService("tests", { oneshot: true })], files);
    const code = world.run(...run, "--exit-code-from", "tests");
    await world.untilSent(1);
    const unit = world.client.state.services[0]?.replicas[0]?.id;
    if (unit === undefined) throw new Error("no replica");
    world.client.emit({ kind: "replicaExited", unit, generation: 1, status: { kind: "code", code: 5 }, runMs: 5 });
    world.change("tests#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    expect(await code).toBe(5);
    expect(casesOf(world).tests?.name).toBe("failure");
  });

  test.each<[string, (world: CliWorld) => string[], RegExp]>([
    ["a folder in its place", () => ["--junit", "api"], /^--junit api: it is a folder\n/],
    ["no name", () => ["--junit", ""], /^--junit : it is a folder\n/],
    [
      "a file where its folder should be",
      () => ["--junit", "orchestra.yml/x.xml"],
      /cannot be written \(E(EXIST|NOTDIR)\)/,
    ],
    ["a device", () => ["--junit", "/dev/null"], /^--junit \/dev\/null: it is no plain file\n/],
    ["a file in its place", () => ["--report", "orchestra.yml"], /^--report orchestra.yml: it cannot be written/],
    ["no name for the folder", () => ["--report", ""], /^--report : it has no name\n/],
    [
      "a folder where a file of the report should be",
      (w) => {
        mkdirSync(`${w.root}/r/summary.md`, { recursive: true });
        return ["--report", "r"];
      },
      /^--report r: summary.md in it is a folder\n/,
    ],
  ])("what cannot be written is found out before anything starts: %s", async (_, args, message) => {
    const world = obedientWorld([idleService("api")], files);
    world.hasDaemon = false;
    expect(await world.run("--headless", ...args(world))).toBe(2);
    expect(world.stderr).toMatch(message);
    expect(world.startedDaemons).toBe(0);
    expect(world.client.commands).toEqual([]);
    expect(readFileSync(`${world.root}/orchestra.yml`, "utf8")).toBe(files["orchestra.yml"]);
  });

  test("what an earlier run left is gone, what others put there stays, and a link is followed", async () => {
    const world = obedientWorld([idleService("api")], files);
    mkdirSync(`${world.root}/out/report/failed-logs`, { recursive: true });
    for (const file of ["report/failed-logs/old-1.log", "report/failed-logs/mine.txt", "report/mine", "real.xml"]) {
      writeFileSync(`${world.root}/out/${file}`, "old");
    }
    symlinkSync("real.xml", `${world.root}/out/junit.xml`);
    const code = world.run(...run);
    await world.untilSent(1);
    expect(existsSync(`${world.root}/out/real.xml`)).toBe(false);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.interrupt();
    expect(await code).toBe(0);
    expect(readdirSync(`${world.root}/out/report/failed-logs`)).toEqual(["mine.txt"]);
    expect(textOf(world, "mine")).toBe("old");
    expect(casesOf(world, "out/real.xml").api?.name).toBe("system-out");
    expect(readdirSync(`${world.root}/out`).sort()).toEqual(["junit.xml", "real.xml", "report"]);
  });

  test("what cannot be written any more at the end is said, and the run does not end with 0", async () => {
    const world = obedientWorld([idleService("api")], files);
    const code = world.run(...run);
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    mkdirSync(`${world.root}/out/junit.xml`);
    world.interrupt();
    expect(await code).toBe(1);
    expect(world.stderr).toMatch(/the JUnit file could not be written: E/);
    expect(textOf(world, "summary.md")).toContain("all is well");
  });

  test("they go with --headless", async () => {
    const world = obedientWorld([idleService("api")], files);
    expect(await world.run("--junit", "x.xml")).toBe(2);
    expect(world.stderr).toBe("--junit goes with --headless\n");
    expect(await world.run("--report", "x")).toBe(2);
  });
});
