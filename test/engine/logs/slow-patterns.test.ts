import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogStore } from "../../../src/engine/logs/log-store.ts";
import { PatternTooSlow } from "../../../src/lib/pattern-too-slow.ts";
import type { LogQuery } from "../../../src/model/log.ts";
import { type LogBench, logBench } from "./store-harness.ts";

let bench: LogBench;
let store: LogStore;

beforeEach(() => {
  bench = logBench();
  store = bench.store();
});

afterEach(() => bench.close());

const program = `
for (let i = 0; i < 2000; i++) console.log("line " + i + (i % 500 === 7 ? " needle" : ""));
console.log("a".repeat(10000) + "!");
console.log("last");
`;

/** All pages of a search, and the most of a core that was had between two turns of the event loop, in milliseconds. */
async function search(
  query: Pick<LogQuery, "grep" | "direction">,
): Promise<{ found: string[] | Error; mostMs: number }> {
  let isOver = false;
  const pages = async (): Promise<string[]> => {
    const isForward = query.direction === "forward";
    let found: string[] = [];
    let from: LogQuery["from"] = isForward ? "start" : "end";
    for (;;) {
      const page = await store.read({ ...query, units: [], from, limit: 3 });
      const texts = page.lines.map((line) => line.text);
      found = isForward ? [...found, ...texts] : [...texts, ...found];
      from = isForward ? page.after : page.before;
      if (isForward ? page.atEnd : page.atStart) return found;
    }
  };
  const reading = pages()
    .catch((error: unknown) => error as Error)
    .finally(() => {
      isOver = true;
    });
  let mostMs = 0;
  while (!isOver) {
    const before = cpuMs();
    await setImmediate();
    mostMs = Math.max(mostMs, cpuMs() - before);
  }
  return { found: await reading, mostMs };
}

/** Of a core, not of the time: the machine may have other things to do. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

describe("a search through a log with a line of ten thousand letters", () => {
  beforeEach(async () => {
    await bench.write(store, "api", program).ended;
    await store.end("api#1" as never, 1, "exit 0");
  });

  test.each(["forward", "backward"] as const)(
    "%s, for a pattern that takes years for it, says so, and lets others in",
    async (direction) => {
      const { found, mostMs } = await search({ grep: "(a+)+$", direction });
      expect(found).toBeInstanceOf(PatternTooSlow);
      expect(String(found)).toContain("this pattern takes too long, more than 50ms for one line: (a+)+$");
      expect(mostMs).toBeLessThan(100);
    },
  );

  test.each([
    ["forward", "(needle)+$"],
    ["backward", "(needle)+$"],
    ["forward", "needle"],
    ["backward", "needle"],
  ] as const)("%s, for /%s/, finds each line once, in pages that go on where they ended", async (direction, grep) => {
    const { found } = await search({ grep, direction });
    expect(found).toEqual([7, 507, 1007, 1507].map((n) => `line ${n} needle`));
  });
});
