import {
  appendFileSync,
  chmodSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogStore } from "../../../src/engine/logs/log-store.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { LogQuery } from "../../../src/model/log.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { type LogBench, logBench, numbered, pageBackward, pageForward, run, texts } from "./store-harness.ts";

let bench: LogBench;
beforeEach(() => {
  bench = logBench();
});
afterEach(() => bench.close());

function pathOf(service: string, generation: number, suffix = ".log"): string {
  return join(bench.dir, "logs", service, "1", `${generation}${suffix}`);
}

/** Begins a generation; this test writes the file itself. */
function begin(store: LogStore, service: string, generation = 1, startedAt = Date.now()): (text: string) => void {
  const target = store.begin({ ...run(service, generation), startedAt, splitStderr: false });
  if (!target.ok) throw new Error(target.failure.message);
  return (text) => appendFileSync(pathOf(service, generation), text);
}

const newest: LogQuery = { units: [], from: "end", direction: "backward", limit: 100 };
const all: LogQuery = { units: [], from: "start", direction: "forward", limit: 5000 };

describe("a run", () => {
  test("has a file and folders that are the user's alone", () => {
    const store = bench.store();
    begin(store, "api");
    expect(statSync(pathOf("api", 1)).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.dir, "logs", "api", "1")).mode & 0o777).toBe(0o700);
    expect(statSync(join(bench.dir, "logs")).mode & 0o777).toBe(0o700);
  });

  test("may have its folder made ahead of time", async () => {
    const store = bench.store();
    await store.prepare([{ service: "api", index: 1 }]);
    expect(statSync(join(bench.dir, "logs", "api", "1")).mode & 0o777).toBe(0o700);
    begin(store, "api");
  });

  test("gives stdout and stderr one file, unless stderr is split", () => {
    const store = bench.store();
    const one = store.begin({ ...run("api", 1), startedAt: 1, splitStderr: false });
    const two = store.begin({ ...run("web", 1), startedAt: 1, splitStderr: true });
    if (!one.ok || !two.ok) throw new Error("begin failed");
    expect(one.err).toBe(one.out);
    expect(two.err).not.toBe(two.out);
  });

  test("that cannot have its file is a failure that names it, and has no lines", async () => {
    writeFileSync(join(bench.dir, "logs"), "a file where the folder should be");
    const store = bench.store();
    const target = store.begin({ ...run("api", 1), startedAt: 1, splitStderr: false });
    expect(target).toMatchObject({
      ok: false,
      failure: { kind: "log-unwritable", errno: "ENOTDIR", file: pathOf("api", 1) },
    });
    expect((await store.read(all)).lines).toEqual([]);
  });

  test("is announced, and set apart from the next by how it ended", async () => {
    const store = bench.store();
    begin(store, "api", 1)("one\n");
    await store.end(run("api", 1).unit, 1, "exit 1");
    begin(store, "api", 2)("two\n");
    const page = await store.read(newest);
    expect(page.lines.map(({ kind, text, generation }) => [kind, text, generation])).toEqual([
      ["run", "run 1", 1],
      ["line", "one", 1],
      ["run", "run 1 ended: exit 1", 1],
      ["run", "run 2", 2],
      ["line", "two", 2],
    ]);
    expect(page).toMatchObject({ atStart: true, atEnd: true });
  });

  test("of a split stderr is merged by time, with each line's stream", async () => {
    let at = 1_700_000_000_000;
    const store = bench.store({ clock: { ...systemClock, now: () => at } });
    const target = store.begin({ ...run("api", 1), startedAt: at, splitStderr: true });
    if (!target.ok) throw new Error(target.failure.message);
    for (let i = 0; i < 4; i++) {
      at += 50;
      appendFileSync(pathOf("api", 1, i % 2 === 0 ? ".log" : ".err.log"), `line ${i}\n`);
      await store.read(newest);
    }
    await store.end(run("api", 1).unit, 1, "exit 0");
    const lines = await pageForward(store, {});
    expect(lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
      "out run 1",
      "out line 0",
      "err line 1",
      "out line 2",
      "err line 3",
      "out run 1 ended: exit 0",
    ]);
    expect(await pageBackward(store, { limit: 1 })).toEqual(lines);
  });

  test("of one generation can be asked for alone", async () => {
    const store = bench.store();
    for (const generation of [1, 2, 3]) {
      begin(store, "api", generation)(`of ${generation}\n`);
      await store.end(run("api", 1).unit, generation, "exit 0");
    }
    expect(texts((await store.read({ ...all, generation: 2 })).lines)).toEqual(["of 2"]);
    expect(texts(await store.tail(run("api", 1).unit, 10, 1))).toEqual(["of 1"]);
    expect(texts(await store.tail(run("api", 1).unit, 2))).toEqual(["of 2", "of 3"]);
  });
});

describe("a last line without its end", () => {
  test("is shown once it has rested, and comes again when it is longer", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    write("Password: ");
    const first = await store.read({ ...all, waitMs: 5000, units: ["api"], from: (await store.read(all)).after });
    expect(first.lines).toMatchObject([{ text: "Password: ", isPartial: true, offset: 0 }]);
    const second = store.read({ ...all, waitMs: 5000, from: first.after });
    write("accepted\nnext\n");
    expect((await second).lines).toMatchObject([
      { text: "Password: accepted", isPartial: false, offset: 0 },
      { text: "next", isPartial: false },
    ]);
  });

  test("that was shown does not come again by itself", async () => {
    const store = bench.store();
    begin(store, "api")("> ");
    let page = await store.read({ ...all, waitMs: 5000 });
    while (!page.lines.some(({ isPartial }) => isPartial))
      page = await store.read({ ...all, from: page.after, waitMs: 5000 });
    page = await store.read({ ...all, from: page.after, waitMs: 150 });
    expect(page).toMatchObject({ lines: [], atEnd: true });
  });

  test("is complete once its writer is gone", async () => {
    const store = bench.store();
    begin(store, "api")("a\nlast words");
    const partial = await waitUntil("the open line is shown", async () => {
      const page = await store.read(newest);
      return page.lines.at(-1)?.isPartial === true ? page : null;
    });
    await store.end(run("api", 1).unit, 1, "SIGKILL");
    const page = await store.read({ ...all, from: partial.after });
    expect(page.lines).toMatchObject([
      { text: "last words", isPartial: false },
      { kind: "run", text: "run 1 ended: SIGKILL" },
    ]);
    expect(texts((await store.read(newest)).lines)).toEqual(["a", "last words"]);
  });

  test("that is too young for a backward page is still to come", async () => {
    let at = 1_700_000_000_000;
    const store = bench.store({ clock: { ...systemClock, now: () => at } });
    const write = begin(store, "api", 1, at);
    write("a\nyoung");
    const page = await store.read(newest);
    expect(texts(page.lines)).toEqual(["a"]);
    at += 200;
    expect((await store.read({ ...all, from: page.after, waitMs: 5000 })).lines).toMatchObject([
      { text: "young", isPartial: true },
    ]);
  });
});

describe("a page", () => {
  test("waits for a line and has it at once", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    write("first\n");
    const { after } = await store.read(all);
    const latencies: number[] = [];
    let from = after;
    for (let i = 0; i < 5; i++) {
      const waiting = store.read({ ...all, from, waitMs: 10_000 });
      await new Promise((resolve) => setImmediate(resolve));
      const at = performance.now();
      write(`line ${i}\n`);
      const page = await waiting;
      latencies.push(performance.now() - at);
      expect(texts(page.lines)).toEqual([`line ${i}`]);
      from = page.after;
    }
    expect(Math.min(...latencies)).toBeLessThan(15);
  });

  test("that waits returns empty at its limit, and at once when it is aborted", async () => {
    const store = bench.store();
    begin(store, "api");
    const { after } = await store.read(all);
    expect(await store.read({ ...all, from: after, waitMs: 20 })).toMatchObject({ lines: [], atEnd: true });
    const stop = new AbortController();
    const waiting = store.read({ ...all, from: after, waitMs: 60_000 }, stop.signal);
    stop.abort();
    expect(await waiting).toMatchObject({ lines: [], atEnd: true });
  });

  test("waits for a service that has never run", async () => {
    const store = bench.store();
    const waiting = store.read({ ...all, units: ["api"], waitMs: 10_000 });
    begin(store, "api");
    expect((await waiting).lines).toMatchObject([{ kind: "run", text: "run 1" }]);
  });

  test("of a name that nobody bears is empty", async () => {
    const store = bench.store();
    begin(store, "api")("a\n");
    expect(await store.read({ ...all, units: ["nobody"] })).toMatchObject({ lines: [], atStart: true, atEnd: true });
  });

  test("names services and units alike", async () => {
    const store = bench.store();
    for (const service of ["api", "web", "db"]) begin(store, service)(`${service}\n`);
    expect(texts((await store.read({ ...all, units: ["api", "db#1"] })).lines).sort()).toEqual(["api", "db"]);
  });

  test("of the latest lines counts what it passes over", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    const { after } = await store.read(all);
    write(`${numbered("n", 10).join("\n")}\n`);
    const page = await store.read({ ...all, from: after, latest: true, limit: 3 });
    expect(texts(page.lines)).toEqual(["n7", "n8", "n9"]);
    expect(page).toMatchObject({ skippedBytes: 21, atEnd: true });
    expect(texts((await store.read({ ...newest, from: page.before, limit: 2 })).lines)).toEqual(["n5", "n6"]);
    write("n10\n");
    const next = await store.read({ ...all, from: page.after, latest: true, limit: 3 });
    expect(texts(next.lines)).toEqual(["n10"]);
    expect(next.skippedBytes).toBe(0);
  });

  test("from the end has what comes after it only", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    write("old\n");
    const end = await store.read({ ...all, from: "end" });
    expect(end).toMatchObject({ lines: [], atEnd: true, atStart: false });
    write("new\n");
    expect(texts((await store.read({ ...all, from: end.after })).lines)).toEqual(["new"]);
  });

  test("since a moment has nothing older, in either direction", async () => {
    let at = 1_700_000_000_000;
    const store = bench.store({ clock: { now: () => at, after: () => () => undefined } });
    const write = begin(store, "api", 1, at);
    for (let i = 0; i < 1000; i++) {
      at += 1000;
      write(`line ${i}\n`);
      await store.read({ ...all, from: "end" });
    }
    const since = 1_700_000_000_000 + 991_000;
    const expected = numbered("line ", 1000).slice(990);
    expect(texts((await store.read({ ...all, units: ["api"], since })).lines)).toEqual(expected);
    expect(texts(await pageBackward(store, { units: ["api"], since, limit: 3 }))).toEqual(expected);
    expect((await store.read({ ...all, since: at + 1 })).lines).toEqual([]);
    await store.close();
    const later = bench.store();
    expect(texts((await later.read({ ...all, units: ["api"], since })).lines)).toEqual(expected);
  });

  test.each([
    ["cursor", { from: "nonsense" as LogQuery["from"] }],
    ["expression", { grep: "(" }],
    ["limit", { limit: 0 }],
  ])("is refused with a wrong %s", async (_, wrong) => {
    await expect(bench.store().read({ ...all, ...wrong })).rejects.toThrow(RangeError);
  });

  test("finds what matches, without regard to colour", async () => {
    const store = bench.store();
    begin(store, "api")("GET /a\n\u001b[31mERR\u001b[0mOR b\nget /c\n");
    expect(texts((await store.read({ ...all, grep: "^GET" })).lines)).toEqual(["GET /a"]);
    expect(texts((await store.read({ ...all, grep: "^get", ignoreCase: true })).lines)).toEqual(["GET /a", "get /c"]);
    expect((await store.read({ ...all, grep: "error", ignoreCase: true })).lines).toMatchObject([
      { kind: "line", text: "\u001b[31mERR\u001b[0mOR b" },
    ]);
  });
});

describe("a long line", () => {
  test("of five megabytes is cut for display in both directions, and the next line is whole", async () => {
    const store = bench.store();
    const writer = bench.write(store, "api", `process.stdout.write("a\\n" + "x".repeat(5e6) + "\\nb\\n")`);
    await writer.ended;
    await store.end(run("api", 1).unit, 1, "exit 0");
    const forward = await pageForward(store, {});
    expect(forward.map(({ kind, offset, text, cutBytes }) => [kind, offset, text.length, cutBytes])).toEqual([
      ["run", -1, 5, 0],
      ["line", 0, 1, 0],
      ["line", 2, 65_536, 5e6 - 65_536],
      ["line", 5_000_003, 1, 0],
      ["run", 5_000_006, 19, 0],
    ]);
    expect(await pageBackward(store, { limit: 1 })).toEqual(forward);
  });
});

describe("what others do to the files", () => {
  test("a hole that was punched is passed over", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    write(`${"\0".repeat(300_000)}tail of a line\nwhole\n`);
    await store.end(run("api", 1).unit, 1, "exit 0");
    const lines = await pageForward(store, {});
    expect(texts(lines)).toEqual(["tail of a line", "whole"]);
    expect(await pageBackward(store, { limit: 1 })).toEqual(lines);
  });

  test("a truncated log goes on with what comes after", async () => {
    const store = bench.store();
    const write = begin(store, "api");
    write(`${numbered("old ", 100).join("\n")}\n`);
    const page = await store.read(newest);
    truncateSync(pathOf("api", 1));
    expect(texts((await store.read(newest)).lines)).toEqual([]);
    write("new\n");
    expect(texts((await store.read({ ...all, from: page.after })).lines)).toEqual(["new"]);
    expect(texts((await store.read(newest)).lines)).toEqual(["new"]);
  });

  test("a removed folder loses history, and nothing else", async () => {
    const store = bench.store();
    begin(store, "api", 1)("gone\n");
    await store.end(run("api", 1).unit, 1, "exit 0");
    begin(store, "api", 2)("kept by the descriptor\n");
    await store.read(all);
    rmSync(join(bench.dir, "logs"), { recursive: true });
    expect(texts((await store.read(all)).lines)).toEqual(["kept by the descriptor"]);
    await store.end(run("api", 1).unit, 2, "exit 0");
    expect(texts((await store.read(all)).lines)).toEqual([]);
    begin(store, "api", 3)("new\n");
    expect(texts((await store.read(all)).lines)).toEqual(["new"]);
  });

  test.each([
    ["missing", (path: string) => rmSync(path)],
    ["torn", (path: string) => truncateSync(path, 131)],
    ["shorter than its header", (path: string) => truncateSync(path, 7)],
    ["full of nonsense", (path: string) => writeFileSync(path, Buffer.alloc(500, 0xa5))],
    ["nonsense after its header", (path: string) => appendFileSync(path, Buffer.alloc(64, 0xa5))],
  ])("a sidecar that is %s costs the times only", async (_, spoil) => {
    const store = bench.store();
    const write = begin(store, "api");
    write("a\n");
    await store.read(newest);
    write("b\n");
    await store.end(run("api", 1).unit, 1, "exit 0");
    await store.close();
    spoil(pathOf("api", 1, ".idx"));
    const changedAt = 1_700_000_000;
    utimesSync(pathOf("api", 1), changedAt, changedAt);
    const later = bench.store();
    expect(texts((await later.read(all)).lines)).toEqual(["a", "b"]);
    expect(texts(await pageBackward(later, { limit: 1 }))).toEqual(["a", "b"]);
    later.adopt({ ...run("api", 1), startedAt: changedAt * 1000, splitStderr: false });
    write("c\n");
    expect(texts((await later.read(all)).lines)).toEqual(["a", "b", "c"]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be written to is a failure", () => {
    const store = bench.store();
    begin(store, "api");
    chmodSync(join(bench.dir, "logs", "api", "1"), 0o500);
    expect(store.begin({ ...run("api", 2), startedAt: 1, splitStderr: false })).toMatchObject({
      ok: false,
      failure: { errno: "EACCES" },
    });
  });

  test("a sidecar that cannot be written is said once and fails nothing", async () => {
    const notices: string[] = [];
    const store = bench.store({ onNotice: (message) => notices.push(message) });
    for (const generation of [1, 2]) {
      const write = begin(store, "api", generation);
      rmSync(pathOf("api", generation, ".idx"), { force: true });
      // A dangling link into a folder that is not there cannot be created by anyone, root included.
      symlinkSync(join(bench.dir, "nowhere", "x"), pathOf("api", generation, ".idx"));
      write("a\n");
      await store.end(run("api", 1).unit, generation, "exit 0");
    }
    expect(notices).toHaveLength(1);
    expect(texts((await store.read(all)).lines)).toEqual(["a", "a"]);
  });
});

describe("old runs", () => {
  test("are dropped over the size of their service, the oldest first", async () => {
    const store = bench.store({ maxSizeBytes: 2500 });
    for (const generation of [1, 2, 3]) {
      begin(store, "api", generation)(`${String(generation).repeat(999)}\n`);
      utimesSync(pathOf("api", generation), generation, generation);
      if (generation < 3) await store.end(run("api", 1).unit, generation, "exit 0");
    }
    store.configure({ keepMs: Infinity, maxSizeBytes: 2500 });
    const before = (await store.read({ ...newest, limit: 1 })).before;
    await store.prune();
    expect(readdirSync(join(bench.dir, "logs", "api", "1")).filter((name) => name.endsWith(".log"))).toEqual([
      "2.log",
      "3.log",
    ]);
    expect(texts((await store.read(all)).lines).map((text) => text[0])).toEqual(["2", "3"]);
    expect(texts(await pageBackward(store, { from: before, limit: 1 })).map((text) => text[0])).toEqual(["2"]);
    store.configure({ keepMs: 0, maxSizeBytes: 1 });
    await store.prune();
    expect(readdirSync(join(bench.dir, "logs", "api", "1")).filter((name) => name.endsWith(".log"))).toEqual(["3.log"]);
    await store.end(run("api", 1).unit, 3, "exit 0");
    await store.prune();
    expect(readdirSync(join(bench.dir, "logs"))).toEqual([]);
    begin(store, "api", 4)("back\n");
    expect(texts((await store.read(all)).lines)).toEqual(["back"]);
  });
});

describe("watched lines", () => {
  test("come from the first on, all of them, before the end is done", async () => {
    const store = bench.store();
    const seen: string[] = [];
    store.watchLines(run("api", 1).unit, 1, (line) => seen.push(line));
    const writer = bench.write(
      store,
      "api",
      `for (let i = 0; i < 20000; i++) console.log("n" + i); process.stdout.write("last words")`,
    );
    await writer.ended;
    await store.end(run("api", 1).unit, 1, "exit 0");
    expect(seen).toEqual([...numbered("n", 20_000), "last words"]);
  });

  test("include one that has no end", async () => {
    const store = bench.store();
    const seen: string[] = [];
    const stop = store.watchLines(run("api", 1).unit, 1, (line) => seen.push(line));
    begin(store, "api")("ready> ");
    await waitUntil("the line came", () => seen.length === 1);
    expect(seen).toEqual(["ready> "]);
    await store.end(run("api", 1).unit, 1, "exit 0");
    expect(seen).toEqual(["ready> "]);
    stop();
  });
});
