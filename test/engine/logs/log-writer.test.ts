import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogStore } from "../../../src/engine/logs/log-store.ts";
import type { LogWriter, TimedBytes } from "../../../src/engine/logs/log-writer.ts";
import { type LogBench, logBench, pageForward, run, texts } from "./store-harness.ts";

let bench: LogBench;
let store: LogStore;
beforeEach(() => {
  bench = logBench();
  store = bench.store();
});
afterEach(() => bench.close());

const start = 1_700_000_000_000;
const piece = (text: string, ms: number, stream: TimedBytes["stream"] = "out"): TimedBytes => ({
  stream,
  bytes: Buffer.from(text),
  at: start + ms,
});
const path = (): string => store.pathOf(run("db", 1));

function begin(splitStderr = false, of = store): LogWriter {
  const begun = of.beginWritten({ ...run("db", 1), startedAt: start, splitStderr });
  if (!begun.ok) throw new Error(begun.failure.message);
  return begun.writer;
}

async function linesOf(from: LogStore): Promise<[text: string, ms: number][]> {
  const lines = (await pageForward(from, {})).filter(({ kind }) => kind === "line");
  return lines.map(({ text, at }) => [text, at - start]);
}

describe("a log that the daemon writes itself", () => {
  test("has the times that it was given, also in the next daemon's life", async () => {
    const writer = begin();
    writer.write([piece("a\n", 10), piece("b\n", 10), piece("c\n", 700)]);
    writer.write([piece("d\n", 800)]);
    const expected = [
      ["a", 10],
      ["b", 10],
      ["c", 700],
      ["d", 800],
    ];
    expect(await linesOf(store)).toEqual(expected);
    writer.close();
    await store.close();
    const next = bench.store();
    begin(false, next).close();
    expect(await linesOf(next)).toEqual(expected);
  });

  test("has both streams in one file, or each in its own", () => {
    const writer = begin(true);
    writer.write([piece("out\n", 1), piece("err\n", 1, "err"), piece("more\n", 2)]);
    expect(writer.ends).toEqual({ out: 9, err: 4 });
    writer.close();
    expect(readFileSync(path(), "utf8")).toBe("out\nmore\n");
  });

  test("ends where it is cut, and goes on from there with new times", async () => {
    const writer = begin();
    writer.write([piece("a\n", 10), piece("b\n", 20)]);
    const { ends } = writer;
    writer.write([piece("wrong\n", 30)]);
    writer.cut(ends);
    expect(writer.ends).toEqual(ends);
    writer.write([piece("c\n", 40)]);
    writer.close();
    expect(await linesOf(store)).toEqual([
      ["a", 10],
      ["b", 20],
      ["c", 40],
    ]);
  });

  test("is not made longer by a cut beyond its end", () => {
    const writer = begin();
    writer.write([piece("a\n", 1)]);
    writer.cut({ out: 100, err: 0 });
    expect(writer.ends).toEqual({ out: 2, err: 0 });
    writer.close();
    expect(readFileSync(path(), "utf8")).toBe("a\n");
  });

  test("goes on after what an earlier daemon wrote, whatever the index knew of it", async () => {
    const writer = begin();
    writer.write([piece("a\n", 10)]);
    writer.close();
    await store.close();
    writeFileSync(path(), "a\nb\n");
    const next = bench.store();
    const again = begin(false, next);
    expect(again.ends).toEqual({ out: 4, err: 0 });
    again.cut({ out: 2, err: 0 });
    again.write([piece("c\n", 20)]);
    again.close();
    expect(await linesOf(next)).toEqual([
      ["a", 10],
      ["c", 20],
    ]);
  });

  test("that was removed is written to nowhere, and that is no fault", async () => {
    const writer = begin();
    writer.write([piece("a\n", 1)]);
    rmSync(path());
    writer.write([piece("b\n", 2)]);
    writer.cut({ out: 2, err: 0 });
    writer.close();
    expect(existsSync(path())).toBe(false);
    expect(texts(await pageForward(bench.store(), {}))).toEqual([]);
  });
});
