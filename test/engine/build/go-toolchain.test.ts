import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import type { Failure } from "../../../src/model/failure.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { describeWith } from "../../helpers/require.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { goService } from "./service-spec.ts";
import { TempFolder } from "./temp-folder.ts";

/** Loaded machines build slowly. */
const limitMs = 50_000;
vi.setConfig({ testTimeout: limitMs + 10_000 });

/** A module of two programs with a package that both use. They print with the runtime alone, so that they build fast. */
const twoPrograms = {
  "go.mod": "module example.com/two\n\ngo 1.19\n",
  "greet/greet.go": 'package greet\n\n// Hello greets.\nfunc Hello() string { return "hello" }\n',
  "cmd/one/main.go":
    'package main\n\nimport "example.com/two/greet"\n\nfunc main() { println(greet.Hello(), "one") }\n',
  "cmd/two/main.go":
    'package main\n\nimport "example.com/two/greet"\n\nfunc main() { println(greet.Hello(), "two") }\n',
};

let folder: TempFolder;
let queue: BuildQueue;
let changes: string[];
let env: Record<string, string>;

beforeEach(() => {
  folder = new TempFolder();
  folder.write(twoPrograms);
  env = { ...process.env } as Record<string, string>;
  queue = newQueue();
});

afterEach(async () => {
  await queue.close();
  await folder[Symbol.asyncDispose]();
});

function newQueue(concurrency = 2): BuildQueue {
  changes = [];
  return new BuildQueue({
    concurrency,
    binDir: folder.join(".orchestra/bin"),
    onChange: (service, { status }) => changes.push(`${service} ${status}`),
  });
}

const one = () => goService("one", folder.path, { package: "./cmd/one" });
const two = () => goService("two", folder.path, { package: "./cmd/two" });

const request = (service: ServiceSpec, force = false): Promise<BuildOutcome> => queue.request({ service, env, force });

async function build(service: ServiceSpec, force = false): Promise<{ artifact: string; skipped: boolean }> {
  const outcome = await request(service, force);
  if (!outcome.ok) throw new Error(`did not build: ${JSON.stringify(outcome)}`);
  return { artifact: outcome.artifact ?? "", skipped: outcome.skipped };
}

async function failure(service: ServiceSpec): Promise<Failure & { output?: string[] }> {
  const outcome = await request(service);
  if (outcome.ok || !("failure" in outcome)) throw new Error(`did not fail: ${JSON.stringify(outcome)}`);
  return outcome.failure;
}

/** Builds until the inputs are on record. */
async function settle(service: ServiceSpec): Promise<string> {
  // What was written in the same moment is in doubt, and would take a second build.
  const written = Date.now();
  await waitUntil("the clock of the files has gone on", () => Date.now() - written > 30);
  return waitUntil(
    "it is up to date",
    async () => {
      const { artifact, skipped } = await build(service);
      return skipped ? artifact : null;
    },
    limitMs,
  );
}

const printed = (artifact: string) => spawnSync(artifact, { encoding: "utf8" }).stderr.trim();

describeWith("go", "go build", () => {
  // The first build of a machine compiles the runtime.
  beforeAll(() => {
    const dir = new TempFolder();
    dir.write(twoPrograms);
    spawnSync("go", ["build", "-buildvcs=false", "-o", dir.join("one"), "./cmd/one"], { cwd: dir.path });
    return dir[Symbol.asyncDispose]();
  }, 300_000);

  test("makes a program, named after its package, in the folder for binaries", async () => {
    const { artifact } = await build(one());
    expect(artifact).toMatch(/\/\.orchestra\/bin\/one-[0-9a-f]{12}\/one\.1$/);
    expect(printed(artifact)).toBe("hello one");
    expect(changes).toEqual(["one queued", "one building", "one ok"]);
    expect(readdirSync(folder.join(".orchestra/bin", artifact.split("/").at(-2) ?? ""))).toEqual(["one.1"]);
  });

  test("is skipped while nothing changed, also by the next daemon, until a package that it uses changes", async () => {
    const artifact = await settle(one());
    await queue.close();
    queue = newQueue();
    expect(await build(one())).toEqual({ artifact, skipped: true });
    expect(changes).toEqual(["one ok"]);
    folder.write({ "greet/greet.go": 'package greet\n\nfunc Hello() string { return "good day" }\n' });
    const next = await build(one());
    expect(next.skipped).toBe(false);
    expect(next.artifact).not.toBe(artifact);
    expect([printed(next.artifact), printed(artifact)]).toEqual(["good day one", "hello one"]);
  });

  test("force builds even so; the same program is the same file", async () => {
    const artifact = await settle(one());
    expect(await build(one(), true)).toEqual({ artifact, skipped: false });
    expect(changes.slice(-3)).toEqual(["one queued", "one building", "one ok"]);
  });

  test("a changed comment is built, and gives the earlier file", async () => {
    const artifact = await settle(one());
    folder.write({ "greet/greet.go": twoPrograms["greet/greet.go"].replace("Hello greets", "Hello nods") });
    expect(await build(one())).toEqual({ artifact, skipped: false });
    expect(await settle(one())).toBe(artifact);
  });

  const changing: [string, (folder: TempFolder) => void][] = [
    ["a file is touched", (f) => f.touch("greet/greet.go")],
    ["a file is added", (f) => f.write({ "cmd/one/more.go": "package main\n" })],
    ["a file is added that this system ignores", (f) => f.write({ "greet/more_plan9.go": "package greet\n" })],
    ["go.mod changes", (f) => f.write({ "go.mod": "module example.com/two\n\ngo 1.20\n" })],
    ["go.sum appears", (f) => f.write({ "go.sum": "" })],
    ["go.work appears", (f) => f.write({ "go.work": "go 1.19\n\nuse .\n" })],
    ["a nearer go.mod appears", (f) => f.write({ "greet/go.mod": "module example.com/two/greet\n" })],
    ["a profile appears", (f) => f.write({ "cmd/one/default.pgo": "?" })],
    ["the binary is gone", (f) => spawnSync("sh", ["-c", `rm -f ${f.join(".orchestra/bin")}/*/*`])],
    [
      "the record is damaged",
      (f) => spawnSync("sh", ["-c", `for r in ${f.join(".orchestra/bin")}/*.json; do echo '{' >$r; done`]),
    ],
    ["GOFLAGS change", () => (env.GOFLAGS = "-buildvcs=false -tags=other")],
    ["the settings of go change", (f) => f.write({ "go.env": "GOPRIVATE=example.com\n" })],
  ];
  test.each(changing)("is no longer skipped once %s", async (_what, change) => {
    env.GOENV = folder.join("go.env");
    await settle(one());
    change(folder);
    const outcome = await request(one());
    expect("skipped" in outcome && outcome.skipped).toBe(false);
  });

  const harmless: [string, (folder: TempFolder) => void][] = [
    ["a test", (f) => f.write({ "greet/greet_test.go": "package greet\n" })],
    ["another program", (f) => f.write({ "cmd/two/main.go": "package main\n\nfunc main() {}\n" })],
    ["data beside the program", (f) => f.write({ "cmd/one/data.db": "x", "notes.md": "y" })],
    ["what Go leaves out", (f) => f.write({ "greet/_draft.go": "?", "greet/.hidden.go": "?" })],
    ["settings that only running programs read", () => (env.GOMAXPROCS = "1")],
    ["settings of others", () => (env.GOOGLE_CLOUD_PROJECT = "x")],
  ];
  test.each(harmless)("is still skipped after a change of %s", async (_what, change) => {
    const artifact = await settle(one());
    change(folder);
    expect(await build(one())).toEqual({ artifact, skipped: true });
  });

  test("embedded files are inputs, also those that a pattern will match later", async () => {
    folder.write({
      "cmd/one/main.go":
        'package main\n\nimport _ "embed"\nimport "embed"\n\n//go:embed pages assets/*.txt\nvar files embed.FS\n\nfunc main() {\n\tentries, _ := files.ReadDir("pages")\n\tprintln(len(entries))\n}\n',
      "cmd/one/pages/index.html": "index",
      "cmd/one/pages/deep/er/page.html": "page",
      "cmd/one/assets/a.txt": "a",
    });
    const artifact = await settle(one());
    folder.write({ "cmd/one/assets/a.css": "not matched" });
    expect(await build(one())).toEqual({ artifact, skipped: true });
    for (const name of ["pages/index.html", "pages/deep/er/new.html", "pages/deep/another.html", "assets/b.txt"]) {
      folder.write({ [`cmd/one/${name}`]: "changed" });
      expect([name, (await build(one())).skipped]).toEqual([name, false]);
      await settle(one());
    }
  });

  test("modules of a workspace and replaced modules are inputs", async () => {
    folder.write({
      "work/go.work": "go 1.19\n\nuse (\n\t./app\n\t./lib\n)\n",
      "work/app/go.mod":
        "module example.com/app\n\ngo 1.19\n\nrequire example.com/other v0.0.0\n\nreplace example.com/other => ../../other\n",
      "work/app/main.go":
        'package main\n\nimport (\n\t"example.com/lib"\n\t"example.com/other"\n)\n\nfunc main() { println(lib.Name + other.Name) }\n',
      "work/lib/go.mod": "module example.com/lib\n\ngo 1.19\n",
      "work/lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
      "other/go.mod": "module example.com/other\n\ngo 1.19\n",
      "other/other.go": 'package other\n\nconst Name = "other"\n',
    });
    const app = goService("app", folder.join("work/app"));
    expect(printed(await settle(app))).toBe("libother");
    for (const name of ["work/lib/lib.go", "work/lib/go.mod", "other/other.go", "work/go.work"]) {
      folder.touch(name);
      expect([name, (await build(app)).skipped]).toEqual([name, false]);
      await settle(app);
    }
  });

  test("a folder with blanks and quotes in its name, and tags, race flag and linker flags", async () => {
    folder.write({
      "it's here/go.mod": "module example.com/here\n\ngo 1.19\n",
      "it's here/cmd/a program/main.go":
        'package main\n\nvar version = "none"\n\nfunc main() { println(version, tagged) }\n',
      "it's here/cmd/a program/on.go": "//go:build dev && extra\n\npackage main\n\nconst tagged = true\n",
      "it's here/cmd/a program/off.go": "//go:build !dev || !extra\n\npackage main\n\nconst tagged = false\n",
    });
    const dir = folder.join("it's here");
    const service = goService("it", dir, {
      package: "./cmd/a program",
      tags: ["dev", "extra"],
      ldflags: "-X main.version=1.2 -s",
    });
    const outcome = await request(service);
    // Go itself has refused blanks in the path of a package since 1.22 or so.
    if (!outcome.ok) expect(JSON.stringify(outcome)).toContain("malformed import path");
    folder.write({
      "it's here/main.go": 'package main\n\nvar version = "none"\n\nfunc main() { println(version, tagged) }\n',
    });
    folder.write({ "it's here/on.go": "//go:build dev && extra\n\npackage main\n\nconst tagged = true\n" });
    const { artifact } = await build(
      goService("it", dir, { tags: ["dev", "extra"], ldflags: "-X main.version=1.2 -s" }),
    );
    expect(artifact).toMatch(/\/it_s_here\.1$/);
    expect(printed(artifact)).toBe("1.2 true");
    expect((await build(goService("it", dir, { tags: ["dev", "extra"], ldflags: "" }))).artifact).not.toBe(artifact);
  });

  test("services of one package share a build; those of another have their own", async () => {
    const twin = { ...one(), name: "twin" };
    const outcomes = await Promise.all([build(one()), build(twin), build(two())]);
    expect(outcomes[0]?.artifact).toBe(outcomes[1]?.artifact);
    expect(outcomes[2]?.artifact).not.toBe(outcomes[0]?.artifact);
    const keys = readdirSync(folder.join(".orchestra/bin")).filter((name) => /^[^.]+$/.test(name));
    expect(keys.length).toBe(2);
  });

  test("two hundred services of one package that is up to date take some milliseconds", async () => {
    await settle(one());
    const started = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, at) => build({ ...one(), name: `s${at}` })));
    const tookMs = performance.now() - started;
    expect(outcomes.every(({ skipped }) => skipped)).toBe(true);
    // About 5 ms; the limit only tells it from two hundred checks of 150 ms.
    expect(tookMs).toBeLessThan(1000);
  });

  describe("a failure", () => {
    test("of the compiler says what it said", async () => {
      folder.write({ "cmd/one/main.go": "package main\n\nfunc main() {\n\tundefinedThing()\n\talsoNot()\n}\n" });
      const found = await failure(one());
      expect(found).toMatchObject({
        kind: "build-failed",
        command: "go build ./cmd/one",
        exitCode: 1,
        message: "does not build: cmd/one/main.go:4:2: undefined: undefinedThing (and 1 more)",
      });
      expect(found.output).toContain("cmd/one/main.go:5:2: undefined: alsoNot");
      expect(changes).toEqual(["one queued", "one building", "one failed"]);
    });

    test("leaves the last good binary, and the next good build is a new file", async () => {
      const { artifact } = await build(one());
      folder.write({ "cmd/one/main.go": "package main\n\nfunc main() { oops }\n" });
      await failure(one());
      expect(printed(artifact)).toBe("hello one");
      folder.write({ "cmd/one/main.go": 'package main\n\nfunc main() { println("new") }\n' });
      const next = await build(one());
      expect([printed(next.artifact), printed(artifact)]).toEqual(["new", "hello one"]);
    });

    test("for want of go says how to get it", async () => {
      env.PATH = folder.path;
      const found = await failure(one());
      expect(found).toMatchObject({
        kind: "toolchain-missing",
        tool: "go",
        message: "cannot be built: there is no `go` on PATH",
      });
      expect(found.hint).toBeTruthy();
    });

    test("for want of go.mod says so", async () => {
      folder.write({ "loose/main.go": "package main\n\nfunc main() {}\n" });
      spawnSync("rm", [folder.join("go.mod")]);
      const found = await failure(goService("loose", folder.join("loose")));
      expect(found.message).toBe(`cannot be built: there is no go.mod in ${folder.join("loose")} or above it`);
      expect(found.hint).toContain("go mod init");
    });

    test.each([
      { package: ".", message: "cannot be built: there are no Go files in FOLDER" },
      { package: "./cmd/three", message: "cannot be built: there is no folder FOLDER/cmd/three" },
      { package: "./greet", message: "cannot be built: ./greet is not a program (package main)" },
      { package: "./...", message: "cannot be built: `go: {package: …}` names more than one package" },
    ])("for package $package says $message", async ({ package: name, message }) => {
      const found = await failure(goService("s", folder.path, { package: name }));
      expect(found.message).toBe(message.replace("FOLDER", folder.path));
      expect(found.hint).toContain("go: {package:");
    });

    test("for want of the folder says so", async () => {
      const found = await failure(goService("s", folder.join("nowhere")));
      expect(found.message).toBe(`its folder ${folder.join("nowhere")} does not exist`);
    });

    test("to write says where", async () => {
      folder.write({ ".orchestra/bin": "a file" });
      const found = await failure(one());
      expect(found.message).toMatch(
        /^cannot be built: .*\/\.orchestra\/bin\/one-\w+ cannot be written \((ENOTDIR|EEXIST)\)$/,
      );
    });
  });

  test("a cancelled build ends with all of go's processes, and leaves nothing behind", async () => {
    // The compiler is kept busy by a stand-in that never ends.
    folder.write({ "slow.sh": '#!/bin/sh\ncase "$*" in *-V=full*) exec "$@";; esac\nsleep 600\n' });
    chmodSync(folder.join("slow.sh"), 0o755);
    env.GOFLAGS = `-toolexec=${folder.join("slow.sh")}`;
    const outcome = request(one());
    await waitUntil(
      "the compiler runs",
      () => processesOf(folder.path).some(({ command }) => command.startsWith("sleep")),
      limitMs,
    );
    queue.cancel("one");
    expect(await outcome).toEqual({ ok: false, cancelled: true });
    expect(processesOf(folder.path)).toEqual([]);
    const [key] = readdirSync(folder.join(".orchestra/bin"));
    expect(readdirSync(folder.join(".orchestra/bin", key ?? ""))).toEqual([]);
    expect(changes).toEqual(["one queued", "one building", "one cancelled"]);
  });

  test("never more builds at once than it may", async () => {
    queue = newQueue(1);
    const other = goService("two", folder.path, { package: "./cmd/two", tags: ["other"] });
    await Promise.all([build(one()), build(other)]);
    expect(changes.filter((c) => !c.endsWith("queued"))).toEqual(["one building", "one ok", "two building", "two ok"]);
  });

  test("pruning keeps what runs, the newest, and three that nobody runs", async () => {
    const artifacts: string[] = [];
    for (let at = 0; at < 6; at += 1) {
      folder.write({ "cmd/one/main.go": `package main\n\nfunc main() { println(${at}) }\n` });
      artifacts.push((await build(one())).artifact);
    }
    await queue.prune(new Set([artifacts[0] ?? ""]));
    expect(artifacts.map(existsSync)).toEqual([true, false, true, true, true, true]);
    await queue.prune(new Set());
    expect(artifacts.map(existsSync)).toEqual([false, false, true, true, true, true]);
    expect((await build(one())).artifact).toBe(artifacts[5]);
  });

  test("a stand-in for go that picks a version by its own rules is never trusted to pick the same", async () => {
    folder.write({ "shims/go": `#!/bin/sh\nexec "${which("go")}" "$@"\n` });
    chmodSync(folder.join("shims/go"), 0o755);
    env.PATH = `${folder.join("shims")}:${env.PATH}`;
    for (let at = 0; at < 2; at += 1) {
      expect((await build(one())).skipped).toBe(false);
      await waitUntil("no process is left", () => processesOf(folder.path).length === 0);
    }
  });

  test("a build that is asked for does not wait for ever for what the last one was made of", async () => {
    const go = which("go");
    folder.write({ "shims/go": `#!/bin/sh\n[ "$1" = list ] && exec sleep 600\nexec "${go}" "$@"\n` });
    chmodSync(folder.join("shims/go"), 0o755);
    env.PATH = `${folder.join("shims")}:${env.PATH}`;
    expect((await build(one())).skipped).toBe(false);
    folder.write({ "greet/greet.go": twoPrograms["greet/greet.go"].replace('"hello"', '"hey"') });
    expect((await build(one())).skipped).toBe(false);
  });

  test("a link to go is go", async () => {
    folder.write({ "bin/.keep": "" });
    symlinkSync(which("go"), folder.join("bin/go"));
    env.PATH = `${folder.join("bin")}:${env.PATH}`;
    expect(existsSync(await settle(one()))).toBe(true);
  });
});

function which(name: string): string {
  return spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
}
