import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { RunningProgram } from "../helpers/run-program.ts";
import { CliWorld } from "./cli-world.ts";

const files = {
  "orchestra.yml": "env: {SHARED: of all}\nrun: {env: {WHO: run}}\n",
  "api/service.yml": 'run: ./api\nport: 8080\nenv: {OWN: "${SHARED}, mine", WEB: "${WEB_URL}"}\n',
  "web/service.yml": "run: ./web\nport: 8090\n",
};

function world(more: Record<string, string> = {}): CliWorld {
  const made = new CliWorld(sampleFleet([]), { hasDaemon: false, files: { ...files, ...more } });
  made.context.env.PATH = process.env.PATH ?? "";
  return made;
}

/** Runs a shell line in api, with its output in the file `out` of that folder. */
async function inApi(made: CliWorld, line: string, ...options: string[]): Promise<{ code: number; out: string }> {
  const code = await made.run("run", ...options, "api", "--", "sh", "-c", `{ ${line}\n} > out`);
  return { code, out: readFileSync(join(made.root, "api/out"), "utf8") };
}

describe("run", () => {
  test("runs in the service's folder, with its environment, the overrides and the section of the verb", async () => {
    const made = world();
    const { code, out } = await inApi(made, 'pwd; echo "$OWN|$WEB|$WHO|$X|$HOME"', "-e", "X=1");
    expect({ code, out }).toEqual({
      code: 0,
      out: `${made.root}/api\nof all, mine|http://127.0.0.1:8090|run|1|/home/you\n`,
    });
    expect([made.startedDaemons, made.stderr]).toEqual([0, ""]);
  });

  test("nothing marks it as the service: no marker, no PORT, and no colours for a log", async () => {
    const { out } = await inApi(
      world(),
      "env | grep -E '^(ORCHESTRA_|PORT|FORCE_COLOR|PYTHONUNBUFFERED)' || echo none",
    );
    expect(out).toBe("none\n");
  });

  test("arguments reach the program as they are", async () => {
    const made = world();
    const words = ["a b", "'q'", '"$HOME"', "*", "", "--json", "-x", "line\nbreak", "--"];
    await made.run("run", "api", "--", "sh", "-c", 'printf "<%s>" "$@" > out', "sh", ...words);
    expect(readFileSync(join(made.root, "api/out"), "utf8")).toBe(words.map((word) => `<${word}>`).join(""));
  });

  test.each<[string, number]>([
    ["exit 7", 7],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ])("`%s` is passed on as %i", async (line, expected) => {
    expect((await inApi(world(), line)).code).toBe(expected);
  });

  test.each<[string[], number, string]>([
    [["run"], 2, "missing required argument 'service'"],
    [["run", "api"], 2, "there is no command to run in api\n  write it after two dashes: orchestra run api -- "],
    [["run", "apu", "--", "ls"], 2, 'there is no service "apu"\n  did you mean "api"?\n'],
    [["run", "@all", "--", "ls"], 2, '"@all" is not one service'],
    [["run", "api", "--", "no-such-program"], 127, 'there is no command "no-such-program" in the PATH of api\n'],
    [["run", "api", "--", "./missing"], 127, 'there is no "./missing" in '],
    [["run", "api", "--", "./plain"], 126, "cannot run ./plain in api: it is not executable"],
  ])("%j ends with %i", async (args, code, message) => {
    const made = world({ "orchestra.yml": "profiles: {all: [api, web]}\n", "api/plain": "" });
    expect(await made.run(...args)).toBe(code);
    expect(made.stderr).toContain(message);
  });

  test("a program of the service's own folder is found by its path", async () => {
    const made = world({ "api/tool": "#!/bin/sh\nexit 9\n" });
    chmodSync(join(made.root, "api/tool"), 0o755);
    expect(await made.run("run", "api", "--", "./tool")).toBe(9);
  });

  test("a config with mistakes ends with 2, and nothing is run", async () => {
    const made = world({ "web/service.yml": "prot: 1\n" });
    expect(await made.run("run", "api", "--", "touch", "ran")).toBe(2);
    expect(made.stderr).toContain("web/service.yml:1:1");
    expect(() => readFileSync(join(made.root, "api/ran"))).toThrow();
  });

  test("hooks are run around it, and one that fails keeps it from being run", async () => {
    const made = world({
      "orchestra.yml":
        'env: {SHARED: x}\nrun: {before: ["echo ready > api/log; echo preparing"], after: ["echo done"]}\n',
    });
    expect(await made.run("run", "api", "--", "sh", "-c", "cat log > seen")).toBe(0);
    expect(readFileSync(join(made.root, "api/seen"), "utf8")).toBe("ready\n");
    expect([made.stdout, made.stderr]).toEqual(["", "preparing\ndone\n"]);
    writeFileSync(join(made.root, "orchestra.yml"), 'before: ["exit 4"]\n');
    expect(await made.run("run", "api", "--", "touch", "ran")).toBe(1);
    expect(() => readFileSync(join(made.root, "api/ran"))).toThrow();
  });

  test("the program's output is the verb's, and a signal reaches the program itself", async () => {
    const made = world();
    const main = resolve(import.meta.dirname, "../../src/main.ts");
    const line = 'trap "echo got it; exit 5" TERM; echo waiting; while :; do sleep 0.05; done';
    const program = new RunningProgram(process.execPath, [main, "run", "api", "--", "sh", "-c", line], {
      cwd: made.root,
      env: { ...process.env, HOME: made.root },
    });
    await program.waitFor("waiting");
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 5, stdout: "waiting\ngot it\n", stderr: "" });
  });
});
