import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type InitRun, runInit } from "../../src/cli/run-init.ts";
import { loadFleet } from "../../src/config/load-fleet.ts";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { RealTerminal } from "../helpers/real-terminal.ts";
import { CliWorld } from "./cli-world.ts";

const main = "package main\n\nfunc main() {\n}\n";
const project = {
  "go.mod": "module shop\n\ngo 1.24\n",
  "orders/main.go": main,
  "cmd/api/main.go": main,
  "web/package.json": '{"scripts": {"start": "node server.js"}}',
};

function world(files: Record<string, string> = project): CliWorld {
  return new CliWorld(sampleFleet([]), { hasDaemon: false, files });
}

function read(made: CliWorld, file: string): string {
  return readFileSync(join(made.root, file), "utf8");
}

function isThere(made: CliWorld, file: string): boolean {
  return existsSync(join(made.root, file));
}

const asked: InitRun = {
  names: [],
  except: [],
  isAgreed: false,
  isDryRun: false,
  json: false,
  ask: async () => {
    throw new Error("there is nobody to ask");
  },
};

describe("init", () => {
  test("without a terminal shows what it would write, and what to do, and writes nothing", async () => {
    const made = world();
    expect(await made.run("init")).toBe(0);
    expect(made.stdout).toBe(
      [
        "api     a Go program in cmd/api  orchestra.yml",
        "orders  a Go program in orders   orders/service.yml",
        "web     npm start in web         web/service.yml",
        "",
        "orders/service.yml",
        "  (empty: that is all it needs)",
        "web/service.yml",
        "  (empty: that is all it needs)",
        "orchestra.yml",
        "  services:",
        "    api:",
        "      dir: cmd/api",
        "",
      ].join("\n"),
    );
    expect(made.stderr).toBe("nothing was written\n  write it: orchestra init --yes\n");
    expect(isThere(made, "orchestra.yml")).toBe(false);
  });

  test("--yes writes what makes a fleet without a mistake, and a second time finds nothing more", async () => {
    const made = world();
    expect(await made.run("init", "--yes")).toBe(0);
    expect(made.stderr).toBe("wrote 3 files, for 3 services\n  start them: orchestra start      look on: orchestra\n");
    const { spec, diagnostics } = loadFleet(made.root);
    expect(diagnostics).toEqual([]);
    expect(spec?.services.map((s) => [s.name, s.build.kind, s.run])).toEqual([
      ["api", "go", { kind: "binary", args: [] }],
      ["orders", "go", { kind: "binary", args: [] }],
      ["web", "none", { kind: "command", command: "node server.js" }],
    ]);
    made.stderr = "";
    await made.run("init", "--yes");
    expect(made.stderr).toBe(`nothing more was found in ${made.root}; the fleet has 3 services\n`);
    expect([made.startedDaemons, isThere(made, ".orchestra")]).toEqual([0, false]);
  });

  test("what is there stays as it is: an orchestra.yml is only added to, with its comments", async () => {
    const made = world({
      ...project,
      "orchestra.yml": "# the shop\nenv:\n  A: b # why\n",
      "web/service.yml": "# mine\nrun: ./web\n",
    });
    expect(await made.run("init", "--yes")).toBe(0);
    expect(made.stdout).toContain("orchestra.yml (added to it)\n");
    expect(read(made, "orchestra.yml")).toBe("# the shop\nenv:\n  A: b # why\nservices:\n  api:\n    dir: cmd/api\n");
    expect(read(made, "web/service.yml")).toBe("# mine\nrun: ./web\n");
    expect(read(made, "orders/service.yml")).toBe("");
  });

  test("on a terminal it asks, and only yes is yes", async () => {
    for (const [answer, writes] of [
      [true, true],
      [false, false],
    ] as const) {
      const made = world();
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return answer;
      };
      expect(await runInit({ ...made.context, isInteractive: true }, { ...asked, ask })).toBe(0);
      expect(questions).toEqual(["write these 3 files? [y/N] "]);
      expect(isThere(made, "orders/service.yml")).toBe(writes);
    }
  });

  test("--dry-run never writes, and asks nobody", async () => {
    const made = world();
    expect(await runInit({ ...made.context, isInteractive: true }, { ...asked, isDryRun: true, isAgreed: true })).toBe(
      0,
    );
    expect(isThere(made, "orders/service.yml")).toBe(false);
  });

  test("names and --except choose among what is found", async () => {
    const made = world();
    expect(await made.run("init", "--yes", "orders", "web", "--except", "web")).toBe(0);
    expect([
      isThere(made, "orders/service.yml"),
      isThere(made, "web/service.yml"),
      isThere(made, "orchestra.yml"),
    ]).toEqual([true, false, false]);
    expect(await made.run("init", "wbe")).toBe(2);
    expect(made.stderr).toContain('nothing that is called "wbe" was found\n  did you mean "web"?\n');
  });

  test("--json has it as data, and writes with --yes alone", async () => {
    const made = world();
    expect(await made.run("init", "--json")).toBe(0);
    const proposal = JSON.parse(made.stdout);
    expect(proposal).toMatchObject({ root: made.root, written: false, remarks: [] });
    expect(proposal.files.map((f: { path: string }) => f.path)).toEqual([
      "orders/service.yml",
      "web/service.yml",
      "orchestra.yml",
    ]);
    made.stdout = "";
    await made.run("init", "--json", "--yes");
    expect(JSON.parse(made.stdout).written).toBe(true);
    expect(isThere(made, "orders/service.yml")).toBe(true);
  });

  test("an empty folder is told what was looked for", async () => {
    const made = world({ "notes.txt": "" });
    expect(await made.run("init")).toBe(0);
    expect(made.stderr).toContain(`nothing was found in ${made.root}: looked for Go main packages`);
  });

  test("a config with mistakes is to be mended first: 2", async () => {
    const made = world({ ...project, "orchestra.yml": "evn: {}\n" });
    expect(await made.run("init", "--yes")).toBe(2);
    expect(made.stderr).toContain("orchestra.yml:1:1");
    expect(isThere(made, "orders/service.yml")).toBe(false);
  });
});

test("in a real terminal the question is asked, and Ctrl-C is no", async () => {
  for (const [key, expected] of [
    ["y\r", true],
    ["\r", false],
    ["\u0003", false],
  ] as const) {
    const made = world();
    const terminal = RealTerminal.start({
      command: process.execPath,
      args: [resolve(import.meta.dirname, "../../src/main.ts"), "init"],
      cwd: made.root,
      env: { ...process.env, HOME: made.root, TERM: "xterm-256color" },
    });
    await terminal.waitFor("write these 3 files? [y/N]");
    terminal.press(key);
    await terminal.waitFor(expected ? "wrote 3 files" : "nothing was written");
    expect(await terminal.exited).toMatchObject({ code: 0 });
    expect(isThere(made, "orders/service.yml")).toBe(expected);
  }
});
