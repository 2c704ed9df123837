import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogCursor, LogLine, LogPage } from "../../../src/model/log.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { type LogBench, logBench, numbered, pageBackward, pageForward, run, texts } from "./store-harness.ts";

let bench: LogBench;
beforeEach(() => {
  bench = logBench();
});
afterEach(() => bench.close());

/** Writes 5,000 numbered lines in pieces that end anywhere, some 20,000 a second, and waits for its death. */
function broken(prefix: string): string {
  return `
    const { writeSync } = require("node:fs");
    let i = 0, text = "";
    const step = () => {
      for (let k = 0; k < 5; k++) {
        while (text.length < 300 && i < 5000) text += "${prefix}" + i++ + "\\n";
        if (text === "") break;
        const size = 1 + Math.floor(Math.random() * text.length);
        writeSync(1, text.slice(0, size));
        text = text.slice(size);
      }
      setTimeout(step, Math.random() * 3);
    };
    step();`;
}

/** Writes `perTick` numbered lines every 10 ms for `ticks` ticks, and keeps to the clock. */
function steady(prefix: string, perTick: number, ticks: number): string {
  return `
    const { writeSync } = require("node:fs");
    const start = performance.now();
    let i = 0;
    const step = () => {
      const due = Math.min(${ticks}, 1 + Math.floor((performance.now() - start) / 10)) * ${perTick};
      while (i < due) { let text = ""; for (let k = 0; k < ${perTick} && i < due; k++) text += "${prefix}" + i++ + "\\n"; writeSync(1, text); }
      if (i < ${perTick * ticks}) setTimeout(step, 10);
    };
    step();`;
}

/** Every line of `lines` is the next number, the last of them maybe broken off by the writer's death. */
function expectNumbered(prefix: string, lines: string[]): void {
  const expected = numbered(prefix, lines.length);
  const last = lines.at(-1) ?? "";
  expect(lines.slice(0, -1)).toEqual(expected.slice(0, -1));
  expect(expected.at(-1)?.startsWith(last)).toBe(true);
}

/** Says of page after page whether `runs` runs have ended with it. */
function untilEnded(runs = 1): (page: LogPage) => boolean {
  let ended = 0;
  return ({ lines, atEnd }) => {
    ended += lines.filter(({ kind, text }) => kind === "run" && text.includes("ended")).length;
    return atEnd && ended === runs;
  };
}

describe("no line is lost or doubled", () => {
  test.each([1, 2, 3])("when writers are killed while readers page on (%i)", async () => {
    const store = bench.store();
    const writers = ["a", "b"].map((service) => bench.write(store, service, broken(`${service}-`)));
    const impatient = pageForward(store, { limit: 37 }, untilEnded(2));
    const patient = pageForward(store, { waitMs: 10_000, limit: 1000 }, untilEnded(2));
    const one = pageForward(store, { waitMs: 10_000, units: ["a"] }, untilEnded());
    for (const [i, { child, ended }] of writers.entries()) {
      const service = i === 0 ? "a" : "b";
      const enough = 500 + Math.random() * 4000;
      await waitUntil("it has written enough", async () => {
        const newest = (await store.tail(run(service, 1).unit, 1))[0]?.text ?? "";
        return Number(newest.slice(2)) > enough;
      });
      child.kill("SIGKILL");
      await ended;
      await store.end(run(service, 1).unit, 1, "SIGKILL");
    }
    const forward = await pageForward(store, { limit: 5000 });
    for (const lines of [await impatient, await patient, forward]) {
      for (const service of ["a", "b"]) {
        expectNumbered(`${service}-`, texts(lines.filter(({ unit }) => unit === run(service, 1).unit)));
      }
    }
    expectNumbered("a-", texts(await one));
    expect(await pageBackward(store, { limit: 13 })).toEqual(forward);
    expect(forward.map(({ at }) => at)).toEqual(forward.map(({ at }) => at).toSorted((x, y) => x - y));
  });

  test("over generations that a follower sees come and go", async () => {
    const store = bench.store();
    const following = pageForward(store, { units: ["api"], waitMs: 10_000 }, untilEnded(4));
    for (let generation = 1; generation <= 4; generation++) {
      const writer = bench.write(store, "api", `for (let i = 0; i < 500; i++) console.log("g${generation}-" + i)`, {
        generation,
      });
      await writer.ended;
      await store.end(run("api", 1).unit, generation, "exit 0");
    }
    const expected = [1, 2, 3, 4].flatMap((generation) => [
      `run ${generation}`,
      ...numbered(`g${generation}-`, 500),
      `run ${generation} ended: exit 0`,
    ]);
    expect((await following).map(({ text }) => text)).toEqual(expected);
    expect((await pageBackward(store, { limit: 77 })).map(({ text }) => text)).toEqual(expected);
  });

  test("when another store takes over in the middle, and cursors live on", async () => {
    const first = bench.store();
    const writer = bench.write(first, "api", broken("n"));
    const lines: LogLine[] = [];
    let cursor: LogCursor | "start" = "start";
    const readSome = async (store: typeof first, until: number): Promise<void> => {
      while (lines.length < until) {
        const page: LogPage = await store.read({
          units: [],
          from: cursor,
          direction: "forward",
          limit: 100,
          waitMs: 5000,
        });
        lines.push(...page.lines.filter(({ isPartial }) => !isPartial));
        cursor = page.after;
      }
    };
    await readSome(first, 1500);
    await first.close();
    const second = bench.store();
    second.adopt({ ...run("api", 1), startedAt: Date.now(), splitStderr: false });
    await readSome(second, 3000);
    writer.child.kill("SIGKILL");
    await writer.ended;
    await second.end(run("api", 1).unit, 1, "SIGKILL");
    const rest = await pageForward(second, { from: cursor });
    expectNumbered("n", texts([...lines, ...rest]));
    const third = bench.store();
    const all = await pageForward(third, { limit: 5000 });
    expect(all).toEqual([...lines, ...rest]);
    expect(await pageBackward(third, { limit: 5000 })).toEqual(all);
  });
});

describe("a flood", () => {
  test("of four writers reaches a window of the latest lines in bounded memory, and is all there afterwards", async () => {
    const store = bench.store();
    const services = ["a", "b", "c", "d"];
    const ticks = 150;
    const writers = services.map((service) =>
      bench.write(store, service, steady(`${service} some words to make it longer `, 250, ticks)),
    );
    let isOver = false;
    const ended = Promise.all(writers.map((writer) => writer.ended)).then(() => {
      isOver = true;
    });
    let cursor: LogCursor | "start" = "start";
    let skipped = 0;
    let seen = 0;
    const heap: number[] = [];
    while (!isOver) {
      const page: LogPage = await store.read({
        units: [],
        from: cursor,
        direction: "forward",
        limit: 50,
        waitMs: 500,
        latest: true,
      });
      expect(page.lines.length).toBeLessThanOrEqual(50);
      seen += page.lines.length;
      skipped += page.skippedBytes;
      cursor = page.after;
      heap.push(process.memoryUsage().heapUsed);
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
    await ended;
    expect(seen).toBeGreaterThan(0);
    expect(skipped).toBeGreaterThan(1_000_000);
    expect(Math.max(...heap) - (heap[0] ?? 0)).toBeLessThan(60e6);
    for (const service of services) {
      await store.end(run(service, 1).unit, 1, "exit 0");
      const lines = texts(await pageForward(store, { units: [service], limit: 5000 }));
      expect(lines).toEqual(numbered(`${service} some words to make it longer `, 250 * ticks));
    }
  });
});

describe("a search", () => {
  test.each(["forward", "backward"] as const)(
    "%s through half a million lines finds the one, and never holds the event loop",
    async (direction) => {
      mkdirSync(join(bench.dir, "logs", "api", "1"), { recursive: true });
      const lines = numbered("2026-01-01T00:00:00.000Z INFO request handled in 12ms by worker ", 500_000);
      writeFileSync(join(bench.dir, "logs", "api", "1", "1.log"), `${lines.join("\n")}\n`);
      const expected = lines.filter((line) => /worker 25\d*777$/.test(line));
      const store = bench.store();
      const options = { grep: "worker 25\\d*777$", limit: 5000 };
      let isOver = false;
      const search = (direction === "forward" ? pageForward(store, options) : pageBackward(store, options)).finally(
        () => {
          isOver = true;
        },
      );
      // What one turn of the event loop costs in processor time; other programs on the machine do not count.
      const costs: number[] = [];
      while (!isOver) {
        const before = process.threadCpuUsage();
        await setImmediate();
        const { user, system } = process.threadCpuUsage(before);
        costs.push((user + system) / 1000);
      }
      expect(texts(await search)).toEqual(expected);
      // The first turns compile what they run, and a few collect garbage.
      const [, , , longest = 0] = costs.toSorted((a, b) => b - a);
      expect(longest).toBeLessThan(30);
      expect(costs.length).toBeGreaterThan(20);
    },
  );

  test("returns in time with what it has, and goes on from there", async () => {
    mkdirSync(join(bench.dir, "logs", "api", "1"), { recursive: true });
    writeFileSync(join(bench.dir, "logs", "api", "1", "1.log"), `${numbered("line ", 800_000).join("\n")}\n`);
    const store = bench.store();
    const page = await store.read({ units: [], from: "start", direction: "forward", limit: 10, grep: "nowhere" });
    expect(page).toMatchObject({ lines: [], atEnd: false });
    expect(page.after).not.toBe(page.before);
  });
});
