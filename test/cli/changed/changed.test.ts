import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { sampleFleet, sampleService } from "../../helpers/fleet-samples.ts";
import { describeWith } from "../../helpers/require.ts";
import { CliWorld } from "../cli-world.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A fleet whose files are committed. */
function repository(fill: (root: string) => void): CliWorld {
  const services = ["catalog", "gateway", "orders", "web"].map((name) => sampleService(name));
  const made = new CliWorld(sampleFleet(services), { hasDaemon: true, files: {} });
  const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  Object.assign(made.context.env, process.env, author, { GIT_CONFIG_GLOBAL: "/dev/null" });
  fill(made.root);
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "one"],
  ]) {
    execFileSync("git", args, { cwd: made.root, env: made.context.env });
  }
  return made;
}

function write(root: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/** The services that `test --changed` tests. */
async function tested(made: CliWorld, ...args: string[]): Promise<string[]> {
  made.stdout = "";
  await made.run("test", "--json", "--changed", ...args);
  return (JSON.parse(made.stdout) as { tests: { service: string }[] }).tests.map(({ service }) => service);
}

describe("--changed", () => {
  const files = {
    "orchestra.yml": "",
    "web/service.yml": "run: ./web\ntest: echo web\nwatch: {paths: [., ../lib]}\n",
    "web/app.js": "1",
    "lib/util.js": "1",
    "orders/service.yml": "run: ./orders\ntest: echo orders\nenv_file: [../shared.env]\n",
    "shared.env": "A=1\n",
  };
  const fleet = () => repository((root) => write(root, files));

  test.each<[string, string[]]>([
    ["web/app.js", ["web"]],
    ["lib/util.js", ["web"]],
    ["shared.env", ["orders"]],
    ["orders/service.yml", ["orders"]],
    ["orchestra.yml", ["orders", "web"]],
    ["README.md", []],
  ])("%s has %j tested", async (file, services) => {
    const made = fleet();
    appendFileSync(join(made.root, file), "\n# more\n");
    expect(await tested(made)).toEqual(services);
  });

  test.each<[string, string[]]>([
    ["packages/money/money.js", ["orders", "web"]],
    ["packages/money/package.json", ["orders", "web"]],
    ["packages/ui/ui.js", ["web"]],
    ["packages/ui/dist/ui.js", []],
    ["packages/alone/alone.js", []],
    ["catalog/catalog.js", ["catalog"]],
  ])("%s of a workspace has %j tested", async (file, services) => {
    const manifest = (name: string, ...needed: string[]): string =>
      JSON.stringify({ name, dependencies: Object.fromEntries(needed.map((other) => [other, "*"])) }, null, 1);
    const service = (name: string): Record<string, string> => ({
      [`${name}/service.yml`]: `run: node .\ntest: echo ${name}\n`,
      [`${name}/${name}.js`]: "1",
    });
    const made = repository((root) =>
      write(root, {
        "package.json": '{"workspaces": ["packages/*", "catalog", "orders", "web"]}',
        ...Object.assign({}, ...["catalog", "orders", "web"].map(service)),
        "catalog/package.json": manifest("catalog", "left-pad"),
        "orders/package.json": manifest("orders", "money"),
        "web/package.json": manifest("web", "ui"),
        "packages/ui/package.json": manifest("ui", "money"),
        "packages/ui/ui.js": "1",
        "packages/money/package.json": manifest("money"),
        "packages/money/money.js": "1",
        "packages/alone/package.json": manifest("alone"),
        "packages/alone/alone.js": "1",
      }),
    );
    write(made.root, { [file]: file.endsWith(".json") ? manifest("money", "left-pad") : "2" });
    expect(await tested(made)).toEqual(services);
  });

  test("nothing changed is no failure, and says since when", async () => {
    const made = fleet();
    expect(await made.run("test", "--changed")).toBe(0);
    expect(made.stderr).toMatch(/^nothing changed since HEAD \([0-9a-f]{7}\)\n$/);
  });

  test("a name beside it narrows what is tested; an unknown ref ends with 2", async () => {
    const made = fleet();
    appendFileSync(join(made.root, "orchestra.yml"), "# more\n");
    expect(await made.run("test", "web", "--changed")).toBe(0);
    expect(made.stdout).toBe("web │ web\n");
    expect(await made.run("test", "--changed", "web")).toBe(2);
    expect(made.stderr).toContain('git knows no commit "web"');
  });

  test("builds what is affected, and without that asks nobody", async () => {
    const made = fleet();
    expect(await made.run("build", "--changed")).toBe(0);
    expect(made.client.commands).toEqual([]);
    writeFileSync(join(made.root, "web/new.js"), "");
    const sent = made.run("build", "--changed", "HEAD");
    await made.untilSent(1);
    expect(made.client.commands[0]?.command).toEqual({ kind: "build", select: { names: ["web"], except: [] } });
    await sent;
  });
});

describeWith("go", "--changed of Go services", () => {
  const shop = () =>
    repository((root) => {
      cpSync(resolve(import.meta.dirname, "../../../fixtures/fleets/shop"), root, { recursive: true });
      rmSync(join(root, ".orchestra"), { recursive: true, force: true });
    });

  test("goes by what each imports", async () => {
    const made = shop();
    const change = (file: string): void => appendFileSync(join(made.root, file), "// changed\n");
    const undo = () => execFileSync("git", ["checkout", "-q", "."], { cwd: made.root });
    const found: Record<string, string[]> = {};
    for (const file of ["internal/rest/rest.go", "internal/rest/rest_test.go", "orders/main_test.go", "go.mod"]) {
      change(file);
      found[file] = await tested(made);
      undo();
    }
    write(made.root, { "catalog/testdata/golden.json": "{}" });
    found["catalog/testdata/golden.json"] = await tested(made);
    expect(found).toEqual({
      "internal/rest/rest.go": ["gateway", "orders"],
      "internal/rest/rest_test.go": [],
      "orders/main_test.go": ["orders"],
      "go.mod": ["catalog", "gateway", "orders"],
      "catalog/testdata/golden.json": ["catalog"],
    });
  });

  test("a test changes no program, and what cannot be told counts as changed", async () => {
    const made = shop();
    appendFileSync(join(made.root, "orders/main_test.go"), "// changed\n");
    expect(await made.run("build", "--changed")).toBe(0);
    expect(made.client.commands).toEqual([]);
    write(made.root, { "orders/more.go": 'package main\n\nimport _ "nowhere.example/x"\n' });
    expect(await tested(made)).toEqual(["orders"]);
    expect(made.stderr).toContain("orders: counts as changed, since go list fails for it\n");
  });
});
