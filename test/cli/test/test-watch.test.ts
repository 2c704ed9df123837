import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { sampleFleet } from "../../helpers/fleet-samples.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { CliWorld } from "../cli-world.ts";

vi.setConfig({ testTimeout: 60_000 });

function world(files: Record<string, string>): CliWorld {
  const made = new CliWorld(sampleFleet([]), { hasDaemon: false, files: { "orchestra.yml": "", ...files } });
  Object.assign(made.context.env, process.env);
  return made;
}

function write(made: CliWorld, file: string, text: string): void {
  mkdirSync(dirname(join(made.root, file)), { recursive: true });
  writeFileSync(join(made.root, file), text);
}

/** How many rounds have ended. */
const rounds = (made: CliWorld): number => made.stderr.split("waiting for changes").length - 1;
const untilRound = (made: CliWorld, count: number) =>
  waitUntil(`${count} rounds have ended:\n${made.stdout}${made.stderr}`, () => rounds(made) >= count, 40_000);

describe("test --watch", () => {
  const files = {
    "api/service.yml": "run: ./api\ntest: cat greeting && ! grep -q bad greeting\nwatch: {debounce: 20ms}\n",
    "api/greeting": "hello\n",
    "web/service.yml": "run: ./web\ntest: echo web\nwatch: {debounce: 20ms}\n",
  };

  test("runs the tests of what changes again, and ends with how they went last", async () => {
    const made = world(files);
    const code = made.run("test", "--watch");
    await untilRound(made, 1);
    expect(made.stdout.split("\n").sort()).toEqual(["", "api │ hello", "web │ web"]);
    made.stdout = "";
    write(made, "api/greeting", "bad\n");
    await untilRound(made, 2);
    expect(made.stdout).toBe("api │ bad\n");
    expect(made.stderr).toMatch(/api +api\/greeting changed\n(.|\n)*failed: api\nwaiting for changes; Ctrl-C ends\n$/);
    made.interrupt();
    expect(await code).toBe(1);
  });

  test("a changed config is taken over, and one with mistakes leaves all as it was", async () => {
    const made = world(files);
    const code = made.run("test", "--watch", "api");
    await untilRound(made, 1);
    made.stdout = "";
    write(made, "api/service.yml", "tset: echo new\n");
    await untilRound(made, 2);
    expect([made.stdout, made.stderr]).toEqual(["", expect.stringContaining('did you mean "test"?')]);
    write(made, "api/service.yml", "run: ./api\ntest: echo new\n");
    await untilRound(made, 3);
    expect(made.stdout).toBe("api │ new\n");
    write(made, "orchestra.yml", "env: {A: b}\n");
    await untilRound(made, 4);
    made.interrupt();
    expect(await code).toBe(0);
  });

  test("that is ended while all is well ends with 0", async () => {
    const made = world(files);
    const code = made.run("test", "--watch", "api");
    await untilRound(made, 1);
    made.interrupt();
    expect(await code).toBe(0);
  });

  test("a change ends the tests that run and runs them anew", async () => {
    const made = world({
      ...files,
      "api/service.yml": `${files["api/service.yml"]}`.replace("&& !", "&& sh ./wait && !"),
    });
    write(made, "api/wait", "sleep 300\n");
    const code = made.run("test", "-w", "api");
    await waitUntil("they run", () => processesOf(made.root).some((p) => p.command === "sleep 300"));
    write(made, "api/wait", "exit 0\n");
    await untilRound(made, 1);
    expect(made.stdout).toBe("api │ hello\napi │ hello\n");
    expect(processesOf(made.root)).toEqual([]);
    made.interrupt();
    expect(await code).toBe(0);
  });

  test("interrupted while tests run, it ends with 130 and leaves nothing behind", async () => {
    const made = world({ ...files, "api/service.yml": "run: ./api\ntest: echo begun; sleep 300\n" });
    const code = made.run("test", "-w", "api");
    await made.untilStdout("begun");
    made.interrupt();
    expect(await code).toBe(130);
    expect(processesOf(made.root)).toEqual([]);
  });

  test.each(["--acceptance", "--json", "--changed"])("goes without %s", async (option) => {
    const made = world(files);
    expect(await made.run("test", "--watch", option)).toBe(2);
    expect(made.stderr).toContain(`--watch does not go with ${option}`);
  });
});

describeWith("go", "test --watch of Go services", () => {
  test("a shared package runs the tests of all that import it, a test file those of its own", async () => {
    const made = world({});
    cpSync(resolve(import.meta.dirname, "../../../fixtures/fleets/shop"), made.root, { recursive: true });
    const code = made.run("test", "--watch");
    await untilRound(made, 1);
    made.stdout = "";
    appendFileSync(join(made.root, "internal/rest/rest.go"), "// changed\n");
    await untilRound(made, 2);
    expect(made.stdout.match(/^\w+/gm)?.sort()).toEqual(["gateway", "orders"]);
    made.stdout = "";
    appendFileSync(join(made.root, "catalog/main_test.go"), 'func TestNew(t *testing.T) { t.Error("not yet") }\n');
    await untilRound(made, 3);
    expect(made.stdout).toMatch(/^catalog │ {5}main_test\.go:\d+: not yet\n/);
    expect(made.stdout).not.toMatch(/^(gateway|orders)/m);
    made.interrupt();
    expect(await code).toBe(1);
  });
});
