import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeHeader, encodeHeader, type SidecarHeader } from "../../../src/engine/logs/sidecar.ts";
import { TimeIndex } from "../../../src/engine/logs/time-index.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "orchestra-index-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const start = 1_700_000_000_000;

/** Ten bytes every millisecond, `count` times; flushed every `flushEvery` records. */
async function filled(index: TimeIndex, count: number, flushEvery = Infinity): Promise<void> {
  index.begin(start);
  for (let i = 1; i <= count; i++) {
    index.append(i * 10, start + i);
    if (i % flushEvery === 0) expect(await index.flush()).toBe(true);
  }
}

async function timesOf(index: TimeIndex, offsets: number[]): Promise<number[]> {
  const times: number[] = [];
  for (const offset of offsets) times.push((await index.range(offset, offset + 1)).at(offset) - start);
  return times;
}

describe("a time index", () => {
  test.each([
    ["that is in memory", 400, Infinity],
    ["that is on disk but for its newest records", 5000, 100],
    ["that was written in one go", 3000, 3000],
  ])("%s knows when each byte was seen", async (_, count, flushEvery) => {
    const index = new TimeIndex(join(dir, "1.idx"));
    await filled(index, count, flushEvery);
    expect(await timesOf(index, [0, 9, 10, 2555, 3999, count * 10 - 1])).toEqual([1, 1, 2, 256, 400, count]);
    const slice = await index.range(1000, count * 10);
    for (let offset = 1000; offset < count * 10; offset += 7)
      expect(slice.at(offset) - start).toBe(Math.floor(offset / 10) + 1);
    for (let offset = count * 10 - 1; offset >= 1000; offset -= 13) {
      expect(slice.at(offset) - start).toBe(Math.floor(offset / 10) + 1);
    }
    expect(await index.seek(start + 300)).toBe(2990);
    expect(await index.seek(start)).toBe(0);
    expect(await index.seek(start + count + 1)).toBe(count * 10);
  });

  test.each(["recover", "load"] as const)("is the same after %s", async (how) => {
    const path = join(dir, "1.idx");
    const first = new TimeIndex(path);
    await filled(first, 2000, 100);
    first.setEnd({ size: 20_000, at: start + 9999, note: "exit 1" });
    await first.flush();
    const second = new TimeIndex(path);
    await second[how](1, start + 50_000);
    expect(second.header).toEqual({ startedAt: start, end: { size: 20_000, at: start + 9999, note: "exit 1" } });
    expect(second.lastAt).toBe(start + 2000);
    expect(await timesOf(second, [0, 2555, 19_999, 20_000])).toEqual([1, 256, 2000, 50_000]);
    expect(await second.seek(start + 1500)).toBe(14_990);
    second.append(20_010, start + 2010);
    expect(await timesOf(second, [19_999, 20_000])).toEqual([2000, 2010]);
    await second.flush();
    const third = new TimeIndex(path);
    await third.load(1, 2);
    expect(await timesOf(third, [19_999, 20_000])).toEqual([2000, 2010]);
  });

  test("never goes back in time, whatever the clock does", async () => {
    const index = new TimeIndex(join(dir, "1.idx"));
    index.begin(start);
    index.append(10, start + 100);
    index.append(20, start - 5000);
    expect(await timesOf(index, [0, 10])).toEqual([100, 100]);
  });

  test("that cannot be written stays bounded, and is whole again once it can", async () => {
    const index = new TimeIndex(join(dir, "nowhere", "1.idx"));
    index.begin(start);
    for (let i = 1; i <= 20_000; i++) index.append(i * 10, start + i);
    expect(await index.flush()).toBe(false);
    const records = await index.range(0, Infinity);
    let last = 0;
    for (let offset = 0; offset < 200_000; offset += 10) {
      const at = records.at(offset) - start;
      expect(at).toBeGreaterThanOrEqual(Math.max(last, offset / 10 + 1));
      last = at;
    }
    expect(last).toBe(20_000);
  });

  test("takes sixteen bytes a record on disk, and starts anew after a truncation", async () => {
    const path = join(dir, "1.idx");
    const index = new TimeIndex(path);
    await filled(index, 1000, 1000);
    expect(statSync(path).size).toBe(128 + 16_000);
    index.reset();
    index.append(5, start + 2000);
    await index.flush();
    expect(statSync(path).size).toBe(128 + 16);
    expect(decodeHeader(readFileSync(path))).toEqual({ startedAt: start, end: null });
  });
});

const headers: [string, SidecarHeader, string][] = [
  ["of a run that goes on", { startedAt: start, end: null }, ""],
  ["of an ended run", { startedAt: start, end: { size: 7, at: start + 1, note: "SIGKILL" } }, "SIGKILL"],
  [
    "with a note that does not fit",
    { startedAt: start, end: { size: 0, at: start, note: "ü".repeat(90) } },
    "ü".repeat(48),
  ],
];

describe("a sidecar's header", () => {
  test.each(headers)("%s is read as it was written", (_, header, note) => {
    const end = header.end === null ? null : { ...header.end, note };
    expect(decodeHeader(encodeHeader(header))).toEqual({ ...header, end });
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(128)],
    ["text", Buffer.from("x".repeat(128))],
    ["half of one", encodeHeader({ startedAt: start, end: null }).subarray(0, 60)],
  ])("is not made out of %s", (_, bytes) => {
    expect(decodeHeader(bytes)).toBeNull();
  });
});
