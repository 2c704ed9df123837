import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { goService } from "./service-spec.ts";
import { TempFolder } from "./temp-folder.ts";

/** Loaded machines build slowly. */
const limitMs = 50_000;
vi.setConfig({ testTimeout: limitMs + 10_000 });

const names = ["a", "b", "c"];
const program = (name: string) =>
  `package main\n\nimport "example.com/fleet/greet"\n\nfunc main() { println(greet.Hello(), "${name}") }\n`;
const module = {
  "go.mod": "module example.com/fleet\n\ngo 1.19\n",
  "greet/greet.go": 'package greet\n\nfunc Hello() string { return "hello" }\n',
  ...Object.fromEntries(names.map((name) => [`cmd/${name}/main.go`, program(name)])),
};

let folder: TempFolder;
let queue: BuildQueue;
let changes: string[];
let env: Record<string, string>;

beforeEach(() => {
  folder = new TempFolder();
  folder.write({ ...module, "tools/.keep": "" });
  const { GOFLAGS: _, CGO_LDFLAGS: __, ...rest } = process.env as Record<string, string>;
  env = { ...rest, PATH: `${folder.join("tools")}:${process.env.PATH}` };
  changes = [];
  queue = newQueue();
});

afterEach(async () => {
  await queue.close();
  await folder[Symbol.asyncDispose]();
});

function newQueue(): BuildQueue {
  return new BuildQueue({
    concurrency: 2,
    binDir: folder.join(".orchestra/bin"),
    onChange: (service, { status }) => changes.push(`${service} ${status}`),
  });
}

/** From now on `go` writes down what it was asked to build. */
function writeDown(): () => string[] {
  const real = spawnSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).stdout.trim();
  const script = `#!/bin/sh\n[ "$1" = build ] && echo "$*" >>"${folder.join("asked")}"\nexec "${real}" "$@"\n`;
  folder.write({ "tools/go": script, asked: "" });
  chmodSync(folder.join("tools/go"), 0o755);
  return () =>
    readFileSync(folder.join("asked"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.replace(/^build -o \S+ -buildvcs=false /, ""));
}

const service = (name: string) => goService(name, folder.join("cmd", name));
const request = (name: string, force = false) => queue.request({ service: service(name), env, force });
const requestAll = () => Promise.all(names.map((name) => request(name)));
const printed = (outcome: BuildOutcome | undefined) =>
  outcome?.ok === true ? spawnSync(outcome.artifact ?? "", { encoding: "utf8" }).stderr.trim() : outcome;
const isAnythingLeft = () => existsSync(folder.join(".orchestra/bin/.together"));

describeWith("go", "one go build for several services", () => {
  // The first build of a machine compiles the runtime.
  beforeAll(() => {
    const dir = new TempFolder();
    dir.write(module);
    spawnSync("go", ["build", "-buildvcs=false", "-o", dir.join("a"), "./cmd/a"], { cwd: dir.path });
    return dir[Symbol.asyncDispose]();
  }, 300_000);

  test("makes each its own binary, in the folder of its own, and leaves nothing else behind", async () => {
    const asked = writeDown();
    const outcomes = await requestAll();
    expect(outcomes.map(printed)).toEqual(["hello a", "hello b", "hello c"]);
    expect(asked()).toEqual(["./cmd/a ./cmd/b ./cmd/c"]);
    for (const [at, outcome] of outcomes.entries())
      expect(outcome.ok && outcome.artifact).toMatch(new RegExp(`/${names[at]}-[0-9a-f]{12}/${names[at]}\\.1$`));
    expect(changes.filter((change) => change.startsWith("b"))).toEqual(["b queued", "b building", "b ok"]);
    await waitUntil("go's folder is gone", () => !isAnythingLeft());
  });

  test("makes the same program that a build of its own makes, so that it is the same file", async () => {
    const alone: BuildOutcome[] = [];
    for (const name of names) alone.push(await request(name));
    const outcomes = await Promise.all(names.map((name) => request(name, true)));
    const artifacts = (all: BuildOutcome[]) => all.map((outcome) => outcome.ok && outcome.artifact);
    expect(artifacts(outcomes)).toEqual(artifacts(alone));
  });

  test("leaves a record of each, so that the next start builds nothing", async () => {
    const written = Date.now();
    await waitUntil("the clock of the files has gone on", () => Date.now() - written > 30);
    await requestAll();
    await waitUntil(
      "what they are made of is known",
      async () => {
        const outcomes = await requestAll();
        return outcomes.every((outcome) => outcome.ok && outcome.skipped);
      },
      limitMs,
    );
    folder.write({ "greet/greet.go": 'package greet\n\nfunc Hello() string { return "good day" }\n' });
    expect((await requestAll()).map(printed)).toEqual(["good day a", "good day b", "good day c"]);
  });

  test("one that does not compile fails with its own words, and the others have their binaries", async () => {
    folder.write({ "cmd/b/main.go": "package main\n\nfunc main() {\n\tundefinedThing()\n}\n" });
    const asked = writeDown();
    const [a, b, c] = await requestAll();
    expect([printed(a), printed(c)]).toEqual(["hello a", "hello c"]);
    expect(b).toMatchObject({
      ok: false,
      failure: {
        command: "go build .",
        exitCode: 1,
        message: "does not build: ./main.go:4:2: undefined: undefinedThing",
      },
    });
    expect(asked()).toEqual(["./cmd/a ./cmd/b ./cmd/c", "."]);
  });

  test.each([
    [
      "a mistake in the syntax",
      "package main\n\nfunc main( {\n",
      /^does not build: (\.\/)?main\.go:3:1\d: syntax error/,
    ],
    ["a missing package", 'package main\n\nimport _ "example.com/fleet/gone"\n\nfunc main() {}\n', /gone/],
    ["no program", "package b\n", /is not a program/],
  ])("%s in one leaves the others their binaries", async (_what, source, message) => {
    folder.write({ "cmd/b/main.go": source });
    const [a, b, c] = await requestAll();
    expect([printed(a), printed(c)]).toEqual(["hello a", "hello c"]);
    expect(b?.ok === false && "failure" in b && b.failure.message).toMatch(message);
  });

  test("a mistake in what they share fails each of them", async () => {
    folder.write({ "greet/greet.go": "package greet\n\nfunc Hello() string { return 1 }\n" });
    for (const outcome of await requestAll()) {
      const told = outcome.ok === false && "failure" in outcome ? outcome.failure.message : "";
      expect(told).toMatch(/^does not build: \.\.\/\.\.\/greet\/greet\.go:3:30: cannot use 1/);
    }
  });

  test("programs of one name have commands of their own", async () => {
    folder.write({ "other/a/main.go": program("other a") });
    const other = goService("other", folder.join("other/a"));
    const outcomes = await Promise.all([
      request("a"),
      queue.request({ service: other, env, force: false }),
      request("b"),
    ]);
    expect(outcomes.map(printed)).toEqual(["hello a", "hello other a", "hello b"]);
  });

  test("two commands at once, each for several", async () => {
    const asked = writeDown();
    const all = [[], ["other"]].flatMap((tags) =>
      ["a", "b"].map((name) => goService(`${name}${tags}`, folder.join("cmd", name), { tags })),
    );
    const outcomes = await Promise.all(all.map((s) => queue.request({ service: s, env, force: false })));
    expect(outcomes.map(printed)).toEqual(["hello a", "hello b", "hello a", "hello b"]);
    expect(asked().sort()).toEqual(["-tags other ./cmd/a ./cmd/b", "./cmd/a ./cmd/b"]);
  });

  test("modules of a workspace are built by one command", async () => {
    folder.write({
      "ws/go.work": "go 1.19\n\nuse (\n\t./x\n\t./y\n)\n",
      "ws/x/go.mod": "module example.com/x\n\ngo 1.19\n",
      "ws/x/main.go": 'package main\n\nfunc main() { println("x") }\n',
      "ws/y/go.mod": "module example.com/why\n\ngo 1.19\n",
      "ws/y/main.go": 'package main\n\nfunc main() { println("y") }\n',
    });
    const asked = writeDown();
    const services = ["x", "y"].map((name) => goService(name, folder.join("ws", name)));
    const outcomes = await Promise.all(services.map((s) => queue.request({ service: s, env, force: false })));
    expect(outcomes.map(printed)).toEqual(["x", "y"]);
    expect(asked()).toEqual(["./x ./y"]);
  });

  describe("while a compiler is held", () => {
    /** The compiler of `cmd/<name>` never ends, once `hold` is there. */
    function holdCompilerOf(name: string): void {
      const real = spawnSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).stdout.trim();
      // GOFLAGS with a tool of one's own would keep builds apart.
      const slow = `#!/bin/sh\ncase "$*" in *-V=full*) ;; */compile*cmd/${name}*) sleep 600;; esac\nexec "$@"\n`;
      folder.write({
        "tools/slow": slow,
        "tools/go": `#!/bin/sh\nif [ "$1" = build ]; then shift; exec "${real}" build -toolexec="${folder.join("tools/slow")}" "$@"; fi\nexec "${real}" "$@"\n`,
      });
      for (const tool of ["tools/slow", "tools/go"]) chmodSync(folder.join(tool), 0o755);
    }
    const isHeld = () => processesOf(folder.path).some(({ command }) => command.startsWith("sleep"));

    test("each is there as soon as it is made, and its next build does not wait for the others", async () => {
      holdCompilerOf("b");
      const outcomes = names.map((name) => request(name));
      expect(printed(await outcomes[0])).toBe("hello a");
      expect(printed(await outcomes[2])).toBe("hello c");
      await waitUntil("the compiler is held", isHeld, limitMs);
      expect(printed(await request("a", true))).toBe("hello a");
      queue.cancel("b");
      expect(await outcomes[1]).toEqual({ ok: false, cancelled: true });
      expect(isHeld()).toBe(false);
    });

    test("one is given up at once while others wait, and the last of them ends go", async () => {
      holdCompilerOf("[ab]");
      // On a machine of two cores two compilers that are held would hold everything.
      env.GOFLAGS = "-p=4";
      const outcomes = names.map((name) => request(name));
      expect(printed(await outcomes[2])).toBe("hello c");
      await waitUntil("the compiler is held", isHeld, limitMs);
      queue.cancel("a");
      expect(await outcomes[0]).toEqual({ ok: false, cancelled: true });
      expect(isHeld()).toBe(true);
      queue.cancel("b");
      expect(await outcomes[1]).toEqual({ ok: false, cancelled: true });
      expect(isHeld()).toBe(false);
    });

    test("to close ends go and its compilers, and leaves nothing behind", async () => {
      holdCompilerOf("a");
      const outcomes = names.slice(0, 2).map((name) => request(name));
      await waitUntil("the compiler is held", isHeld, limitMs);
      await queue.close();
      expect(isHeld()).toBe(false);
      expect(await outcomes[0]).toEqual({ ok: false, cancelled: true });
      expect(isAnythingLeft()).toBe(false);
    });
  });

  test("what a killed daemon left half made is removed", async () => {
    folder.write({ ".orchestra/bin/.together/7/made/a": "half" });
    await queue.prune(new Set());
    await requestAll();
    await waitUntil("it is gone", () => !isAnythingLeft());
  });
});
