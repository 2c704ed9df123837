import { describe, expect, test } from "vitest";
import type { LogCursor, LogLine, LogPage } from "../../../src/model/log.ts";
import { LogBuffer } from "../../../src/ui/store/log-buffer.ts";
import { sampleLine } from "../../helpers/fleet-samples.ts";

function line(offset: number, change: Partial<LogLine> = {}): LogLine {
  return sampleLine("api#1", `line ${offset}`, { offset, ...change });
}

/** A page whose cursors are the offsets around it. */
function page(lines: LogLine[], from = lines[0]?.offset ?? 0): LogPage {
  const to = (lines.at(-1)?.offset ?? from - 1) + 1;
  return {
    lines,
    before: String(from) as LogCursor,
    after: String(to) as LogCursor,
    atStart: false,
    atEnd: true,
    skippedBytes: 0,
  };
}

function range(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from }, (_, i) => line(from + i));
}

function texts(buffer: LogBuffer): string[] {
  return Array.from({ length: buffer.last - buffer.first + 1 }, (_, i) => buffer.at(buffer.first + i)?.text ?? "?");
}

describe("a log buffer", () => {
  test("is empty at first, and knows no place", () => {
    const buffer = new LogBuffer();
    expect([buffer.last < buffer.first, buffer.before, buffer.after, buffer.at(0)]).toEqual([true, null, null, null]);
  });

  test("keeps the number of a line when older and newer ones come", () => {
    const buffer = new LogBuffer();
    buffer.append(page(range(10, 12)));
    const seq = buffer.first;
    buffer.append(page(range(12, 13)));
    buffer.prepend(page(range(8, 10)));
    expect(buffer.at(seq)?.text).toBe("line 10");
    expect(texts(buffer)).toEqual(["line 8", "line 9", "line 10", "line 11", "line 12"]);
    expect([buffer.before, buffer.after]).toEqual(["8", "13"]);
  });

  test("replaces a line without an end in place when it comes again", () => {
    const buffer = new LogBuffer();
    buffer.append(page([line(1), line(2, { text: "wor", isPartial: true })]));
    const other = sampleLine("web#1", "other", { offset: 2 });
    expect(buffer.append(page([other, line(2, { text: "working", isPartial: true })]))).toBe(true);
    expect(buffer.append(page([line(2, { text: "working", isPartial: true })]))).toBe(false);
    buffer.append(page([line(2, { text: "works." }), line(3)]));
    expect(texts(buffer)).toEqual(["line 1", "works.", "other", "line 3"]);
  });

  test("drops the oldest lines beyond its limit, and knows where to read them again", () => {
    const buffer = new LogBuffer({ lines: 1000, chars: 1e9 });
    for (let from = 0; from < 3000; from += 100) buffer.append(page(range(from, from + 100)));
    expect(buffer.last - buffer.first).toBeLessThan(1000);
    expect(buffer.at(buffer.last)?.text).toBe("line 2999");
    expect(buffer.at(buffer.first)?.text).toBe(`line ${buffer.before}`);
    expect(buffer.at(0)).toBeNull();
  });

  test("drops by the amount of text too", () => {
    const buffer = new LogBuffer({ lines: 1e6, chars: 100_000 });
    for (let i = 0; i < 5000; i += 1) buffer.append(page([line(i, { text: "x".repeat(100) })]));
    expect((buffer.last - buffer.first + 1) * 100).toBeLessThanOrEqual(100_000 + 500 * 100);
  });

  test("drops the newest lines when older ones are put before them, and says so", () => {
    const buffer = new LogBuffer({ lines: 1000, chars: 1e9 });
    buffer.append(page(range(5000, 5600)));
    expect(buffer.prepend(page(range(4700, 5000)))).toBe(false);
    expect(buffer.isFull).toBe(false);
    expect(buffer.prepend(page(range(4400, 4700)))).toBe(true);
    expect(buffer.at(buffer.last)?.text).toBe("line 4999");
    expect(buffer.after).toBe("5000");
  });

  test("a line that never ends does not keep the old ones for ever", () => {
    const buffer = new LogBuffer({ lines: 2000, chars: 1e9 });
    buffer.append(page([line(0, { isPartial: true })]));
    for (let from = 1; from < 20_000; from += 100) buffer.append(page(range(from, from + 100)));
    expect(buffer.last - buffer.first).toBeLessThan(3000);
  });

  test("beginning anew gives no line an old number", () => {
    const buffer = new LogBuffer();
    buffer.append(page(range(0, 5)));
    const old = buffer.last;
    buffer.reset(page(range(90, 92)));
    expect(buffer.first).toBeGreaterThan(old);
    expect(texts(buffer)).toEqual(["line 90", "line 91"]);
  });
});
