import { afterEach, describe, expect, test, vi } from "vitest";
import type { LogCursor } from "../../../src/model/log.ts";
import { logPattern } from "../../../src/ui/state/log-pattern.ts";
import { lineKey } from "../../../src/ui/state/log-search.ts";
import { LogFinder } from "../../../src/ui/store/log-finder.ts";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleLine } from "../../helpers/fleet-samples.ts";

let closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers) close();
  closers = [];
});

/** A log of so many lines; those whose number is in `hits` hold a needle. */
function open(count: number, hits: number[], searchedLines = 100) {
  const client = new FakeClient(sampleFleet([]));
  client.searchedLines = searchedLines;
  const add = (from: number, to: number) => {
    client.log(
      ...Array.from({ length: to - from }, (_, i) =>
        sampleLine("api#1", hits.includes(from + i) ? `Needle ${from + i}` : `line ${from + i}`, { offset: from + i }),
      ),
    );
  };
  add(0, count);
  const finder = new LogFinder(client, () => {});
  closers.push(() => finder.close());
  const look = (...patterns: string[]) => finder.look({ units: [], patterns: patterns.map(logPattern) });
  const counted = async () => {
    await vi.waitFor(() => expect(finder.status()?.isCounting).toBe(false));
    const { count, isMore } = finder.status() ?? { count: -1, isMore: false };
    return { count, isMore };
  };
  return { client, finder, add, look, counted };
}

const at = (index: number) => String(index) as LogCursor;
const key = (offset: number) => lineKey(sampleLine("api#1", "", { offset }));

describe("counting", () => {
  test("goes through all there is, newest first", async () => {
    const { finder, look, counted } = open(2000, [3, 700, 1999]);
    look("needle");
    expect(await counted()).toEqual({ count: 3, isMore: false });
    expect([1999, 700, 3, 4].map((offset) => finder.status()?.placeOf(key(offset)))).toEqual([1, 2, 3, null]);
  });

  test("ends at a thousand and says so", async () => {
    const { look, counted } = open(3000, [], 5000);
    look("line");
    expect(await counted()).toEqual({ count: 1000, isMore: true });
  });

  test("goes on with the lines that come", async () => {
    const { finder, add, look, counted } = open(200, [5, 203]);
    look("needle");
    await counted();
    add(200, 210);
    finder.grew();
    await vi.waitFor(() => expect(finder.status()?.count).toBe(2), { timeout: 5000 });
    expect(finder.status()?.placeOf(key(203))).toBe(1);
  });

  test("takes several patterns, each with its own rule for capitals", async () => {
    const { look, counted } = open(200, [5, 55, 156]);
    look("needle", "N.*5$");
    expect(await counted()).toEqual({ count: 2, isMore: false });
  });

  test("what is not looked for any more is not read on", async () => {
    const { client, finder, look } = open(50_000, [0], 1);
    look("needle");
    await vi.waitFor(() => expect(client.queries.length).toBeGreaterThan(5));
    finder.look(null);
    const asked = client.queries.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.queries.length - asked).toBeLessThan(3);
    expect(finder.status()).toBeNull();
  });
});

describe("finding", () => {
  test.each<[from: number, step: -1 | 1, found: string | null, cursor: string]>([
    [1000, -1, "Needle 700", "700"],
    [700, -1, "Needle 3", "3"],
    [3, -1, null, ""],
    [1000, 1, "Needle 1999", "2000"],
    [2000, 1, null, ""],
  ])("from %d, step %d: %s", async (from, step, text, cursor) => {
    const { finder, look } = open(2000, [3, 700, 1999]);
    look("needle");
    const found = await finder.find(at(from), step);
    expect(found === null || found === "stopped" ? null : found.line.text).toBe(text);
    if (found !== null && found !== "stopped") expect(found.cursor).toBe(cursor);
  });

  test("passes over lines that match only without regard to capitals", async () => {
    const { client, finder, look } = open(10, [], 5000);
    client.log(sampleLine("api#1", "ALPHA Beta", { offset: 10 }), sampleLine("api#1", "ALPHA beta", { offset: 11 }));
    look("Beta", "alpha");
    const found = await finder.find(at(12), -1);
    expect(found !== null && found !== "stopped" ? found.line.text : found).toBe("ALPHA Beta");
  });

  test("stops when told to", async () => {
    const { finder, look } = open(50_000, [0], 1);
    look("needle");
    const found = finder.find(at(50_000), -1);
    finder.stop();
    expect(await found).toBe("stopped");
  });

  test("says that the log cannot be read", async () => {
    const { client, finder, look } = open(10, [1]);
    look("needle");
    client.disconnect("the daemon ended");
    await expect(finder.find(at(10), -1)).rejects.toThrow("the daemon ended");
  });
});
