import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TimeIndex } from "../../../src/engine/logs/time-index.ts";
import { tempFolder } from "../../helpers/processes.ts";

const start = 1_700_000_000_000;

/** Ten bytes every millisecond, `count` times; flushed after every `flushEvery`. */
async function filled(path: string, count: number, flushEvery = Number.POSITIVE_INFINITY): Promise<TimeIndex> {
  const index = new TimeIndex(path);
  index.begin(start);
  for (let i = 1; i <= count; i++) {
    index.append(i * 10, start + i);
    if (i % flushEvery === 0) await index.flush();
  }
  return index;
}

async function timesOf(index: TimeIndex, offsets: number[]): Promise<number[]> {
  const times: number[] = [];
  for (const offset of offsets) times.push((await index.range(offset, offset + 1)).at(offset) - start);
  return times;
}

describe("a time index whose file is cut", () => {
  test.each([
    ["at the end of what was seen", 200, 200],
    ["between two records", 150, 150],
    ["within a record", 155, 150],
    ["at its beginning", 0, 0],
  ])("%s keeps what is before, and takes what follows", async (_, end, lastEnd) => {
    const index = await filled(join(tempFolder(), "1.idx"), 20);
    index.cutTo(end);
    expect(index.lastEnd).toBe(lastEnd);
    index.append(lastEnd + 100, start + 500);
    const kept = Array.from({ length: lastEnd / 10 }, (_, i) => i * 10);
    expect(await timesOf(index, kept)).toEqual(kept.map((offset) => offset / 10 + 1));
    expect(await timesOf(index, [lastEnd, lastEnd + 99])).toEqual([500, 500]);
  });

  test("keeps the records of an earlier daemon, whose text is longer than they tell", async () => {
    const path = join(tempFolder(), "1.idx");
    await (await filled(path, 30)).flush();
    const index = new TimeIndex(path);
    index.recover(start, start + 9_000);
    index.append(320, start + 9_000);
    index.cutTo(310);
    index.append(330, start + 9_500);
    expect(await timesOf(index, [0, 150, 299, 300, 329])).toEqual([1, 16, 30, 9_500, 9_500]);
    expect(await index.flush()).toBe(true);
    const next = new TimeIndex(path);
    next.recover(start, start + 10_000);
    expect(next.lastEnd).toBe(330);
    expect(await timesOf(next, [0, 299, 329])).toEqual([1, 30, 9_500]);
  });

  test("keeps what is on disk where its newest records are in memory", async () => {
    const index = await filled(join(tempFolder(), "1.idx"), 3_000, 100);
    index.append(30_010, start + 4_000);
    index.cutTo(30_000);
    index.append(30_020, start + 5_000);
    expect(await timesOf(index, [0, 15_000, 29_999, 30_000, 30_019])).toEqual([1, 1_501, 3_000, 5_000, 5_000]);
  });

  test("writes over what it had told the sidecar", async () => {
    const path = join(tempFolder(), "1.idx");
    const index = await filled(path, 30);
    await index.flush();
    index.cutTo(100);
    index.append(110, start + 700);
    expect(await index.flush()).toBe(true);
    const next = new TimeIndex(path);
    next.recover(start, start + 10_000);
    expect(next.lastEnd).toBe(110);
    expect(await timesOf(next, [0, 99, 100, 109])).toEqual([1, 10, 700, 700]);
  });
});
