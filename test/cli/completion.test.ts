import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { RealTerminal } from "../helpers/real-terminal.ts";
import { CliWorld } from "./cli-world.ts";

const files = {
  "orchestra.yml": "profiles: {core: [gateway, orders]}\n",
  "gateway/service.yml": "run: ./gateway\n",
  "orders/service.yml": "run: ./orders\nscale: 2\n",
  "web/service.yml": "run: ./web\n",
};

function world(options: { hasDaemon?: boolean; files?: Record<string, string> } = {}): CliWorld {
  const orders = [1, 2, 3].map((index) => sampleReplica("orders", index));
  const fleet = sampleFleet([
    sampleService("gateway", { profiles: ["core"] }),
    sampleService("orders", { replicas: orders, profiles: ["core"] }),
    sampleService("web"),
  ]);
  return new CliWorld(fleet, { hasDaemon: false, files, ...options });
}

/** What the last word can become, without what it means. */
async function candidates(made: CliWorld, ...words: string[]): Promise<string[]> {
  made.stdout = "";
  expect(await made.run("completion", "candidates", "--", ...words)).toBe(0);
  expect(made.stderr).toBe("");
  return made.stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] as string]));
}

const names = ["gateway", "orders", "orders#1", "orders#2", "web", "@core"];

describe("candidates", () => {
  test.each<[string[], string[]]>([
    [["sta"], ["start"]],
    [["re"], ["restart", "rebuild", "resume"]],
    [["help", "sca"], ["scale"]],
    [["--no"], ["--no-start"]],
    [["--until", ""], ["ready"]],
    [["--output", "j"], ["json"]],
    [
      ["--exit-code-from", "o"],
      ["orders", "orders#1", "orders#2"],
    ],
    [["start", ""], names],
    [["up", "w"], ["web"]],
    [
      ["start", "web", "or"],
      ["orders", "orders#1", "orders#2"],
    ],
    [
      ["start", "orders#"],
      ["orders#1", "orders#2"],
    ],
    [["stop", "@"], ["@core"]],
    [["start", "~w"], ["~web"]],
    [
      ["start", "--no-"],
      ["--no-deps", "--no-wait"],
    ],
    [["start", "--except", "w"], ["web"]],
    [["start", "-e", ""], []],
    [["wait", "web=r"], ["web=ready"]],
    [["env", ""], names],
    [["env", "web", ""], []],
    [["run", "we"], ["web"]],
    [["run", "web", "--", "fi"], [":files"]],
    [["--junit", "x"], []],
    [
      ["daemon", "st"],
      ["status", "stop"],
    ],
    [["daemon", "logs", "--f"], ["--follow"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["init", ""], []],
    [["no-such-verb", ""], []],
  ])("of %j", async (words, expected) => {
    const found = await candidates(world(), ...words);
    // Verbs and options come from whatever there is.
    if (words[0] === "re" || words[0] === "--junit") expect(found).toEqual(expect.arrayContaining(expected));
    else expect(found).toEqual(expected);
  });

  test("every verb is one, and what is hidden is none", async () => {
    const found = await candidates(world(), "");
    expect(found).toEqual(expect.arrayContaining(["init", "start", "ps", "why", "completion"]));
    expect(found).not.toContain("candidates");
  });

  test("with a daemon they are of what lives: its scale, with the phase of each", async () => {
    const made = world({ hasDaemon: true });
    expect(await candidates(made, "logs", "orders#")).toEqual(["orders#1", "orders#2", "orders#3"]);
    expect(made.stdout).toContain("orders#2\tready\n");
  });

  test("a daemon that does not answer, or a config with mistakes, costs names and nothing else", async () => {
    const hanging = world({ hasDaemon: true });
    hanging.client.snapshot = () => new Promise(() => {});
    expect(await candidates(hanging, "start", "w")).toEqual(["web"]);
    const broken = world({ files: { ...files, "web/service.yml": "prot: 1\n" } });
    expect(await candidates(broken, "start", "")).toEqual([]);
    expect(await candidates(broken, "start", "--no-d")).toEqual(["--no-deps"]);
    expect([hanging.startedDaemons, broken.startedDaemons]).toEqual([0, 0]);
  });
});

/** A folder with the program by its own name, for PATH. */
function programFolder(made: CliWorld): string {
  const folder = join(made.root, ".bin");
  mkdirSync(folder);
  const main = resolve(import.meta.dirname, "../../src/main.ts");
  writeFileSync(join(folder, "orchestra"), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(join(folder, "orchestra"), 0o755);
  return folder;
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"], { stdio: "ignore" }).status === 0;
}

describe("the scripts", () => {
  test("an unknown shell ends with 2, and the ones there are are named", async () => {
    const made = world();
    expect(await made.run("completion", "tcsh")).toBe(2);
    expect(made.stderr).toContain("Allowed choices are bash, zsh, fish.");
  });

  for (const shell of ["bash", "zsh", "fish"]) {
    test(`the one for ${shell} asks for candidates`, async () => {
      const made = world();
      expect(await made.run("completion", shell)).toBe(0);
      expect(made.stdout).toContain("completion candidates -- ");
    });

    const isHere = isInstalled(shell);
    const title = `the one for ${shell} reads without a mistake`;
    test.skipIf(!isHere)(isHere ? title : `${title} (skipped: there is no ${shell} here)`, async () => {
      const made = world();
      await made.run("completion", shell);
      const { status, stderr } = spawnSync(shell, ["-n"], { input: made.stdout, encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
    });
  }

  test("a real bash completes by it, also behind the characters at which it breaks words", async () => {
    const made = world();
    const PATH = `${programFolder(made)}:${process.env.PATH}`;
    await made.run("completion", "bash");
    const ask = (line: string): string[] => {
      const script = `${made.stdout}\nCOMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'\nCOMP_LINE="$0"\nCOMP_POINT=\${#COMP_LINE}\n_orchestra\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script, line], {
        cwd: made.root,
        env: { PATH, HOME: made.root },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      expect(stderr).toBe("");
      return stdout.split("\n").filter((word) => word !== "");
    };
    expect(ask("orchestra sta")).toEqual(["start"]);
    expect(ask("orchestra start ")).toEqual(names);
    expect(ask("orchestra start @co")).toEqual(["@core"]);
    expect(ask("orchestra wait web=r")).toEqual(["ready"]);
    expect(ask("orchestra run web -- orchestra.y")).toEqual(["orchestra.yml"]);
  });

  test("the tab key in an interactive bash writes the rest of the name", async () => {
    const made = world();
    const folder = programFolder(made);
    const terminal = RealTerminal.start({
      command: "bash",
      args: ["--norc", "--noprofile", "-i"],
      cwd: made.root,
      env: { PATH: `${folder}:${process.env.PATH}`, HOME: made.root, PS1: "ready> " },
    });
    await terminal.waitFor("ready>");
    terminal.press("source <(orchestra completion bash); echo loa''ded\r");
    await terminal.waitFor("loaded");
    terminal.press("orchestra start gat\t");
    await terminal.waitFor("orchestra start gateway");
    terminal.press("@co\t");
    await terminal.waitFor("orchestra start gateway @core");
    terminal.press("\u0015orchestra wait web=r\t");
    await terminal.waitFor("orchestra wait web=ready");
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });
});
