import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { readProcess } from "../../src/engine/process/process-table.ts";
import { readCommandLine } from "../../src/engine/process/read-command-line.ts";
import { TestEngine } from "../helpers/test-engine.ts";

/** A package manager takes seconds to start on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

const server = (word: string): string => `console.log("${word}", process.argv[2]); setInterval(() => {}, 60_000);\n`;
const manifest = (value: object): string => JSON.stringify({ name: "web", version: "1.2.3", ...value });

async function open(files: Record<string, string>, service = "", keys = "rerun: false"): Promise<TestEngine> {
  return await TestEngine.open(`${keys}\nservices: {web: {dir: web, ready: {log: up}, ${service}}}`, files);
}

async function ready(fleet: TestEngine): Promise<TestEngine> {
  await fleet.start();
  await fleet.untilPhase("ready", "web#1");
  return fleet;
}

/** The command line of what is supervised. */
function leader(fleet: TestEngine): string {
  const process = readProcess(fleet.pid("web#1"));
  return process === null ? "" : readCommandLine(process);
}

describe("a service that its package.json describes", () => {
  test("runs its start script itself, with its packages' programs on PATH and what npm would set", async () => {
    const fleet = await open({
      "web/package.json": manifest({ scripts: { start: "serve --port 1" }, dependencies: { serve: "1" } }),
      "web/node_modules/.bin/serve": `#!/usr/bin/env node
const { npm_package_name: name, npm_package_version: version, npm_lifecycle_event: event } = process.env;
console.log("up", name, version, event);
setInterval(() => {}, 60_000);
`,
    });
    chmodSync(fleet.path("web/node_modules/.bin/serve"), 0o755);
    await ready(fleet);
    expect(fleet.output("web#1")).toContain("up web 1.2.3 start");
    expect(leader(fleet)).toMatch(/node .*node_modules\/\.bin\/serve --port 1$/);
    expect(fleet.service("web")).toMatchObject({ command: "serve --port 1", build: { status: "none" } });
    const inspection = await fleet.engine.inspect(fleet.replica("web#1").id);
    expect(inspection?.environment.find(({ name }) => name === "PATH")?.origin).toBe("web/package.json");
  });

  test("whose script has another one before it is run by its package manager", async () => {
    const fleet = await open(
      {
        "web/package.json": manifest({ scripts: { prestart: "echo first > first", start: "node server.mjs" } }),
        "web/server.mjs": server("up"),
      },
      "env: {npm_config_update_notifier: 'false'}, args: [x y]",
    );
    await ready(fleet);
    expect(existsSync(fleet.path("web/first"))).toBe(true);
    expect(leader(fleet)).toContain("npm start");
    expect(fleet.output("web#1")).toContain("up x y");
  });

  test("is built by its build script, and what that makes is run", async () => {
    const fleet = await open({
      "web/package.json": manifest({
        main: "dist/server.mjs",
        scripts: { build: "mkdir -p dist && cp server.mjs dist && echo built >> builds" },
      }),
      "web/server.mjs": server("up"),
    });
    await ready(fleet);
    expect(fleet.service("web")).toMatchObject({ command: "node dist/server.mjs", build: { status: "ok" } });
    expect(readFileSync(fleet.path("web/builds"), "utf8")).toBe("built\n");
  });

  test("is not started without its packages, and says how to get them; once they are there it is", async () => {
    const fleet = await open({
      "package-lock.json": "{}",
      "web/package.json": manifest({ scripts: { start: "node server.mjs" }, dependencies: { left: "1" } }),
      "web/server.mjs": server("up"),
    });
    await fleet.start();
    await fleet.untilPhase("failed", "web#1");
    expect(fleet.replica("web#1").failure).toEqual({
      kind: "toolchain-missing",
      tool: "node_modules",
      message: "cannot be run: its packages are not installed (there is no node_modules)",
      hint: `run \`npm ci\` in ${fleet.root}`,
    });
    expect(fleet.trail("web#1")).not.toContain("backoff");
    mkdirSync(fleet.path("node_modules"));
    await ready(fleet);
  });

  test("without a package manager it is not built, and says which is missing", async () => {
    const fleet = await open({
      "web/pnpm-lock.yaml": "",
      "web/package.json": manifest({ scripts: { build: "true", start: "node server.mjs" } }),
      "web/server.mjs": server("up"),
    });
    const callerEnv = { ...fleet.callerEnv, PATH: fleet.root };
    await fleet.send({ kind: "start", select: { names: [], except: [] }, noDeps: false, overrides: {} }, { callerEnv });
    await fleet.untilPhase("failed", "web#1");
    expect(fleet.replica("web#1").failure).toMatchObject({
      kind: "toolchain-missing",
      tool: "pnpm",
      message: "cannot be built: there is no `pnpm` on PATH",
    });
  });
});

describe("followed", () => {
  const files = {
    "web/package.json": manifest({ scripts: { start: "node server.mjs one" } }),
    "web/server.mjs": server("up"),
    "web/node_modules/left/index.js": "",
  };

  test("it is started anew when a source changes, and not for its packages", async () => {
    const fleet = await ready(await open(files, "", "rerun: true"));
    await fleet.engine.followed();
    fleet.write("web/node_modules/left/index.js", "//");
    fleet.write("web/server.mjs", server("up again"));
    await fleet.untilGeneration("web#1", 2);
    expect(fleet.output("web#1")).toContain("up again");
    const causes = fleet.eventsOf("replicaChanged").map(({ replica }) => replica.cause);
    expect(causes).toContainEqual({ kind: "file", path: "web/server.mjs" });
    expect(causes).not.toContainEqual({ kind: "file", path: "web/node_modules/left/index.js" });
  });

  test("a new start script is what runs then, at once", async () => {
    const fleet = await ready(await open(files, "", "rerun: true"));
    await fleet.engine.followed();
    fleet.write("web/package.json", manifest({ scripts: { start: "node server.mjs two" } }));
    await fleet.until("it runs with the new word", () => fleet.output("web#1").includes("up two"));
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.service("web").command).toBe("node server.mjs two");
    expect(fleet.trail("web#1").filter((phase) => phase === "stopping")).toEqual(["stopping"]);
  });

  test("a package.json that is broken, or only says something else, leaves it alone", async () => {
    const fleet = await ready(await open(files, "", "rerun: true"));
    await fleet.engine.followed();
    fleet.write("web/package.json", "{");
    await fleet.until("the mistake is told", () => fleet.eventsOf("configRejected").length > 0);
    const [diagnostic] = fleet.eventsOf("configRejected")[0]?.diagnostics ?? [];
    expect(diagnostic).toMatchObject({ code: "bad-json", location: { file: fleet.path("web/package.json"), line: 1 } });
    const loaded = fleet.eventsOf("fleetLoaded").length;
    fleet.write("web/package.json", manifest({ scripts: { start: "node server.mjs one", test: "node --test" } }));
    await fleet.until("it is read again", () => fleet.eventsOf("fleetLoaded").length > loaded);
    expect(fleet.replica("web#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
  });
});

describe("in a workspace", () => {
  const app = (name: string, needed: string[]) => ({
    [`${name}/package.json`]: JSON.stringify({
      name,
      type: "module",
      scripts: { start: "node server.js" },
      dependencies: Object.fromEntries(needed.map((other) => [other, "*"])),
    }),
    [`${name}/server.js`]: `${needed.map((other) => `import word from "${other}";\nconsole.log("says", word);\n`).join("")}
console.log("up");
setInterval(() => {}, 60_000);
`,
  });
  const library = (name: string, needed: string[], source: string) => ({
    [`packages/${name}/package.json`]: JSON.stringify({
      name,
      type: "module",
      exports: "./index.js",
      dependencies: Object.fromEntries(needed.map((other) => [other, "workspace:*"])),
    }),
    [`packages/${name}/index.js`]: source,
  });
  const names = ["catalog", "orders", "web"];
  const services = names.map((name) => `${name}: {dir: ${name}, ready: {log: up}, watch: {debounce: 50ms}}`);

  /** orders -> money; web -> ui -> money; catalog -> nothing. Links as a package manager makes them. */
  async function workspace(): Promise<TestEngine> {
    const fleet = await TestEngine.open(`rerun: true\nservices: {${services.join(", ")}}`, {
      "package.json": JSON.stringify({ workspaces: ["packages/*", ...names] }),
      ".git/HEAD": "",
      ".gitignore": "*.tmp\n",
      ...app("catalog", []),
      ...app("orders", ["money"]),
      ...app("web", ["ui"]),
      ...library("ui", ["money"], 'import word from "money";\nexport default `ui ${word}`;\n'),
      ...library("money", [], 'export default "one";\n'),
      ...library("dates", [], 'export default "today";\n'),
    });
    mkdirSync(fleet.path("node_modules"));
    for (const name of ["dates", "money", "ui"]) symlinkSync(`../packages/${name}`, fleet.path(`node_modules/${name}`));
    symlinkSync("../nowhere", fleet.path("node_modules/gone"));
    await fleet.start();
    for (const name of names) await fleet.untilPhase("ready", `${name}#1`);
    await fleet.engine.followed();
    return fleet;
  }

  const generations = (fleet: TestEngine): number[] => names.map((name) => fleet.replica(`${name}#1`).generation);

  async function untilGenerations(fleet: TestEngine, expected: number[]): Promise<void> {
    const isThere = (): boolean => JSON.stringify(generations(fleet)) === JSON.stringify(expected);
    await fleet.until(`generations ${expected.join(", ")}`, isThere);
    for (const name of names) await fleet.untilPhase("ready", `${name}#1`);
  }

  test("a change in a package starts anew those that need it, however far, and nobody else", async () => {
    const fleet = await workspace();
    fleet.write("packages/money/notes.tmp", "ignored");
    fleet.write("packages/money/dist/index.js", "ignored");
    fleet.write("packages/money/index.js", 'export default "two";\n');
    await untilGenerations(fleet, [1, 2, 2]);
    expect(fleet.output("orders#1")).toContain("says two");
    expect(fleet.output("web#1")).toContain("says ui two");
    fleet.write("packages/ui/index.js", 'export default "ui alone";\n');
    await untilGenerations(fleet, [1, 2, 3]);
    // Whoever was not to be started anew would have been by the time of this.
    fleet.write("catalog/server.js", 'console.log("up"); setInterval(() => {}, 60_000);\n');
    await untilGenerations(fleet, [2, 2, 3]);
    const causes = fleet.eventsOf("replicaChanged").map(({ replica }) => replica.cause);
    expect(causes).toContainEqual({ kind: "file", path: "packages/money/index.js" });
    expect(causes).not.toContainEqual(expect.objectContaining({ path: expect.stringMatching(/tmp$|dist/) }));
    const inspection = await fleet.engine.inspect(fleet.replica("web#1").id);
    expect(inspection?.watched?.places).toEqual([
      { path: fleet.path("web"), isTree: true, because: "folder" },
      { path: fleet.path("packages/money"), isTree: true, because: "package.json" },
      { path: fleet.path("packages/ui"), isTree: true, because: "package.json" },
    ]);
  });

  test("a package.json of a package that names another one has that one followed, also after a mistake in it", async () => {
    const fleet = await workspace();
    fleet.write("packages/money/package.json", "{");
    // What it needs cannot be told, and what needs it is started anew, in vain.
    await fleet.until("both have been started anew", () => {
      const [, orders = 0, web = 0] = generations(fleet);
      return orders > 1 && web > 1;
    });
    for (const [file, text] of Object.entries(library("money", ["dates"], 'export { default } from "dates";\n'))) {
      fleet.write(file, text);
    }
    await fleet.until("both say another word", () =>
      ["orders#1", "web#1"].every((unit) => fleet.output(unit).includes("today")),
    );
    for (const name of names) await fleet.untilPhase("ready", `${name}#1`);
    await fleet.engine.followed();
    fleet.write("packages/dates/index.js", 'export default "tomorrow";\n');
    await fleet.until("the new package is followed", () =>
      ["orders#1", "web#1"].every((unit) => fleet.output(unit).includes("tomorrow")),
    );
    expect(generations(fleet)[0]).toBe(1);
    expect(fleet.eventsOf("configRejected")).toEqual([]);
  });
});
