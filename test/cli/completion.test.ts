import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Shell, shells } from "../../src/cli/completion-scripts.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { RealTerminal } from "../helpers/real-terminal.ts";
import { CliWorld } from "./cli-world.ts";

const files = {
  "orchestra.yml": "profiles: {core: [gateway, orders]}\n",
  "gateway/service.yml": "run: ./gateway\n",
  "orders/service.yml": "run: ./orders\nscale: 2\n",
  "web/service.yml": "run: ./web\n",
};

const withVendor = { ...files, "orchestra.yml": "vendors: {redis: {image: redis}}\n" };

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
  test("of what is about vendors are vendors alone, and what can be done with them", async () => {
    const made = (): CliWorld => world({ files: withVendor });
    expect(await candidates(made(), "vendors", "p")).toEqual(["pull", "prune"]);
    expect(await candidates(made(), "vendors", "up", "")).toEqual(["redis"]);
    expect(await candidates(made(), "vendors", "exec", "r")).toEqual(["redis"]);
    expect(await candidates(made(), "start", "r")).toEqual(["redis"]);
    expect(await candidates(made(), "start", "--pull", "a")).toEqual(["always"]);
  });

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
      ["--no-deps", "--no-wait", "--no-rerun"],
    ],
    [["start", "--except", "w"], ["web"]],
    [["start", "-e", ""], []],
    [["wait", "web=r"], ["web=ready"]],
    [["env", ""], names],
    [["env", "web", ""], []],
    [["run", "we"], ["web"]],
    [["run", "web", "--", "fi"], [":files"]],
    [["--junitx", "x"], []],
    [["--junit", "x"], [":files"]],
    [["--report", ""], [":files"]],
    [["--output", "g"], ["github"]],
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

/** A folder with the built program by its own name, for PATH. */
function programFolder(made: CliWorld): string {
  const folder = join(made.root, ".bin");
  mkdirSync(folder);
  symlinkSync(resolve(import.meta.dirname, "../../bin/orchestra"), join(folder, "orchestra"));
  return folder;
}

/** A test that is skipped, and says so, where there is no such shell. */
function testIn(shell: Shell, title: string, body: () => Promise<void>): void {
  const isHere = spawnSync(shell, ["-c", "exit 0"], { stdio: "ignore" }).status === 0;
  // Each key and each question starts a program or two, which takes its time on a busy machine.
  test.skipIf(!isHere)(isHere ? title : `${title} (skipped: there is no ${shell} here)`, body, 60_000);
}

describe("the scripts", () => {
  test("an unknown shell ends with 2, and the ones there are are named", async () => {
    const made = world();
    expect(await made.run("completion", "tcsh")).toBe(2);
    expect(made.stderr).toContain("Allowed choices are bash, zsh, fish.");
  });

  for (const shell of shells) {
    test(`the one for ${shell} asks for candidates`, async () => {
      const made = world();
      expect(await made.run("completion", shell)).toBe(0);
      expect(made.stdout).toContain("completion candidates -- ");
    });

    testIn(shell, `the one for ${shell} reads without a mistake`, async () => {
      const made = world();
      await made.run("completion", shell);
      const file = join(made.root, "script");
      writeFileSync(file, made.stdout);
      const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
    });
  }

  testIn("bash", "a real bash completes by it, also behind the characters at which it breaks words", async () => {
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
    expect(ask("~/.bin/orchestra sta")).toEqual(["start"]);
    expect(ask("an-alias sta")).toEqual(["start"]);
    expect(ask("orchestra start ")).toEqual(names);
    expect(ask("orchestra start @co")).toEqual(["@core"]);
    expect(ask('orchestra start "gat')).toEqual(["gateway"]);
    expect(ask("orchestra wait web=r")).toEqual(["ready"]);
    expect(ask("orchestra run web -- orchestra.y")).toEqual(["orchestra.yml"]);
  });

  testIn("fish", "a real fish completes by it, with what each means, in order", async () => {
    const made = world();
    const PATH = `${programFolder(made)}:${process.env.PATH}`;
    await made.run("completion", "fish");
    writeFileSync(join(made.root, "script.fish"), made.stdout);
    const ask = (line: string): string[] => {
      const script = "source script.fish; complete -C $argv[1]";
      const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script, line], {
        cwd: made.root,
        env: { PATH, HOME: made.root },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      expect(stderr).toBe("");
      return stdout.split("\n").filter((found) => found !== "");
    };
    expect(ask("orchestra sta")).toEqual([expect.stringMatching(/^start\tstart services/)]);
    expect(ask("~/.bin/orchestra sta")).toHaveLength(1);
    expect(ask("FOO=1 orchestra sta")).toHaveLength(1);
    expect(ask("orchestra start ").map((found) => found.split("\t")[0])).toEqual(names);
    expect(ask("orchestra start orders\\#")).toEqual(["orders#1\tservice", "orders#2\tservice"]);
    expect(ask('orchestra start "gat')).toEqual(["gateway\tservice"]);
    // Where no user's name begins like that.
    expect(ask("orchestra start ~gatew")).toEqual(["~gateway\tservice"]);
    expect(ask("orchestra wait web=r")).toEqual(["web=ready"]);
    expect(ask("orchestra run web -- orchestra.y")).toEqual(["orchestra.yml"]);
  });
});

/** A shell that reads no settings, with the script for it loaded. */
async function interactive(shell: Shell): Promise<RealTerminal> {
  const made = world();
  const prepare: Record<Shell, { args: string[]; load: string }> = {
    bash: { args: ["--norc", "--noprofile", "-i"], load: "source <(orchestra completion bash)" },
    zsh: {
      args: ["-f", "-i"],
      load: "autoload -Uz compinit && compinit -u -D; source <(orchestra completion zsh)",
    },
    // What it suggests while one types looks like what the key has written.
    fish: {
      args: [
        "--no-config",
        "-i",
        "-C",
        "function fish_prompt; echo 'ready> '; end; set -g fish_autosuggestion_enabled 0",
      ],
      load: "orchestra completion fish | source",
    },
  };
  const { args, load } = prepare[shell];
  const terminal = RealTerminal.start({
    command: shell,
    args,
    cwd: made.root,
    env: { PATH: `${programFolder(made)}:${process.env.PATH}`, HOME: made.root, PS1: "ready> " },
  });
  await terminal.waitFor("ready>");
  terminal.press(`${load}; echo loa''ded\r`);
  await terminal.waitFor(/^loaded/m);
  return terminal;
}

describe("the tab key", () => {
  for (const shell of shells) {
    testIn(shell, `in an interactive ${shell} writes the rest of the name`, async () => {
      const terminal = await interactive(shell);
      terminal.press("orchestra start gat\t");
      await terminal.waitFor("orchestra start gateway");
      terminal.press("@co\t");
      await terminal.waitFor("orchestra start gateway @core");
      terminal.press("\u0015orchestra wait web=r\t");
      await terminal.waitFor("orchestra wait web=ready");
      terminal.press('\u0015orchestra start "or\t');
      await terminal.waitFor('orchestra start "orders');
      terminal.press("\u0015exit\r");
      await terminal.exited;
    });
  }

  testIn("zsh", "in zsh shows what there is in order, each with what it means", async () => {
    const terminal = await interactive("zsh");
    terminal.press("orchestra restart \t");
    await terminal.waitFor(
      /^gateway +-- service\norders +-- 2 replicas\norders#1 +-- service\norders#2 +-- service\nweb +-- service\n@core +-- profile/m,
    );
    terminal.press("\u0015orchestra start \\~we\t");
    await terminal.waitFor("orchestra start \\~web");
    terminal.press("\u0015orchestra run web -- orchestra.y\t");
    await terminal.waitFor("orchestra run web -- orchestra.yml");
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });

  testIn("zsh", "works in zsh as well where the script is a file in its path of functions", async () => {
    const made = world();
    await made.run("completion", "zsh");
    const PATH = `${programFolder(made)}:${process.env.PATH}`;
    writeFileSync(join(made.root, ".bin/_orchestra"), made.stdout);
    const terminal = RealTerminal.start({
      command: "zsh",
      args: ["-f", "-i"],
      cwd: made.root,
      env: { PATH, HOME: made.root, PS1: "ready> " },
    });
    await terminal.waitFor("ready>");
    terminal.press(
      "fpath=(~/.bin $fpath); setopt extendedglob; autoload -Uz compinit; compinit -u -D; echo loa''ded\r",
    );
    await terminal.waitFor(/^loaded/m);
    terminal.press("orchestra sto\t");
    await terminal.waitFor("orchestra stop");
    terminal.press("orders\t#2\t");
    await terminal.waitFor("orchestra stop orders\\#2");
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });
});
