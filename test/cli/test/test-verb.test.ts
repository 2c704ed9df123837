import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { commandGraceMs } from "../../../src/engine/process/command-grace.ts";
import { sampleFleet } from "../../helpers/fleet-samples.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { CliWorld } from "../cli-world.ts";

/** A fleet of services that are tested by commands; each text is what stands in a service.yml. */
function world(services: Record<string, string>, fleet = "", isTty = false): CliWorld {
  const files = Object.entries(services).map(([name, text]) => [`${name}/service.yml`, `run: ./${name}\n${text}\n`]);
  const made = new CliWorld(sampleFleet([]), {
    hasDaemon: false,
    files: { "orchestra.yml": fleet, ...Object.fromEntries(files) },
    isTty,
  });
  made.context.env.PATH = process.env.PATH ?? "";
  return made;
}

/** Times differ from run to run. */
const timeless = (text: string): string => text.replace(/\b[\d.]+m?s\b/g, "1s");

describe("test", () => {
  test("runs the tests of every service that has some, and needs no daemon", async () => {
    const made = world({ api: "test: echo fine", web: "test: 'echo to out; echo to err >&2'", db: "" });
    expect(await made.run("test")).toBe(0);
    expect(made.stdout.split("\n").sort()).toEqual(["", "api │ fine", "web │ to err", "web │ to out"]);
    expect(timeless(made.stderr)).toContain("api   tests passed in 1s\n");
    expect(timeless(made.stderr)).toMatch(/\ntested api and web in 1s\n$/);
    expect(made.startedDaemons).toBe(0);
  });

  test("repeats at the end what failed, with its output, and ends with 1", async () => {
    const made = world({ api: "test: 'echo boom; exit 3'", web: "test: echo fine" });
    expect(await made.run("test")).toBe(1);
    expect(timeless(made.stderr)).toMatch(
      /\n\napi fails its tests: `echo boom; exit 3` ended with 3\n {4}│ boom\n {2}all of it: \.orchestra\/tests\/api\/unit\.log\n\ntested api and web in 1s\nfailed: api\n$/,
    );
  });

  test("keeps the output of the last run, for its user alone", async () => {
    const made = world({ api: "test: cat greeting" });
    for (const text of ["first", "second"]) {
      writeFileSync(join(made.root, "api/greeting"), text);
      await made.run("test");
    }
    const log = join(made.root, ".orchestra/tests/api/unit.log");
    expect(readFileSync(log, "utf8")).toBe("second\n");
    expect([log, join(log, "../.."), join(log, "..")].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(
      ["600", "700", "700"],
    );
  });

  test("with the service's environment and that of the verb, without markers and PORT", async () => {
    const line = "'pwd; echo \"$OWN|$WEB_URL|$WHO|$X|$PORT|$ORCHESTRA_SERVICE|\"'";
    const made = world(
      { api: `env: {OWN: "\${SHARED}"}\nport: 8080\ntest: ${line}`, web: "port: 8090" },
      "env: {SHARED: of all}\ntest: {env: {WHO: test}}\n",
    );
    expect(await made.run("test", "-e", "X=1")).toBe(0);
    expect(made.stdout).toBe(`api │ ${made.root}/api\napi │ of all|http://127.0.0.1:8090|test|1|||\n`);
  });

  test("with the hooks of the verb around it, the last ones only where all is well", async () => {
    const made = world({ api: "test: 'cat ../made'" }, 'test: {before: ["echo yes > made"], after: ["echo after"]}\n');
    expect(await made.run("test")).toBe(0);
    expect([made.stdout, made.stderr]).toEqual(["api │ yes\n", expect.stringMatching(/\nafter\n$/)]);
    writeFileSync(join(made.root, "api/service.yml"), "run: ./api\ntest: exit 1\n");
    made.stderr = "";
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).not.toContain("after\n");
  });

  test.each<[string[], number, string]>([
    [["nope"], 2, 'there is no service "nope"'],
    [["--unit", "--acceptance"], 2, "--unit and --acceptance each leave the other out"],
    [["db"], 0, "nothing to test: none of it has test: or acceptance: in its service.yml\n"],
    [["--acceptance"], 0, "nothing to test: none of it has acceptance: in its service.yml\n"],
    [["api", "--changed"], 2, "is in no git repository"],
    [["api", "--race"], 0, "--race is for Go's own tests, and means nothing to those of api\n"],
  ])("%j ends with %i", async (args, code, message) => {
    const made = world({ api: "test: 'true'", db: "" });
    made.context.env.GIT_CEILING_DIRECTORIES = join(made.root, "..");
    expect(await made.run("test", ...args)).toBe(code);
    expect(made.stderr).toContain(message);
  });

  test("--json prints the outcome alone", async () => {
    const made = world({ api: "test: 'echo boom; exit 3'", web: "test: echo fine" });
    expect(await made.run("test", "--json")).toBe(1);
    expect(JSON.parse(made.stdout)).toEqual({
      outcome: "failed",
      tests: [
        {
          service: "api",
          kind: "unit",
          status: "failed",
          passed: null,
          failed: null,
          skipped: null,
          ms: expect.any(Number),
          failure: expect.objectContaining({ kind: "test-failed", exitCode: 3, output: ["boom"] }),
          failures: [],
          log: join(made.root, ".orchestra/tests/api/unit.log"),
        },
        expect.objectContaining({ service: "web", status: "passed", failure: null }),
      ],
    });
    expect(made.stderr).toContain("web │ fine\n");
  });

  test("a program that is missing is named, with where it comes from", async () => {
    const made = world({ api: "test: cargo test" });
    made.context.env.PATH = "/nowhere";
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).toContain(
      "api cannot be tested: there is no `cargo` on PATH\n  get it from https://rustup.rs\n",
    );
  });

  test("escape sequences of the tests do not reach the terminal", async () => {
    const made = world({ api: "test: printf '\\033[2Jcleared\\n'" });
    await made.run("test");
    expect(made.stdout).toBe("api │ cleared\n");
  });

  test("at a terminal one line shows what runs, and is taken away again", async () => {
    const made = world({ api: "test: sleep 0.1" }, "", true);
    await made.run("test");
    expect(made.stderr).toMatch(/^testing, 0 of 1 done: api \d+ms\r\u001b\[Kapi/);
    expect(made.stderr.lastIndexOf("\r\u001b[K")).toBeLessThan(made.stderr.indexOf("tested api"));
  });

  test("interrupted, it ends with 130 once no process is left", async () => {
    const made = world({ api: "test: 'echo begun; sleep 300 & sleep 300'", web: "test: 'sleep 300'" });
    const code = made.run("test");
    await made.untilStdout("api │ begun");
    await waitUntil("all run", () => processesOf(made.root).filter((p) => p.command === "sleep 300").length === 3);
    made.interrupt();
    expect(await code).toBe(130);
    expect(processesOf(made.root)).toEqual([]);
    expect(made.stderr).toMatch(/interrupted before the end of api and web\n$/);
  });

  const tidy = "trap 'echo tidied; exit' TERM; echo begun; sleep 300 & wait";
  const stubborn = "trap '' TERM; echo begun; while :; do sleep 0.05; done";
  const hooked = (when: string, hook: string) =>
    world({ api: "test: 'echo tested'" }, `test: {${when}: [${JSON.stringify(hook)}, echo more]}\n`);

  test.each(["before", "after"])(
    "interrupted in a hook (%s), it ends that, runs no more, and ends with 130",
    async (when) => {
      const made = hooked(when, tidy);
      const code = made.run("test");
      await made.untilStderr("begun");
      made.interrupt();
      expect(await code).toBe(130);
      expect(made.stderr).toContain(`tidied\ninterrupted: hook "${tidy}" was cut short\n`);
      expect(made.stderr).not.toContain("more\n");
      expect(made.stdout).toBe(when === "before" ? "" : "api │ tested\n");
      expect(processesOf(made.root)).toEqual([]);
    },
  );

  test.each(["a hook", "a test"])("a second interrupt kills %s at once", async (what) => {
    // In a moment in which the machine stands still a grace period is over anyway; not in each of five.
    await vi.waitFor(
      async () => {
        const made =
          what === "a hook" ? hooked("before", stubborn) : world({ api: `test: ${JSON.stringify(stubborn)}` });
        const code = made.run("test");
        await waitUntil("it has begun", () => `${made.stdout}${made.stderr}`.includes("begun\n"));
        made.interrupt();
        const pressedAt = performance.now();
        made.interrupt();
        expect(await code).toBe(130);
        expect(processesOf(made.root)).toEqual([]);
        expect(performance.now() - pressedAt).toBeLessThan(commandGraceMs * 0.9);
      },
      { timeout: 6 * commandGraceMs, interval: 1 },
    );
  });

  test("acceptance tests are not run where the unit tests fail", async () => {
    const made = world({ api: "test: exit 1\nacceptance: 'true'" });
    expect(await made.run("test")).toBe(1);
    expect(made.stderr).toMatch(/failed: api\napi \(acceptance\) not run: api fails its unit tests\n$/);
    expect(made.startedDaemons).toBe(0);
  });
});
