import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "./helpers/free-port.ts";
import { isAlive, tempFolder } from "./helpers/processes.ts";
import { processesOf } from "./helpers/processes-of.ts";
import { keys, RealTerminal } from "./helpers/real-terminal.ts";
import { RunningProgram } from "./helpers/run-program.ts";
import { makeFleet, tempFleet } from "./helpers/temp-fleet.ts";
import { waitUntil } from "./helpers/wait-until.ts";

const node = process.execPath;

describe("a temp fleet", () => {
  test("is a copy of a fixture with files of the test's own, and is gone after", async () => {
    const fleet = makeFleet({ copyOf: "tour", files: { "extra/service.yml": "run: ./x\n" } });
    expect(existsSync(fleet.path("orchestra.yml"))).toBe(true);
    expect(existsSync(fleet.path("extra/service.yml"))).toBe(true);
    await fleet.cleanUp();
    expect(existsSync(fleet.root)).toBe(false);
  });

  test.each([
    ["works in it", (root: string) => ({ cwd: root, env: {} })],
    ["has its environment", (root: string) => ({ cwd: "/", env: { SOMETHING: root } })],
  ])("tells of a process that %s and outlives the test, and kills it", async (_title, options) => {
    const fleet = makeFleet({});
    const child = spawn(node, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", ...options(fleet.root) });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    await waitUntil("it is seen", () => processesOf(fleet.root).length > 0);
    await expect(fleet.cleanUp()).rejects.toThrow(`${child.pid} ${node} -e`);
    expect(await ended).toBe("SIGKILL");
  });

  test("gives programs an environment without CI and with a home of their own", () => {
    const fleet = tempFleet({});
    const env = fleet.env({ CI: "1", EXTRA: "x" });
    expect(env.CI).toBe("1");
    expect(fleet.env().CI).toBeUndefined();
    expect(env.HOME?.startsWith(fleet.root.replace(/\/fleet$/, ""))).toBe(true);
    expect(Object.keys(fleet.env()).filter((name) => name.startsWith("ORCHESTRA_"))).toEqual([]);
  });
});

describe("a test run", () => {
  /** Stands for vitest: something that one of its tests has started works in its folder, in a session of its own. */
  const runner = `
    const { spawnSync } = await import("node:child_process");
    const end = (await import(${JSON.stringify(resolve(import.meta.dirname, "helpers/run-folder.ts"))})).default();
    const cwd = process.env.TMPDIR;
    const { stdout } = spawnSync("sh", ["-c", "setsid sleep 600 > /dev/null 2>&1 & echo $!"], { cwd, encoding: "utf8" });
    console.log("left " + stdout.trim() + " in " + cwd);
    if (process.argv[1] === "ends") await end();
    else setInterval(() => {}, 1000);`;

  async function run(...args: string[]): Promise<{ program: RunningProgram; left: number; folder: string }> {
    const cwd = tempFolder();
    const env = { ...process.env, TEST_RUN_FOLDER: undefined, TMPDIR: cwd };
    const program = new RunningProgram(node, ["--input-type=module", "-e", runner, ...args], { cwd: "/", env });
    await program.waitFor(/left \d+ in .*\n/);
    const [, left, folder = ""] = /left (\d+) in (.*)\n/.exec(program.stdout) ?? [];
    expect(folder.startsWith(`${cwd}/`)).toBe(true);
    return { program, left: Number(left), folder };
  }

  test("that is killed leaves nothing of what its tests have started", async () => {
    const { program, left, folder } = await run();
    program.kill("SIGKILL");
    await waitUntil("it is gone", () => !isAlive(left) && !existsSync(folder));
  });

  test("that ends and leaves something fails, and says what", async () => {
    const { program, left, folder } = await run("ends");
    const { code, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`these processes outlived the tests and were killed:\n${left} sleep 600\n`);
    expect([isAlive(left), existsSync(folder)]).toEqual([false, false]);
  });
});

describe("a running program", () => {
  test("hands over both streams, the exit code and what it was told", async () => {
    const script = 'process.stdin.pipe(process.stdout); console.error("to stderr"); process.exitCode = 3;';
    const program = new RunningProgram(node, ["-e", script], { cwd: "/", env: process.env, input: "told" });
    expect(await program.ended).toEqual({ code: 3, signal: null, stdout: "told", stderr: "to stderr\n" });
  });

  test("is killed at its limit, and what it wrote is shown", async () => {
    const script = 'console.log("so far"); setInterval(() => {}, 1000);';
    const program = new RunningProgram(node, ["-e", script], { cwd: "/", env: process.env, limitMs: 500 });
    await expect(program.ended).rejects.toThrow(/did not end within 500 ms.*so far/s);
  });

  test("that ends without writing what is waited for fails the wait at once", async () => {
    const program = new RunningProgram(node, ["-e", "console.log('other')"], { cwd: "/", env: process.env });
    await expect(program.waitFor("this")).rejects.toThrow(/ended without writing this.*other/s);
  });
});

describe("a real terminal", () => {
  const start = (script: string, size: { columns?: number; rows?: number } = {}) =>
    RealTerminal.start({ command: node, args: ["-e", script], cwd: "/", env: { ...process.env, CI: "1" }, ...size });

  test("shows what a person would see, colours and modes included", async () => {
    const terminal = start(
      `process.stdout.write("\\x1b[?1049h\\x1b[?25l\\x1b[?2004h\\x1b[?1000h\\x1b[?7l\\x1b[2J\\x1b[3;5H\\x1b[1;31mred\\x1b[0;48;2;1;2;3m!");
       process.stdout.write("\\x1b[1;1H" + (process.env.CI ?? "no CI") + " " + process.stdout.columns + "x" + process.stdout.rows);
       setInterval(() => {}, 1000)`,
      { columns: 40, rows: 10 },
    );
    await terminal.waitFor("no CI 40x10");
    expect(terminal.screen()[2]).toBe("    red!");
    expect(terminal.screen()).toHaveLength(10);
    expect(terminal.cell(4, 2)).toMatchObject({ text: "r", foreground: 1, background: null, isBold: true });
    expect(terminal.cell(7, 2)).toMatchObject({ text: "!", foreground: null, background: "#010203", isBold: false });
    expect(terminal.modes()).toEqual({
      isAlternateScreen: true,
      isCursorHidden: true,
      isBracketedPaste: true,
      isWrapping: false,
      mouse: "vt200",
    });
  });

  test("passes keys and new sizes on and gives the exit code", async () => {
    const terminal = start(`process.stdin.setRawMode(true);
      process.stdout.on("resize", () => console.log("now " + process.stdout.columns + "x" + process.stdout.rows));
      process.stdin.on("data", (d) => d.toString() === "q" ? process.exit(7) : console.log(JSON.stringify(d.toString())));
      console.log("up")`);
    await terminal.waitFor("up");
    terminal.press(keys.up);
    await terminal.waitFor('"\\u001b[A"');
    terminal.resize(60, 12);
    await terminal.waitFor(/now 60x12/);
    expect(terminal.screen()).toHaveLength(12);
    terminal.press("q");
    expect(await terminal.exited).toEqual({ code: 7, signal: null });
  });

  test("answers the questions that a program asks its terminal", async () => {
    const terminal = start(`process.stdin.setRawMode(true);
      process.stdin.on("data", (d) => console.log("at " + JSON.stringify(d.toString())));
      process.stdout.write("\\x1b[6n")`);
    await terminal.waitFor('at "\\u001b[1;1R"');
  });

  test("names the signal that ended the program", async () => {
    const terminal = start("console.log('up'); setInterval(() => {}, 1000)");
    await terminal.waitFor("up");
    terminal.signal("SIGTERM");
    expect((await terminal.exited).signal).toBe("SIGTERM");
  });

  test("shows the screen when what is waited for does not come", async () => {
    const terminal = start("console.log('something else'); setInterval(() => {}, 1000)");
    await terminal.waitFor("else");
    await expect(terminal.waitFor("never", { limitMs: 50 })).rejects.toThrow(/after 50 ms: "never".*something else/s);
  });

  test("does not wait for a program that has ended", async () => {
    const terminal = start("console.log('bye')");
    await expect(terminal.waitFor("never")).rejects.toThrow(/ended before.*bye/s);
  });
});

test("free ports are different ones, outside the range for outgoing connections", async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});
