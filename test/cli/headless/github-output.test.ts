import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Cause } from "../../../src/model/cause.ts";
import type { Failure } from "../../../src/model/failure.ts";
import type { LogLine, LogQuery } from "../../../src/model/log.ts";
import { sampleLine } from "../../helpers/fleet-samples.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import type { CliWorld } from "../cli-world.ts";
import { idleService, makeReady, obedientWorld } from "./obedient-world.ts";

const cause: Cause = { kind: "user", verb: "start", origin: "headless" };
const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };
const run = ["--headless", "--output", "github"];

/** What the runner would do with each line: fold it, take it as a command, or show it. */
function asRunner(text: string): { top: string[]; folds: Record<string, string[]>; commands: string[] } {
  const seen = { top: [] as string[], folds: {} as Record<string, string[]>, commands: [] as string[] };
  let fold: string[] | null = null;
  for (const line of text.split("\n")) {
    const [, command = "", , data = ""] = /^\s*::([a-z-]+)( [^:]*)?::(.*)$/.exec(line) ?? [];
    expect(line).not.toContain("##[");
    if (command === "group") {
      expect(fold).toBeNull();
      fold = [];
      seen.folds[data] = fold;
    } else if (command === "endgroup") {
      expect(fold).not.toBeNull();
      fold = null;
    } else if (command !== "") {
      expect(fold).toBeNull();
      seen.commands.push(line);
    } else (fold ?? seen.top).push(line);
  }
  expect(fold).toBeNull();
  return seen;
}

function withoutTimes(text: string): string {
  return text.replace(/(after|in) [\d.]+m?s/g, "$1 Nms");
}

/** Log lines, which come by another way than events: waits until the run has them, and asks for what follows. */
async function print(world: CliWorld, ...lines: LogLine[]): Promise<void> {
  const { client } = world;
  client.log(...lines);
  const { after } = await client.readLogs({ units: [], from: "end", direction: "backward", limit: 1 });
  const isBehind = ({ from, direction }: LogQuery): boolean => direction === "forward" && Number(from) >= Number(after);
  await waitUntil("the lines were read", () => client.queries.some(isBehind));
}

describe("--output github", () => {
  test("folds what passed, and shows in full what failed, as an error too", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")]);
    const code = world.run(...run);
    await world.untilSent(1);
    await print(world, sampleLine("api#1", "listening"), sampleLine("web#1", "no database ##[error]x"));
    makeReady(world, "api");
    world.change("web#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    expect(await code).toBe(1);
    const { top, folds, commands } = asRunner(withoutTimes(world.stdout));
    expect(folds["api#1 ready after Nms (start)"]).toEqual([
      "api#1 ── starting (start)",
      "api#1 │ listening",
      "api#1 ── ready after Nms (start)",
    ]);
    expect(top).toContain("web#1 │ no database # #[error]x");
    expect(top).toContain("web#1 failed: exit 1");
    expect(commands).toEqual([
      "::error title=web#1::web#1 failed: exit 1%0Ano database # #[error]x%0Ait ended before it was ready%0Asee all of it: orchestra logs web#1",
    ]);
    expect(world.stderr).toBe("");
  });

  test("a build's errors are annotated at their lines, from the repository's root, and nothing outside of it", async () => {
    const world = obedientWorld([idleService("api")]);
    world.context.env.GITHUB_WORKSPACE = world.root.replace(/\/[^/]*$/, "");
    mkdirSync(`${world.root}/api`, { recursive: true });
    writeFileSync(`${world.root}/api/main.go`, "");
    const [service] = world.client.state.services;
    world.client.replace({
      ...world.client.state,
      services: service === undefined ? [] : [{ ...service, dir: `${world.root}/api` }],
    });
    const output = ["# x/api", "./main.go:3:3: undefined: x", "./gone.go:1:1: gone", "/etc/passwd.go:1:1: outside"];
    const failure: Failure = { kind: "build-failed", command: "go build", exitCode: 1, output, message: "no" };
    const code = world.run(...run);
    await world.untilSent(1);
    const build = { status: "failed", since: 1, lastMs: null, failure } as const;
    world.client.emit({ kind: "buildChanged", service: "api", build, cause });
    world.change("api#1", { state: { phase: "failed", failure }, failure });
    expect(await code).toBe(1);
    const file = `${world.root.replace(/^.*\//, "")}/api/main.go`;
    const { top, commands } = asRunner(world.stdout);
    expect(commands).toEqual([`::error file=${file},line=3,col=3,title=api does not build::undefined: x`]);
    expect(top).toContain("    │ ./gone.go:1:1: gone");
  });

  test("what is late is not folded, and the limit is an error", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run(...run, "--timeout", "300ms");
    await world.untilSent(1);
    world.client.log(sampleLine("api#1", "connecting"));
    expect(await code).toBe(124);
    const { top, commands, folds } = asRunner(withoutTimes(world.stdout));
    expect(commands[0]).toBe(
      "::error title=not ready in time::timed out after Nms, still waiting for%0A  api#1 starting",
    );
    expect(top).toContain("api#1 │ connecting");
    expect(folds).toEqual({});
  });

  test("what hooks and services print is no command; warnings are, and secrets are not in them", async () => {
    const world = obedientWorld([idleService("api")]);
    world.context.env.API_TOKEN = "sekrit-value";
    const reply = world.client.reply;
    world.client.reply = (request) => {
      const { commandId } = request;
      const hook = "make gen";
      world.client.emit({ kind: "hookOutput", commandId, hook, text: "::error::from a hook\nfine\n" });
      world.client.emit({ kind: "hookFinished", commandId, hook, exitCode: 0 });
      return reply(request);
    };
    const code = world.run(...run);
    await world.untilSent(1);
    await print(world, sampleLine("api#1", "::stop-commands::x"));
    world.client.emit({ kind: "noticed", level: "warning", unit: null, message: "a, b: sekrit-value 100%" });
    world.interrupt();
    expect(await code).toBe(130);
    const { folds, commands } = asRunner(world.stdout);
    expect(folds["hook: make gen"]).toEqual(["│ ::error::from a hook", "│ fine"]);
    expect(commands).toEqual(["::warning title=shop::shop a, b: ••• 100%25"]);
  });

  test("a configuration with mistakes is annotated where they are", async () => {
    const world = obedientWorld([], { "api/service.yml": "run: ./api\nprot: 1\n" });
    world.hasDaemon = false;
    expect(await world.run(...run)).toBe(2);
    expect(asRunner(world.stdout).commands[0]).toMatch(
      /^::error file=api\/service.yml,line=2,col=1,title=the configuration is wrong::.*prot/,
    );
  });

  test("a flood of a service that is not ready yet is shown in folds, part by part", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run(...run);
    await world.untilSent(1);
    const line = "x".repeat(1000);
    world.client.log(...Array.from({ length: 600 }, (_, i) => sampleLine("api#1", line, { offset: i * 1001 })));
    await world.untilStdout("::group::api#1 so far");
    world.interrupt();
    expect(await code).toBe(130);
    const shown = world.stdout.split("\n").filter((l) => l.endsWith(line));
    expect(shown).toHaveLength(600);
  });

  test("the step summary is appended to the file that GitHub names", async () => {
    const world = obedientWorld([idleService("api")]);
    const file = `${world.root}/summary`;
    writeFileSync(file, "before\n");
    world.context.env.GITHUB_STEP_SUMMARY = file;
    const code = world.run(...run, "--then", "exit 7");
    await world.untilSent(1);
    makeReady(world, "api");
    expect(await code).toBe(7);
    expect(readFileSync(file, "utf8")).toMatch(/^before\n## ❌ .*: the command ended with 7\n/);
    expect(asRunner(world.stdout).commands).toEqual(["::error title=--then failed::`exit 7` ended with 7"]);
  });

  test("other outputs leave it alone, and a summary that cannot be written is said", async () => {
    const world = obedientWorld([idleService("api")]);
    world.context.env.GITHUB_STEP_SUMMARY = `${world.root}/none/summary`;
    const code = world.run(...run, "--then", "true");
    await world.untilSent(1);
    makeReady(world, "api");
    expect(await code).toBe(1);
    expect(world.stderr).toMatch(/^the step summary could not be written: ENOENT/);
    const other = obedientWorld([idleService("api")]);
    other.context.env.GITHUB_STEP_SUMMARY = `${other.root}/none/summary`;
    const plain = other.run("--headless", "--then", "true");
    await other.untilSent(1);
    makeReady(other, "api");
    expect(await plain).toBe(0);
  });
});
