import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadFleet } from "../../src/config/load-fleet.ts";
import type { ServiceSpec } from "../../src/model/service.ts";
import { tempFolder } from "./temp-folder.ts";

const manifest = JSON.stringify({
  name: "web",
  scripts: { start: "node ${A}.js", build: "tsc", test: "node --test" },
});

/** The one service of a fleet with these files in its folder. */
function serviceOf(files: Record<string, string>): ServiceSpec {
  const root = tempFolder({ ".git/": "", ...Object.fromEntries(inWeb(files)) });
  const { spec, diagnostics } = loadFleet(root);
  expect(diagnostics).toEqual([]);
  const [service] = spec?.services ?? [];
  if (service === undefined) throw new Error("there is no service");
  return service;
}

const inWeb = (files: Record<string, string>) => Object.entries(files).map(([file, text]) => [`web/${file}`, text]);

/** What is wrong with these files in a service's folder: file, place and message. */
function mistakesOf(files: Record<string, string>): string[] {
  const root = tempFolder({ ".git/": "", ...Object.fromEntries(inWeb({ "service.yml": "", ...files })) });
  return loadFleet(root).diagnostics.map(({ severity, message, location }) => {
    const place = `${location?.file.slice(root.length + 1)}:${location?.line}:${location?.column}`;
    return `${severity} ${place} ${message}`;
  });
}

describe("a package.json decides", () => {
  test("about a service that says nothing", () => {
    const service = serviceOf({ "service.yml": "", "package.json": manifest });
    expect(service).toMatchObject({
      build: { kind: "command", command: "npm run build" },
      run: { kind: "command", command: "node ${A}.js" },
      test: "npm test",
      envFiles: [
        {
          path: join(service.dir, "package.json"),
          values: {
            PATH: `${service.dir}/node_modules/.bin:\${PATH}`,
            INIT_CWD: service.dir,
            npm_lifecycle_event: "start",
            npm_package_json: join(service.dir, "package.json"),
            npm_package_name: "web",
          },
        },
      ],
    });
    expect(Object.keys(service.envFiles[0]?.values ?? {})).toHaveLength(5);
  });

  test.each<[string, string, Partial<ServiceSpec>]>([
    ["build", "build: make", { build: { kind: "command", command: "make" }, test: "npm test" }],
    ["test", "test: vitest", { build: { kind: "command", command: "npm run build" }, test: "vitest" }],
    ["args", "args: [1.10, x y]", { run: { kind: "command", command: "node ${A}.js 1.10 'x y'" } }],
    ["run", "run: node b.js", { build: { kind: "none" }, test: null, envFiles: [] }],
    ["go", "go: {package: ./cmd/x}", { run: { kind: "binary", args: [] }, test: "go test ./...", envFiles: [] }],
  ])("but an explicit %s wins", (_, yaml, expected) => {
    expect(serviceOf({ "service.yml": yaml, "package.json": manifest })).toMatchObject(expected);
  });

  test("not where there is Go", () => {
    const service = serviceOf({ "service.yml": "", "package.json": manifest, "main.go": "" });
    expect(service).toMatchObject({ build: { kind: "go" }, test: "go test ./...", envFiles: [] });
  });

  test("and what looks like a variable in its words stays as it is", () => {
    const text = JSON.stringify({ name: "${HOME}", scripts: { start: "x" } });
    const service = serviceOf({ "service.yml": "", "package.json": text });
    expect(service.envFiles[0]?.values.npm_package_name).toBe("$${HOME}");
  });

  test("an env file of the service wins over it", () => {
    const files = { "service.yml": "env_file: .env", ".env": "PATH=/bin", "package.json": manifest };
    expect(serviceOf(files).envFiles.map(({ path }) => path.split("/").at(-1))).toEqual(["package.json", ".env"]);
  });
});

test("a lock file above the folder says what runs its scripts, and where programs are found", () => {
  const root = tempFolder({
    ".git/": "",
    "orchestra.yml": 'services: {x: {dir: "apps/*"}}',
    "pnpm-lock.yaml": "",
    "apps/a/package.json": manifest,
    "apps/b/package.json": JSON.stringify({ scripts: { start: "b", prestart: "a" } }),
  });
  const { spec, files } = loadFleet(root);
  expect(spec?.services.map(({ build, run }) => [build, run])).toEqual([
    [
      { kind: "command", command: "pnpm run build" },
      { kind: "command", command: "node ${A}.js" },
    ],
    [{ kind: "none" }, { kind: "command", command: "pnpm start" }],
  ]);
  const bins = ["apps/b", "apps", "."].map((dir) => join(root, dir, "node_modules/.bin"));
  expect(spec?.services[1]?.envFiles[0]?.values).toEqual({ PATH: [...bins, "${PATH}"].join(":") });
  expect(files).toEqual(
    expect.arrayContaining(["pnpm-lock.yaml", "apps/a/package.json", "apps/b/package.json"].map((f) => join(root, f))),
  );
});

test("a package.json that could appear matters too", () => {
  const root = tempFolder({ "web/service.yml": "" });
  expect(loadFleet(root).files).toContain(join(root, "web/package.json"));
});

describe("mistakes are told with their place", () => {
  test.each<[string, Record<string, string>, string]>([
    [
      "no JSON",
      { "package.json": '{\n  "scripts": {\n    "start": "x",\n  }\n}' },
      'error web/package.json:4:3 this is not JSON: there is "}" where a name in double quotes should be',
    ],
    ["no object", { "package.json": "[]" }, "error web/package.json:1:1 a package.json must be an object"],
    [
      "no scripts",
      { "package.json": '{"scripts": "x"}' },
      "error web/package.json:1:13 scripts must be an object of names and commands",
    ],
    [
      "no text",
      { "package.json": '{"scripts": {"start": ["x"]}}' },
      'error web/package.json:1:23 the script "start" must be text',
    ],
    [
      "nothing to run",
      { "package.json": '{"scripts": {"test": "x"}}' },
      "error web/package.json:1:13 nothing says how this is run: there is no start script, no main and no index.js or server.js",
    ],
    ["a folder", { "package.json/x": "" }, "error web/package.json:1:1 this file is a folder, not a file"],
  ])("%s", (_, files, expected) => {
    expect(mistakesOf(files)).toEqual([expected]);
  });
});
