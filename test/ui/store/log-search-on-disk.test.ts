import { expect, onTestFinished, test, vi } from "vitest";
import type { LogStore } from "../../../src/engine/logs/log-store.ts";
import type { LogPage, LogQuery } from "../../../src/model/log.ts";
import { logPattern } from "../../../src/ui/state/log-pattern.ts";
import { lineKey } from "../../../src/ui/state/log-search.ts";
import { LogFeed } from "../../../src/ui/store/log-feed.ts";
import { LogFinder } from "../../../src/ui/store/log-finder.ts";
import { logBench } from "../../engine/logs/store-harness.ts";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet } from "../../helpers/fleet-samples.ts";

/** A client whose logs are real files. */
class StoreClient extends FakeClient {
  readonly #store: LogStore;

  constructor(store: LogStore) {
    super(sampleFleet([]));
    this.#store = store;
  }

  override readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    return this.#store.read(query, signal);
  }
}

const lineCount = 150_000;

/** Two services that have written many lines, with a needle at every 50,000th of one. */
async function open() {
  const bench = logBench();
  onTestFinished(() => bench.close());
  const store = bench.store();
  const write = (needle: string) =>
    `const lines = Array.from({ length: ${lineCount} }, (_, i) => (i % 50000 === 0 ? "${needle} " : "line ") + i + "\\n");
     require("fs").writeSync(1, lines.join(""));`;
  await Promise.all([bench.write(store, "a", write("needle")).ended, bench.write(store, "b", write("other")).ended]);
  const client = new StoreClient(store);
  const feed = new LogFeed(client, () => {});
  const finder = new LogFinder(client, () => {});
  onTestFinished(() => {
    feed.close();
    finder.close();
  });
  const { buffer } = feed;
  const textAt = (seq: number) => buffer.at(seq)?.text;
  return { feed, finder, buffer, textAt };
}

test("matches are counted and found in files of megabytes, with the lines around them, up and down", async () => {
  const { feed, finder, buffer, textAt } = await open();
  feed.watch([]);
  await vi.waitFor(() => expect(textAt(buffer.last)).toMatch(/149999/), { timeout: 10_000 });
  const wanted = { units: [], patterns: [logPattern("needle")] };
  finder.look(wanted);
  await vi.waitFor(() => expect(finder.status()).toMatchObject({ count: 3, isMore: false, isCounting: false }), {
    timeout: 10_000,
  });

  const found: string[] = [];
  for (const step of [-1, -1, -1, 1, 1] as const) {
    const from = step === -1 ? buffer.before : buffer.after;
    const match = from === null ? null : await finder.find(from, step);
    if (match === null || match === "stopped") throw new Error(`nothing found after ${found.join(", ")}`);
    found.push(match.line.text);
    expect(await feed.loadAround(match.cursor)).toBe(true);
    const seq = buffer.find((line) => lineKey(line) === lineKey(match.line));
    if (seq === null) throw new Error(`${match.line.text} is not in the buffer`);
    expect(finder.status()?.placeOf(lineKey(match.line))).toBe(3 - Number(match.line.text.split(" ")[1]) / 50_000);
  }
  expect(found).toEqual(["needle 100000", "needle 50000", "needle 0", "needle 50000", "needle 100000"]);
});

test("a filtered log is read back over all of it, while the first lines are shown", async () => {
  const { feed, buffer, textAt } = await open();
  feed.watch(["a"], logPattern("needle"));
  await vi.waitFor(
    () =>
      expect(Array.from({ length: 3 }, (_, i) => textAt(buffer.first + i))).toEqual([
        "needle 0",
        "needle 50000",
        "needle 100000",
      ]),
    { timeout: 10_000 },
  );
});
