import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SeededRandom } from "../../../scripts/chaos/seeded-random.ts";
import type { LogStore } from "../../../src/engine/logs/log-store.ts";
import { ContainerLog } from "../../../src/engine/vendors/container-log.ts";
import type { LogPiece } from "../../../src/engine/vendors/docker.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { handClock } from "../../helpers/hand-clock.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { type LogBench, logBench, pageForward, run, texts } from "../logs/store-harness.ts";
import { scriptedDocker } from "./scripted-docker.ts";
import { dockerTime, ScriptedLog } from "./scripted-log.ts";

let bench: LogBench;
beforeEach(() => {
  bench = logBench();
});
afterEach(() => bench.close());

const container = "c".repeat(64);
const folder = (): string => join(bench.dir, "logs/db/1");
const positionPath = (): string => join(folder(), "container.pos");
const fileOf = (generation: number, stream: "out" | "err" = "out"): string =>
  join(folder(), stream === "out" ? `${generation}.log` : `${generation}.err.log`);

function piece(text: string, nanos: number, stream: LogPiece["stream"] = "out"): LogPiece {
  return { stream, time: dockerTime(nanos), bytes: Buffer.from(text) };
}

interface Taking {
  log: ContainerLog;
  store: LogStore;
  notices: string[];
}

function take(from: ScriptedLog, { generation = 1, splitStderr = false, clock = systemClock } = {}): Taking {
  const store = bench.store();
  const notices: string[] = [];
  const opened = ContainerLog.open({
    docker: scriptedDocker({ logs: from.logs }),
    logs: store,
    run: { ...run("db", generation), startedAt: Date.parse(dockerTime(0)), splitStderr },
    container,
    clock,
    onNotice: (message) => notices.push(message),
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  opened.log.start(false);
  return { log: opened.log, store, notices };
}

async function letGo({ log, store }: Taking): Promise<void> {
  log.release();
  await store.close();
}

/** Makes up what a container prints: lines with numbers, equal times, streams out of order, long lines in parts. */
class Printer {
  readonly #random: SeededRandom;
  #nanos = 1_000_000;
  #number = 0;
  /** The rest of a long line of each stream; all its parts have one time. */
  #open: Record<LogPiece["stream"], { parts: number; nanos: number } | null> = { out: null, err: null };

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  next(): LogPiece[] {
    const random = this.#random;
    const pieces: LogPiece[] = [];
    for (let count = random.below(20) + 1; count > 0; count--) {
      const stream = random.below(3) === 0 ? "err" : "out";
      const kind = random.below(10);
      // The same moment, the next one, or a while later.
      this.#nanos += kind < 4 ? 0 : kind < 9 ? random.below(5_000_000) : random.below(3_000_000_000);
      const open = this.#open[stream];
      const word = `${stream}${this.#number++}`;
      if (open !== null) {
        open.parts--;
        pieces.push(piece(open.parts > 0 ? `${word}-` : `${word}\n`, open.nanos, stream));
        if (open.parts === 0) this.#open[stream] = null;
      } else if (random.below(12) === 0) {
        this.#open[stream] = { parts: random.below(6) + 1, nanos: this.#nanos };
        pieces.push(piece(`${word}-`, this.#nanos, stream));
      } else {
        // It was timed, and then another stream's was put down first.
        const late = Math.min(random.below(5), 1) * random.below(2_000_000);
        pieces.push(piece(`${word}\n`, Math.max(0, this.#nanos - late), stream));
      }
    }
    return pieces;
  }
}

const textOf = (pieces: readonly LogPiece[]): string => pieces.map(({ bytes }) => bytes.toString()).join("");

describe("what a container prints", () => {
  test("is in the log with Docker's times, once", async () => {
    const from = new ScriptedLog();
    const taking = take(from);
    from.print(piece("one\n", 1e9), piece("two\n", 2e9), piece("three\n", 2e9, "err"));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\ntwo\nthree\n");
    from.over();
    await taking.log.finish();
    const lines = (await pageForward(taking.store, {})).filter(({ kind }) => kind === "line");
    expect(texts(lines)).toEqual(["one", "two", "three"]);
    expect(lines.map(({ at }) => at - Date.parse(dockerTime(0)))).toEqual([1_000, 2_000, 2_000]);
  });

  test("before the log was released is not written again, nor its times forgotten", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    from.print(...Array.from({ length: 50 }, (_, i) => piece(`${i}\n`, i * 1e9)));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8").endsWith("\n49\n"));
    await letGo(first);
    // As after a kill between the text and its position.
    appendFileSync(fileOf(1), "half of a li");
    const second = take(from);
    from.print(piece("50\n", 50e9));
    from.over();
    await second.log.finish();
    const lines = (await pageForward(second.store, {})).filter(({ kind }) => kind === "line");
    expect(texts(lines)).toEqual(Array.from({ length: 51 }, (_, i) => String(i)));
    expect(lines.map(({ at }) => at - Date.parse(dockerTime(0)))).toEqual(
      Array.from({ length: 51 }, (_, i) => i * 1_000),
    );
  });

  test("goes on in the file of the next run of the same container", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    from.print(piece("one\n", 1e9));
    from.over();
    await first.log.finish();
    await first.store.close();
    from.over(false);
    const second = take(from, { generation: 2 });
    from.print(piece("two\n", 1e9));
    from.over();
    await second.log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("one\n");
    expect(readFileSync(fileOf(2), "utf8")).toBe("two\n");
  });

  test("is asked for again where the stream alone broke off, ever less often", async () => {
    const from = new ScriptedLog();
    const clock = handClock();
    const { log } = take(from, { clock });
    from.print(piece("one\n", 1e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\n");
    for (const waitMs of [500, 1_000, 2_000]) {
      from.cut();
      await waitUntil("it broke off", () => from.open === 0 && clock.timers() === 1);
      clock.advance(waitMs - 1);
      expect(from.open).toBe(0);
      clock.advance(1);
      expect(from.open).toBe(1);
    }
    from.print(piece("two\n", 2e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\ntwo\n");
    log.release();
    await waitUntil("it lets go", () => from.open === 0);
    expect(clock.timers()).toBe(0);
  });

  test("is whole at the end, though the stream ends before the last of it", async () => {
    const from = new ScriptedLog();
    const { log } = take(from);
    from.print(piece("one\n", 1e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\n");
    from.over();
    await waitUntil("the stream has ended", () => from.open === 0);
    from.print(piece("no line end", 1e9));
    await log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("one\nno line end");
  });

  test("goes on where the container was seen to run again before its stream had ended", async () => {
    const from = new ScriptedLog();
    const { log } = take(from);
    from.print(piece("one\n", 1e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\n");
    log.start(false);
    from.end();
    from.print(piece("two\n", 2e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\ntwo\n");
    log.start(false);
    from.over();
    await waitUntil("the streams have ended", () => from.open === 0);
    await log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("one\ntwo\n");
  });

  test("and Docker does not give out is said not to be had, and not asked for again and again", async () => {
    const clock = handClock();
    const message = "Docker refused: configured logging driver does not support reading";
    const from = new ScriptedLog();
    from.refusal = { kind: "container-refused", container, status: 501, message };
    const { log, notices } = take(from, { clock });
    await waitUntil("it is said", () => notices.length > 0);
    expect(notices).toEqual([`what it prints cannot be had: ${message}`]);
    expect(clock.timers()).toBe(0);
    log.release();
  });

  test("is not made up where somebody has emptied the log", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    from.print(piece("one\n", 1e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8") === "one\n");
    await letGo(first);
    writeFileSync(fileOf(1), "");
    const second = take(from);
    from.print(piece("two\n", 2e9));
    from.over();
    await second.log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("two\n");
  });

  test("and Docker has thrown away since does not cost what it has kept", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    from.print(piece("one\n", 1e9), piece("two\n", 1.5e9), piece("three\n", 1.6e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8").endsWith("three\n"));
    await letGo(first);
    from.pieces.length = 0;
    from.print(piece("five\n", 1.7e9), piece("six\n", 1.7e9));
    const second = take(from);
    from.over();
    await second.log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("one\ntwo\nthree\nfive\nsix\n");
  });

  test("after the clock was put back is there as well", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    from.print(piece("one\n", 100e9), piece("two\n", 200e9), piece("three\n", 5e9));
    await waitUntil("it is written", () => readFileSync(fileOf(1), "utf8").endsWith("three\n"));
    await letGo(first);
    from.print(piece("four\n", 6e9));
    const second = take(from);
    from.over();
    await second.log.finish();
    expect(readFileSync(fileOf(1), "utf8")).toBe("one\ntwo\nthree\nfour\n");
  });

  test.each(Array.from({ length: 40 }, (_, seed) => [seed]))(
    "is there once, whatever happens (seed %i)",
    async (seed) => {
      const random = new SeededRandom(seed);
      const splitStderr = seed % 2 === 1;
      const from = new ScriptedLog();
      const printer = new Printer(random);
      const whole = (): number => from.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const written = (): number =>
        ["out", "err"].reduce((sum, s) => {
          const parts = Array.from({ length: generation }, (_, i) => readOr(fileOf(i + 1, s as "out" | "err")).length);
          return sum + parts.reduce((a, b) => a + b, 0);
        }, 0);
      let generation = 1;
      let taking = take(from, { splitStderr });
      for (let step = 0; step < 60; step++) {
        const what = random.below(12);
        if (what < 7) from.print(...printer.next());
        else if (what === 7) from.breaksAfter = random.below(30);
        else if (what === 8) for (let i = random.below(4); i > 0; i--) await turn();
        else if (what === 9) {
          from.cut();
          await waitUntil("it broke off", () => from.open === 0);
          taking.log.start(false);
        } else {
          await letGo(taking);
          if (what === 11) {
            // It ended, and was started again.
            from.over();
            taking = take(from, { splitStderr, generation });
            await taking.log.finish();
            await taking.store.close();
            from.over(false);
            generation++;
          } else mangle(random, generation, splitStderr);
          if (random.below(2) === 0) from.print(...printer.next());
          taking = take(from, { splitStderr, generation });
        }
      }
      taking.log.start(false);
      from.breaksAfter = null;
      from.over();
      await taking.log.finish();
      expect(written()).toBe(whole());
      const text = (stream: "out" | "err"): string =>
        Array.from({ length: generation }, (_, i) => readOr(fileOf(i + 1, stream))).join("");
      if (splitStderr) {
        expect(text("out")).toBe(textOf(from.pieces.filter(({ stream }) => stream === "out")));
        expect(text("err")).toBe(textOf(from.pieces.filter(({ stream }) => stream === "err")));
      } else {
        expect(text("out")).toBe(textOf(from.pieces));
      }
    },
  );
});

/** As a daemon leaves them that is killed: after the text and before its position, or in the middle of either. */
function mangle(random: SeededRandom, generation: number, splitStderr: boolean): void {
  if (random.below(2) === 0) appendFileSync(fileOf(generation), "text that no position knows\nand a ha");
  if (splitStderr && random.below(2) === 0) appendFileSync(fileOf(generation, "err"), "more\n");
  if (random.below(2) === 0) return;
  const bytes = readFileSync(positionPath());
  const turns = [0, 1].map((slot) => (bytes.length > slot * 256 ? bytes.readDoubleLE(slot * 256 + 8) : -1));
  const newest = (turns[0] ?? -1) > (turns[1] ?? -1) ? 0 : 1;
  // A position of a run before this one says nothing of this one's file, which then was not begun.
  if (Math.max(...turns) > 0 && decodedGeneration(bytes, 1 - newest) === generation) {
    writeFileSync(positionPath(), bytes.fill(7, newest * 256 + 20, newest * 256 + 200));
  }
}

function decodedGeneration(bytes: Buffer, slot: number): number {
  return bytes.readDoubleLE(slot * 256 + 16);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
