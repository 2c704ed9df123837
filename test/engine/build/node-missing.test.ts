import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeMissing, programMissing } from "../../../src/engine/build/node-missing.ts";
import type { ToolPurpose } from "../../../src/engine/build/tool-missing.ts";
import { TempFolder } from "./temp-folder.ts";

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

interface Case {
  command: string;
  purpose?: ToolPurpose;
  package?: object;
  /** Beside `web`, which is the service's folder. */
  files?: Record<string, string>;
}

const needs = { dependencies: { left: "1" } };
const develops = { devDependencies: { vite: "1" } };
const installed = { "web/node_modules/x/package.json": "" };

/** Message and hint; null where nothing is missing. */
function missing({ command, purpose = "run", package: manifest = {}, files = {} }: Case): string[] | null {
  folder.write({ ".git": "", "bin/node": "", "bin/npm": "", "web/package.json": JSON.stringify(manifest), ...files });
  for (const name of ["node", "npm"]) chmodSync(folder.join("bin", name), 0o755);
  const dir = folder.join("web");
  const service = { dir, envFiles: [{ path: folder.join("web/package.json"), values: {} }] };
  const failure = nodeMissing(service, command, { PATH: `node_modules/.bin:${folder.join("bin")}` }, purpose);
  return failure && [failure.message, failure.hint?.replaceAll(folder.path, "/f") ?? ""];
}

describe("nothing is missing", () => {
  test.each<[string, Case]>([
    ["node is there, and nothing else is needed", { command: "node a.js" }],
    ["packages are installed", { command: "node a.js", package: needs, files: installed }],
    ["packages are installed above", { command: "node a.js", package: needs, files: { "node_modules/x": "" } }],
    ["what is needed to develop is not needed to run", { command: "node a.js", package: develops }],
    ["a command that a shell runs", { command: "A=b gulp && x" }],
    [
      "the build gets its packages",
      { command: "npm run build", purpose: "built", package: { ...develops, scripts: { build: "npm ci && tsc" } } },
    ],
    ["the build is no script of the package", { command: "node build.js", purpose: "built", package: needs }],
    ["bun installs by itself", { command: "node a.js", package: needs, files: { "bun.lock": "" } }],
    ["packages stay zipped", { command: "npm start", package: needs, files: { "yarn.lock": "", ".pnp.cjs": "" } }],
    ["a broken package.json", { command: "node a.js", files: { "web/package.json": "{" } }],
  ])("where %s", (_, facts) => {
    expect(missing(facts)).toBeNull();
  });

  test("that is known of a service that says itself how it runs", () => {
    expect(nodeMissing({ dir: folder.path, envFiles: [] }, "node a.js", { PATH: "" }, "run")).toBeNull();
  });
});

describe("what is missing, and how to get it", () => {
  test.each<[string, Case, string, string]>([
    ["node", { command: "bun a.js" }, "cannot be run: there is no `bun` on PATH", "get it from https://bun.sh"],
    [
      "the package manager",
      { command: "pnpm run build", purpose: "built" },
      "cannot be built: there is no `pnpm` on PATH",
      "get it with `npm install -g pnpm`, or from https://pnpm.io",
    ],
    [
      "all packages",
      { command: "node a.js", package: needs },
      "cannot be run: its packages are not installed (there is no node_modules)",
      "run `npm install` in /f/web",
    ],
    [
      "those of a monorepo, with a lock file",
      { command: "node a.js", package: needs, files: { "package-lock.json": "" } },
      "cannot be run: its packages are not installed (there is no node_modules)",
      "run `npm ci` in /f",
    ],
    [
      "those it is tested with",
      { command: "npm test", purpose: "tested", package: develops },
      "cannot be tested: its packages are not installed (there is no node_modules)",
      "run `npm install` in /f/web",
    ],
    [
      "zipped ones",
      { command: "npm start", package: needs, files: { "yarn.lock": "", ".yarnrc.yml": "" } },
      "cannot be run: its packages are not installed (there is no .pnp.cjs)",
      "run `yarn install` in /f",
    ],
    [
      "a program of a package",
      { command: "vite --port 1", files: installed },
      "cannot be run: `vite` is not installed",
      "run `npm install` in /f/web, or add vite to its packages if they lack it",
    ],
  ])("%s", (_, facts, message, hint) => {
    expect(missing(facts)).toEqual([message, hint]);
  });

  test("a file that cannot be executed is no program", () => {
    const files = { ...installed, "web/node_modules/.bin/vite": "" };
    expect(missing({ command: "vite", files })?.[0]).toBe("cannot be run: `vite` is not installed");
    chmodSync(folder.join("web/node_modules/.bin/vite"), 0o755);
    expect(missing({ command: "vite", files })).toBeNull();
  });

  test("what a shell did not find is a package's where package.json describes the service", () => {
    const dir = folder.join("web");
    const own = { dir, envFiles: [{ path: `${dir}/package.json`, values: {} }] };
    expect(programMissing(own, "tsc", "built").message).toBe("cannot be built: `tsc` is not installed");
    expect(programMissing({ dir, envFiles: [] }, "tsc", "built")).toMatchObject({
      message: "cannot be built: there is no `tsc` on PATH",
      hint: "install it, or correct the PATH that its build gets",
    });
    expect(programMissing(own, "make", "built").hint).toBe("get it from your system's packages");
  });
});
