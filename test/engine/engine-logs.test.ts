import { describe, expect, test } from "vitest";
import { program, TestEngine } from "../helpers/test-engine.ts";

describe("the logs of a service", () => {
  test("have the last words of a crash, which no line end follows", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("exits-after-unterminated-line.sh")}, env: {CODE: "1"}, restart: never}}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    const lines = await fleet.lines("api#1");
    expect(lines.filter((l) => l.kind === "line")).toMatchObject([
      { text: "first line", isPartial: false },
      { text: "last words", isPartial: false },
    ]);
  });

  test("keep the runs apart, and say how each ended", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "3"}, supervise: {max_failures: 2}}}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    const lines = await fleet.lines("api#1");
    expect(lines.filter((l) => l.kind === "line").map((l) => [l.generation, l.text])).toEqual([
      [1, "started"],
      [2, "started"],
    ]);
    const separators = lines.filter((l) => l.kind === "run").map((l) => l.text);
    expect(separators.filter((text) => text.includes("exit 3"))).toHaveLength(2);
  });

  test("have every line of a service that prints as fast as it can until it is stopped", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("floods.mjs")}, env: {RATE: "0", COUNT: "200000"}, ready: {log: "^line 1$"}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    let expected = 0;
    let from: Parameters<typeof fleet.engine.readLogs>[0]["from"] = "start";
    for (;;) {
      const page = await fleet.engine.readLogs({ units: ["api#1"], from, direction: "forward", limit: 5_000 });
      for (const line of page.lines) {
        if (line.kind === "line" && line.text === `line ${expected + 1}`) expected++;
      }
      from = page.after;
      if (page.atEnd) break;
    }
    const written = fleet.output("api#1").split("\n").length - 1;
    expect(expected).toBe(written);
  });

  test("can be read while nothing runs, by a new daemon too", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${program("exits.sh")}, oneshot: true}}`);
    await fleet.start();
    await fleet.untilPhase("completed", "api#1");
    await fleet.down();
    await fleet.openEngine();
    const lines = await fleet.lines("api");
    expect(lines.filter((l) => l.kind === "line").map((l) => l.text)).toEqual(["started"]);
  });

  test("keep stderr in a file of its own where that is asked for, in one log all the same", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: sh -c 'echo out; echo err >&2; exec sleep 1000', split_stderr: true, ready: {log: err}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const lines = (await fleet.lines("api#1")).filter((l) => l.kind === "line");
    expect(lines.map((l) => `${l.stream} ${l.text}`).sort()).toEqual(["err err", "out out"]);
  });
});
