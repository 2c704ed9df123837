import { describe, expect, test, vi } from "vitest";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

/** A package manager takes seconds to start on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

const manifest = (value: object): string => JSON.stringify({ name: "web", version: "1.0.0", ...value });
const scripts = { start: "node server.js", build: "node build.js", test: "node --test" };

function world(files: Record<string, string>): CliWorld {
  const made = new CliWorld(sampleFleet([]), { hasDaemon: false, files: { "orchestra.yml": "", ...files } });
  made.context.env.PATH = process.env.PATH ?? "";
  made.context.env.npm_config_update_notifier = "false";
  made.context.env.HOME = made.root;
  return made;
}

describe("check", () => {
  const files = {
    "api/service.yml": "go: {package: ./cmd/api}\nargs: [-v]\n",
    "web/service.yml": "",
    "web/package.json": manifest({ scripts }),
    "worker/service.yml": "run: ./work --token=abc\nacceptance: ./try\n",
  };

  test("says how each service is built, run and tested", async () => {
    const made = world(files);
    expect(await made.run("check")).toBe(0);
    expect(made.stdout).toBe(
      [
        "api     runs ./api -v            built by go build ./cmd/api  tested by go test ./...",
        "web     runs node server.js      built by npm run build       tested by npm test",
        "worker  runs ./work --token=•••",
        "",
      ].join("\n"),
    );
  });

  test("says it as JSON too", async () => {
    const made = world(files);
    expect(await made.run("check", "--json")).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      services: ["api", "web", "worker"],
      commands: {
        web: { build: "npm run build", run: "node server.js", test: "npm test", acceptance: null },
        worker: { build: null, test: null, acceptance: "./try" },
      },
    });
  });

  test("shows the place of what is wrong in a package.json", async () => {
    const made = world({ ...files, "web/package.json": '{\n  "scripts": {\n    "start": "x",\n  }\n}\n' });
    expect(await made.run("check")).toBe(2);
    expect(made.stdout).toContain("web/package.json:4:3");
  });
});

test("env shows what package.json adds, and that it does", async () => {
  const made = world({ "web/service.yml": "", "web/package.json": manifest({ name: "${A}", scripts }) });
  expect(await made.run("env", "web", "--origin")).toBe(0);
  expect(made.stdout).toMatch(/web\/package\.json +npm_package_name=\$\{A\}\n/);
  expect(made.stdout).toMatch(/web\/package\.json +PATH=\S+\/web\/node_modules\/\.bin:/);
  expect(made.stderr).not.toContain("has no value");
});

describe("test", () => {
  const tested = (code: string): Record<string, string> => ({
    "web/service.yml": "",
    "web/package.json": manifest({ scripts }),
    "web/web.test.js": `require("node:test")("adds up", () => require("node:assert").strictEqual(1 + 1, ${code}));\n`,
  });

  test("runs the test script of a Node service", async () => {
    const made = world(tested("2"));
    expect(await made.run("test")).toBe(0);
    expect(made.stdout).toContain("web │ > node --test");
    expect(made.stderr).toContain("web   tests passed");
  });

  test("fails with it, and repeats what it wrote", async () => {
    const made = world(tested("3"));
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).toContain("web fails its tests: `npm test` ended with 1");
    expect(made.stderr).toContain("adds up");
  });

  test("does not run it without its packages, and says how to get them", async () => {
    const files = { ...tested("2"), "web/package.json": manifest({ scripts, devDependencies: { left: "1" } }) };
    const made = world(files);
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).toContain("web cannot be tested: its packages are not installed (there is no node_modules)");
    expect(made.stderr).toContain(`run \`npm install\` in ${made.root}/web`);
  });

  test("does not run it without its package manager, and says how to get that", async () => {
    const made = world({ ...tested("2"), "pnpm-lock.yaml": "" });
    made.context.env.PATH = made.root;
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).toContain("web cannot be tested: there is no `pnpm` on PATH");
    expect(made.stderr).toContain("get it with `npm install -g pnpm`");
  });
});
