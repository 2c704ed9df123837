import { describe, expect, test } from "vitest";
import { type NodeFacts, nodeCommands } from "../../src/config/node-commands.ts";

interface Case {
  scripts?: Record<string, string>;
  main?: string;
  manager?: Partial<NodeFacts["manager"]>;
  args?: string[];
  files?: string[];
}

function commands({ scripts = {}, main, manager, args = [], files = [] }: Case) {
  return nodeCommands({
    package: { main: main ?? null, scripts: new Map(Object.entries(scripts)) },
    manager: { name: "npm", hasOwnShell: false, isPlugAndPlay: false, ...manager },
    args,
    exists: (file) => files.includes(file),
  });
}

const yarn = { name: "yarn" } as const;
const start = { start: "node a.js" };

describe("what runs", () => {
  test.each<[string, Case, string | null]>([
    ["the start script", { scripts: { ...start, dev: "vite" }, main: "m.js", files: ["m.js"] }, "node a.js"],
    ["with shell syntax too", { scripts: { start: "A=b node a.js > log && true" } }, "A=b node a.js > log && true"],
    ["with arguments", { scripts: start, args: ["-p", "x y"] }, "node a.js -p 'x y'"],
    ["the main file", { main: "m.js", files: ["m.js", "index.js"] }, "node m.js"],
    ["the main file without its ending", { main: "lib/m", files: ["lib/m.js"] }, "node lib/m.js"],
    ["the index of a folder", { main: "./lib", files: ["./lib/index.js"] }, "node ./lib/index.js"],
    ["a main that the build makes", { main: "dist/m.js", scripts: { build: "tsc" } }, "node dist/m.js"],
    ["index.js where main is not there", { main: "m.js", files: ["index.js", "server.js"] }, "node index.js"],
    ["server.js", { files: ["server.js"], args: ["a"] }, "node server.js a"],
    [
      "what the start script names",
      { scripts: { start: "npm run a:b", "a:b": "npm run c", c: "node c.js" } },
      "node c.js",
    ],
    ["dev, at last", { scripts: { dev: "vite" } }, "vite"],
    ["nothing", { scripts: { test: "vitest" }, main: "gone.js" }, null],
  ])("%s", (_, facts, expected) => {
    expect(commands(facts).run).toBe(expected);
  });
});

describe("the package manager runs a script", () => {
  test.each<[string, Case, string]>([
    ["with another before it", { scripts: { ...start, prestart: "x" } }, "npm start"],
    ["with another after it", { scripts: { dev: "vite", postdev: "x" } }, "npm run dev"],
    ["that names one with another before it", { scripts: { start: "npm run a", a: "x", prea: "y" } }, "npm start"],
    ["that leads back to itself", { scripts: { start: "npm run a", a: "npm run start" } }, "npm start"],
    ["that names none", { scripts: { start: "npm run a" } }, "npm start"],
    ["and hands on arguments", { scripts: { ...start, prestart: "x" }, args: ["-v"] }, "npm start -- -v"],
    [
      "by its own words",
      { scripts: { ...start, prestart: "x" }, args: ["-v"], manager: { name: "pnpm" } },
      "pnpm start -v",
    ],
    ["by bun's", { scripts: { ...start, prestart: "x" }, manager: { name: "bun" } }, "bun run start"],
    ["that asks for its variables", { scripts: { start: "node a.js $npm_config_port" } }, "npm start"],
    ["that runs others", { scripts: { start: "run-p api web" } }, "npm start"],
    ["in a shell of the project's", { scripts: start, manager: { hasOwnShell: true } }, "npm start"],
    ["in a shell of its own", { scripts: { start: "a && b" }, manager: yarn }, "yarn start"],
    ["whose packages it alone finds", { scripts: start, manager: { ...yarn, isPlugAndPlay: true } }, "yarn start"],
  ])("%s", (_, facts, expected) => {
    expect(commands(facts)).toMatchObject({ run: expected, script: null });
  });

  test("and one of another manager, as it is written", () => {
    expect(commands({ scripts: { start: "yarn run a", a: "x" } }).run).toBe("yarn run a");
    expect(commands({ scripts: { start: "npm run a", a: "x" }, args: ["-v"] }).run).toBe("npm run a -v");
  });

  test("but not one that any shell, or none, runs alike", () => {
    expect(commands({ scripts: start, manager: yarn })).toMatchObject({ run: "node a.js", script: "start" });
    expect(commands({ scripts: { ...start, pretest: "x", test: "y" } }).run).toBe("node a.js");
  });

  test("and node itself, where packages stay zipped", () => {
    const manager = { ...yarn, isPlugAndPlay: true };
    expect(commands({ files: ["index.js"], manager }).run).toBe("yarn node index.js");
  });
});

describe("build and test", () => {
  test.each<[string, Case, string | null, string | null]>([
    ["neither", { scripts: start }, null, null],
    ["npm", { scripts: { build: "tsc", test: "node --test" } }, "npm run build", "npm test"],
    ["bun", { scripts: { build: "x", test: "y" }, manager: { name: "bun" } }, "bun run build", "bun run test"],
    ["what runs to develop needs no build", { scripts: { build: "vite build", dev: "vite" } }, null, null],
    ["what npm init writes", { scripts: { test: 'echo "Error: no test specified" && exit 1' } }, null, null],
  ])("%s", (_, facts, build, tests) => {
    expect(commands(facts)).toMatchObject({ build, test: tests });
  });
});
