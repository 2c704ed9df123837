import { describe, expect, test } from "vitest";
import type { Output } from "../../../src/cli/output/output.ts";
import { PullNews } from "../../../src/cli/output/pull-news.ts";
import { PullDisplay } from "../../../src/cli/vendors/pull-display.ts";
import { layerWords, pullWords } from "../../../src/cli/vendors/pull-words.ts";
import type { LayerProgress } from "../../../src/model/container.ts";
import { sampleContainer, sampleReplica } from "../../helpers/fleet-samples.ts";
import { handClock } from "../../helpers/hand-clock.ts";

const layer = (change: Partial<LayerProgress>): LayerProgress => {
  return { id: "3f5c9b7712ab34", phase: "downloading", bytes: 0, total: null, ...change };
};

function outputTo(written: string[], isTty: boolean): Output {
  return {
    write(text) {
      written.push(text);
    },
    isTty,
    hasColor: false,
    columns: 80,
  };
}

describe("how far a pull is", () => {
  test.each<[string, LayerProgress[]]>([
    ["asking the registry", []],
    ["0 of 1 layer", [layer({ phase: "waiting" })]],
    ["1.0 MB, 0 of 2 layers", [layer({ bytes: 1_000_000, total: 4_000_000 }), layer({ phase: "waiting" })]],
    [
      "5.0 MB of 8.0 MB, 1 of 2 layers",
      [layer({ bytes: 1_000_000, total: 4_000_000 }), layer({ phase: "done", bytes: 0, total: 4_000_000 })],
    ],
    ["4.0 MB of 4.0 MB, 0 of 1 layer", [layer({ phase: "extracting", bytes: 10, total: 4_000_000 })]],
  ])("is said as %s", (words, layers) => {
    expect(pullWords(layers)).toBe(words);
  });

  test("is told of each layer by its beginning, what is done with it and its bytes", () => {
    expect(layerWords(layer({ bytes: 2_500, total: 10_000 }))).toBe("3f5c9b7712ab  downloading  2.5 kB of 10.0 kB");
    expect(layerWords(layer({ phase: "waiting" }))).toBe("3f5c9b7712ab  waiting");
  });

  test("without a terminal is a line every few seconds, and one at the end", () => {
    const clock = handClock();
    const written: string[] = [];
    const display = new PullDisplay(outputTo(written, false), clock);
    display.begin("redis:7");
    for (let at = 0; at < 70; at++) {
      clock.advance(100);
      display.progress("redis:7", [layer({ bytes: at * 1000, total: 70_000 })]);
    }
    display.end("redis:7", "redis:7 pulled in 7.0s");
    expect(written.join("")).toBe(
      "redis:7: 29.0 kB of 70.0 kB, 0 of 1 layer\nredis:7: 59.0 kB of 70.0 kB, 0 of 1 layer\nredis:7 pulled in 7.0s\n",
    );
  });

  test("on a terminal is drawn over, and what is over stays above", () => {
    const clock = handClock();
    const written: string[] = [];
    const display = new PullDisplay(outputTo(written, true), clock);
    display.begin("redis:7");
    clock.advance(200);
    display.progress("redis:7", [layer({ bytes: 1000, total: 70_000 })]);
    expect(written.join("")).toContain(
      "redis:7  1.0 kB of 70.0 kB, 0 of 1 layer\n  3f5c9b7712ab  downloading  1.0 kB of 70.0 kB\n",
    );
    display.end("redis:7", "done");
    expect(written.join("")).toMatch(/\u001b\[2A\u001b\[Jdone\n$/);
  });
});

describe("pulls among the events", () => {
  test("are a line at the beginning and one every few seconds", () => {
    const news = new PullNews();
    const lines: string[] = [];
    for (let at = 0; at <= 9_000; at += 100) {
      const pull = at === 9_000 ? null : [layer({ bytes: at, total: 10_000 })];
      const replica = sampleReplica("redis", 1, {
        isVendor: true,
        container: sampleContainer("redis", { image: "redis:7", pull }),
      });
      const line = news.take({ revision: 1, at, event: { kind: "replicaChanged", replica, from: "starting" } });
      if (line !== null) lines.push(`${line.subject} ${line.text}`);
    }
    expect(lines).toEqual([
      "redis pulling redis:7",
      "redis pulling redis:7: 4.0 kB of 10.0 kB, 0 of 1 layer",
      "redis pulling redis:7: 8.0 kB of 10.0 kB, 0 of 1 layer",
    ]);
  });
});
