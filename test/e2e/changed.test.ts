import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { parseXml, type XmlElement } from "../cli/headless/parse-xml.ts";
import type { RunningProgram } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";

const sleeping = (name: string): string => `run: sh -c 'echo ${name} up; exec sleep 1000'\nready: {log: up}\n`;

/** web and admin need db; tools is not started by itself; each is built by writing down that it was. */
const files = {
  "orchestra.yml": "",
  "db/service.yml": sleeping("db"),
  "web/service.yml": `${sleeping("web")}build: echo web >> ../built\ndepends_on: [db]\nwatch: {paths: [., ../lib]}\n`,
  "web/app.js": "1\n",
  "admin/service.yml": `${sleeping("admin")}build: echo admin >> ../built\ndepends_on: [db]\n`,
  "admin/app.js": "1\n",
  "tools/service.yml": `${sleeping("tools")}autostart: false\n`,
  "tools/tool.js": "1\n",
  "lib/shared.js": "1\n",
  ".gitignore": "/built\n/out\n",
};

function git(fleet: TempFleet, ...args: string[]): void {
  const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  execFileSync("git", args, { cwd: fleet.root, env: fleet.env({ ...author, GIT_CONFIG_GLOBAL: "/dev/null" }) });
}

/** The fleet, committed on the branch main. */
function repository(): TempFleet {
  const fleet = tempFleet({ files });
  onTestFinished(async () => {
    await fleet.orchestra(["down"]);
  });
  git(fleet, "init", "-q", "-b", "main");
  git(fleet, "add", "-A");
  git(fleet, "commit", "-qm", "one");
  return fleet;
}

function change(fleet: TempFleet, ...paths: string[]): void {
  for (const path of paths) appendFileSync(fleet.path(path), "2\n");
}

/** What has been built since the last question. */
function takeBuilt(fleet: TempFleet): string[] {
  if (!existsSync(fleet.path("built"))) return [];
  const built = readFileSync(fleet.path("built"), "utf8").split("\n").filter(Boolean).sort();
  rmSync(fleet.path("built"));
  return built;
}

async function running(fleet: TempFleet): Promise<string[]> {
  const { stdout } = await fleet.orchestra(["ps", "--json"]);
  return (JSON.parse(stdout) as PsJson).services
    .filter((s) => s.replicas.some((r) => r.phase === "ready"))
    .map((s) => s.name)
    .sort();
}

/** By name: every service of which the run has printed something. */
async function started(run: RunningProgram): Promise<string[]> {
  const { stdout } = await run.ended;
  return [...new Set([...stdout.matchAll(/^(\w+)#1 +│/gm)].map((match) => match[1] ?? ""))].sort();
}

describe("orchestra --headless --changed", () => {
  test("builds and starts what changed, and what that depends on", async () => {
    const fleet = repository();
    change(fleet, "lib/shared.js");
    const run = fleet.start(["--headless", "--changed", "--then", "echo done", "--junit", "out/junit.xml"]);
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/^1 file changed since HEAD \([0-9a-f]{7}\)\n {2}web: lib\/shared\.js\n/);
    expect(code).toBe(0);
    expect(await started(run)).toEqual(["db", "web"]);
    expect(takeBuilt(fleet)).toEqual(["web"]);
    const suite = parseXml(readFileSync(fleet.path("out/junit.xml"), "utf8")).children[0] as XmlElement;
    expect(suite.children.filter((c) => c.name === "testcase").map((c) => c.attributes.name)).toEqual([
      "db",
      "web",
      "--then echo done",
    ]);
  });

  test("goes by a ref: commits since then count as well as what is not committed", async () => {
    const fleet = repository();
    git(fleet, "checkout", "-q", "-b", "feature");
    change(fleet, "admin/app.js");
    git(fleet, "commit", "-qam", "two");
    expect(await started(fleet.start(["--headless", "--changed", "--then", "true"]))).toEqual([]);
    expect(await started(fleet.start(["--headless", "--changed", "main", "--then", "true"]))).toEqual(["admin", "db"]);
    change(fleet, "web/app.js");
    const both = fleet.start(["--headless", "--changed", "main", "--then", "true"]);
    expect(await started(both)).toEqual(["admin", "db", "web"]);
  });

  test("where nothing changed it says so, starts nothing, not even a daemon, and ends with 0", async () => {
    const fleet = repository();
    const args = ["--headless", "--changed", "--then", "touch ran", "--junit", "out/junit.xml", "--report", "out"];
    const { code, stdout, stderr } = await fleet.orchestra(args);
    expect(stderr).toMatch(/^nothing changed since HEAD \([0-9a-f]{7}\)\nnothing to start\n$/);
    expect([code, stdout]).toEqual([0, ""]);
    expect(existsSync(fleet.path("ran"))).toBe(false);
    expect(existsSync(fleet.path(".orchestra/daemon.json"))).toBe(false);
    expect(parseXml(readFileSync(fleet.path("out/junit.xml"), "utf8")).attributes).toMatchObject({ tests: "0" });
    expect(existsSync(fleet.path("out/summary.md"))).toBe(true);
  });

  test("what has autostart off is told of, and not started", async () => {
    const fleet = repository();
    change(fleet, "tools/tool.js");
    const { code, stderr } = await fleet.orchestra(["--headless", "--changed"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /\n {2}tools: tools\/tool\.js\nnot started, since autostart is off: tools\nnothing to start\n$/,
    );
  });

  test("ends with the service of --exit-code-from, which is started though it did not change", async () => {
    const fleet = repository();
    fleet.write("e2e/service.yml", "run: sh -c 'echo tested; exit 5'\noneshot: true\ndepends_on: [admin]\n");
    git(fleet, "add", "-A");
    git(fleet, "commit", "-qm", "e2e");
    change(fleet, "web/app.js");
    const { code, stdout } = await fleet.orchestra(["--headless", "--changed", "--exit-code-from", "e2e"]);
    expect(code).toBe(5);
    expect(stdout).toContain("e2e#1   │ tested\n");
  });

  test.each([
    [["--headless", "--changed", "nope"], 'git knows no commit "nope"\n  see what there is: git branch --all'],
    [["start", "--changed", "nope"], 'git knows no commit "nope"\n  see what there is: git branch --all'],
    [["--changed"], "--changed goes with --headless\n"],
  ])("%j ends with 2", async (args, message) => {
    const fleet = repository();
    const { code, stderr } = await fleet.orchestra(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(fleet.path(".orchestra/daemon.json"))).toBe(false);
  });

  test("ends with 2 outside of a git repository, and says where it is", async () => {
    const fleet = tempFleet({ files });
    for (const args of [
      ["--headless", "--changed"],
      ["start", "--changed"],
      ["build", "--changed"],
    ]) {
      const { code, stderr } = await fleet.orchestra(args);
      expect(stderr).toBe(
        `--changed needs git, and ${fleet.root} is in no git repository\n  without --changed, nothing is compared\n`,
      );
      expect(code).toBe(2);
    }
  });
});

describe("--changed of", () => {
  test("start: what changed, and what that depends on", async () => {
    const fleet = repository();
    change(fleet, "admin/app.js", "tools/tool.js");
    const { code, stderr } = await fleet.orchestra(["start", "--changed"]);
    expect(stderr).toContain("not started, since autostart is off: tools\n");
    expect(code).toBe(0);
    expect(await running(fleet)).toEqual(["admin", "db"]);
    expect((await fleet.orchestra(["start", "tools", "web", "--changed"])).code).toBe(0);
    expect(await running(fleet)).toEqual(["admin", "db", "tools"]);
  });

  test("build: what changed, also where it is not started by itself", async () => {
    const fleet = repository();
    change(fleet, "web/app.js");
    expect((await fleet.orchestra(["build", "--changed"])).code).toBe(0);
    expect(takeBuilt(fleet)).toEqual(["web"]);
    git(fleet, "commit", "-qam", "two");
    const { code, stderr } = await fleet.orchestra(["build", "--changed"]);
    expect(stderr).toMatch(/^nothing changed since HEAD/);
    expect([code, takeBuilt(fleet)]).toEqual([0, []]);
  });
});
