import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

const values: Record<string, string> = {
  PLAIN: "a",
  EMPTY: "",
  QUOTES: `it's "so"`,
  LINES: "one\ntwo\n\nfour\n",
  SHELL: "$HOME `id` $(id) \\ ! * ~ # ; & |",
  UNICODE: "Grüße, 世界 🎼",
  PASSWORD: "s3cret",
  LEADING: "-n ' ",
};

function world(more: Record<string, string> = {}): CliWorld {
  const env = JSON.stringify({ ...values, ...more }).replaceAll("${", "$${");
  const files = {
    "orchestra.yml": "env: {SHARED: of all}\n",
    "api/service.yml": `run: ./api\nport: 8080\nenv: ${env}\n`,
  };
  return new CliWorld(sampleFleet([]), { hasDaemon: false, files });
}

/** The environment after a shell has evaluated the text, in an environment that was empty. */
function evaluated(shell: string, text: string): Record<string, string> {
  const { stdout, stderr } = spawnSync(shell, ["-c", 'eval "$0" && env -0', text], {
    env: { PATH: process.env.PATH },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(stderr).toBe("");
  return Object.fromEntries(
    stdout
      .split("\0")
      .slice(0, -1)
      .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

describe("env --export", () => {
  test.each(["sh", "bash"])("a real %s reads every value as it is, unmasked", async (shell) => {
    const made = world();
    expect(await made.run("env", "api", "--export")).toBe(0);
    expect(evaluated(shell, made.stdout)).toMatchObject({ ...values, SHARED: "of all", PORT: "8080" });
  });

  test("has no markers, no colours for a log, and nothing that the shell has already", async () => {
    const made = world();
    await made.run("env", "api", "--export");
    expect(made.stdout).not.toMatch(/ORCHESTRA_|FORCE_COLOR|PYTHONUNBUFFERED|HOME=/);
    expect(made.stderr).toBe("");
    const all = world();
    await all.run("env", "api", "--export", "--all");
    expect(all.stdout).toContain("export HOME='/home/you'\n");
  });

  test("names that no shell takes are left out, and said", async () => {
    const made = world();
    Object.assign(made.context.env, { "with-dash": "x", "BASH_FUNC_f%%": "() { :; }", UID: "0" });
    expect(await made.run("env", "api", "--export", "--all")).toBe(0);
    expect(evaluated("sh", made.stdout)).toMatchObject({ PLAIN: "a" });
    expect(made.stderr).toBe("left out, since no shell takes such a name: BASH_FUNC_f%%, UID and with-dash\n");
  });

  test("without a service it has what all of them share", async () => {
    const made = world();
    expect(await made.run("env", "--export", "-e", "X=1")).toBe(0);
    expect(evaluated("sh", made.stdout)).toMatchObject({ SHARED: "of all", X: "1", API_PORT: "8080" });
    expect(made.stdout).not.toContain("PLAIN");
  });

  test("goes with no other form of output", async () => {
    for (const other of ["--json", "--origin", "--reveal"]) {
      const made = world();
      expect(await made.run("env", "api", "--export", other)).toBe(2);
      expect(made.stderr).toContain("cannot be used with");
    }
  });

  test("the help says that it is unmasked", async () => {
    const made = world();
    await made.run("env", "--help");
    expect(made.stdout).toContain("--export shows passwords as they are");
  });
});
