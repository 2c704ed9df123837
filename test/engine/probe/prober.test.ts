import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import type { Probe, ProbeOptions } from "../../../src/engine/probe/probe-options.ts";
import { startProbe } from "../../../src/engine/probe/prober.ts";
import type { ProbeAction, ProbeSpec } from "../../../src/model/service.ts";
import { freePort } from "../../helpers/free-port.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { FakeClock } from "./fake-clock.ts";
import { probeSpec } from "./probe-spec.ts";

const http: ProbeAction = { kind: "http", path: "/", port: null, host: "127.0.0.1", status: null, headers: {} };

/** Starts a probe that writes down what it says; `detail` only with the verdicts. */
function probe(spec: ProbeSpec, options: Partial<ProbeOptions> = {}) {
  const verdicts: string[] = [];
  const attempts: boolean[] = [];
  const started: Probe = startProbe({
    spec,
    ports: {},
    env: {},
    cwd: "/",
    watchLines: () => () => {},
    onChange: ({ passing, detail }) => verdicts.push(`${passing ? "passing" : "failing"}: ${detail}`),
    onAttempt: ({ passed }) => attempts.push(passed),
    ...options,
  });
  return { ...started, verdicts, attempts };
}

/** An http server that answers with one status after the other, the last one for ever. */
async function answering(...statuses: number[]) {
  let asked = 0;
  let most = 0;
  let now = 0;
  const server = createServer((_request, response) => {
    most = Math.max(most, ++now);
    response.writeHead(statuses[Math.min(asked++, statuses.length - 1)] ?? 200).end();
    response.on("close", () => now--);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ports: { http: (server.address() as AddressInfo).port },
    asked: () => asked,
    mostAtOnce: () => most,
    [Symbol.dispose]: () => void server.close(),
  };
}

describe("the schedule", () => {
  /** Runs attempt after attempt against a clock that stands still meanwhile; the pauses before each, and the verdicts. */
  async function schedule(spec: ProbeSpec, statuses: number[], options: Partial<ProbeOptions> = {}) {
    using server = await answering(...statuses);
    const clock = new FakeClock();
    const run = probe(spec, { clock, ports: server.ports, ...options });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < statuses.length; attempt += 1) {
      pauses.push(Math.round(clock.pending[0] ?? -1));
      clock.next();
      await waitUntil("the attempt is over", () => clock.pending.length === 1);
    }
    run.stop();
    return { pauses, verdicts: run.verdicts, left: clock.pending };
  }

  test("the first attempt comes at once, then pauses grow from 10 ms to the interval, which holds once it passes", async () => {
    const { pauses, verdicts } = await schedule(
      probeSpec(http, { intervalMs: 60 }),
      [503, 503, 503, 503, 503, 200, 200, 200],
    );
    expect(pauses).toEqual([0, 10, 15, 23, 34, 51, 60, 60]);
    expect(verdicts).toEqual(["passing: http 200"]);
  });

  test("nothing is asked before the delay", async () => {
    const { pauses } = await schedule(probeSpec(http, { delayMs: 700 }), [200, 200]);
    expect(pauses).toEqual([700, 5000]);
  });

  test("a slow start is no failure, until the pauses are as long as the interval", async () => {
    const { pauses, verdicts } = await schedule(
      probeSpec(http, { intervalMs: 20, failureThreshold: 2 }),
      [503, 503, 503, 500, 503, 200],
    );
    expect(pauses).toEqual([0, 10, 15, 20, 20, 20]);
    expect(verdicts).toEqual(["failing: http 500", "passing: http 200"]);
  });

  test("for what has been up the interval holds, and failures count, from the first attempt", async () => {
    const { pauses, verdicts } = await schedule(probeSpec(http), [503, 503, 503, 200], { isUp: true });
    expect(pauses).toEqual([0, 5000, 5000, 5000]);
    expect(verdicts).toEqual(["failing: http 503", "passing: http 200"]);
  });

  test("once it has passed, failures in a row up to the threshold make it fail, and one success makes it pass", async () => {
    const { verdicts } = await schedule(probeSpec(http), [200, 500, 500, 200, 500, 500, 503, 503, 200]);
    expect(verdicts).toEqual(["passing: http 200", "failing: http 503", "passing: http 200"]);
  });

  test("it passes after successes in a row up to the threshold", async () => {
    const { pauses, verdicts } = await schedule(
      probeSpec(http, { successThreshold: 2, intervalMs: 30 }),
      [200, 503, 200, 204, 200],
    );
    expect(pauses).toEqual([0, 10, 15, 23, 30]);
    expect(verdicts).toEqual(["passing: http 204"]);
  });

  test("the interval counts from attempt to attempt", async () => {
    using server = await answering(200);
    const clock = new FakeClock();
    const run = probe(probeSpec(http, { intervalMs: 100 }), {
      clock,
      ports: server.ports,
      onAttempt: () => clock.pass(30),
    });
    clock.next();
    await waitUntil("the attempt is over", () => clock.pending.length === 1);
    expect(clock.pending).toEqual([70]);
    run.stop();
    expect(clock.pending).toEqual([]);
  });

  test("a clock that is set back does not stretch the interval", async () => {
    using server = await answering(200);
    const clock = new FakeClock();
    const run = probe(probeSpec(http), { clock, ports: server.ports, onAttempt: () => clock.pass(-3_600_000) });
    clock.next();
    await waitUntil("the attempt is over", () => clock.pending.length === 1);
    expect(clock.pending).toEqual([5000]);
    run.stop();
  });
});

test("an answer that is not the unit's own is a failure; once it passes, nobody asks whose it is", async () => {
  using server = await answering(200);
  let asked = 0;
  const run = probe(probeSpec(http, { intervalMs: 10, failureThreshold: 2 }), {
    ports: server.ports,
    confirm: () => ++asked > 3,
  });
  await waitUntil("it was asked often", () => server.asked() > 10);
  run.stop();
  expect(run.verdicts).toEqual(["failing: answered by another program", "passing: http 200"]);
  expect(asked).toBe(4);
});

describe("in real time", () => {
  test("a server that comes up late is seen soon after", async () => {
    const port = await freePort();
    let passedAt = 0;
    const run = probe(probeSpec(http), { ports: { http: port }, onChange: () => (passedAt = performance.now()) });
    await waitUntil("some attempts failed", () => run.attempts.length >= 3);
    const server = createServer((_request, response) => response.end()).listen(port, "127.0.0.1");
    await once(server, "listening");
    const listening = performance.now();
    await waitUntil("it passes", () => passedAt > 0);
    run.stop();
    server.close();
    expect(run.attempts.at(-1)).toBe(true);
    // The pauses are far from the interval of 5 s yet.
    expect(passedAt - listening).toBeLessThan(2500);
  });

  test("503, then 200: it passes once, and two attempts are never under way at once", async () => {
    using server = await answering(503, 503, 200);
    const run = probe(probeSpec(http, { intervalMs: 10 }), { ports: server.ports });
    await waitUntil("it was asked often", () => server.asked() > 20);
    run.stop();
    expect(run.verdicts).toEqual(["passing: http 200"]);
    expect(server.mostAtOnce()).toBe(1);
  });

  test("a server that hangs fails by its timeout, and stopping gives the attempt up", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const ports = { http: (server.address() as AddressInfo).port };
    const run = probe(probeSpec(http, { intervalMs: 10, timeoutMs: 20, failureThreshold: 2 }), { ports });
    await waitUntil("it fails", () => run.verdicts.length > 0);
    expect(run.verdicts).toEqual(["failing: timed out after 20ms"]);
    run.stop();
    const before = run.attempts.length;
    server.close();
    await once(server, "close");
    expect(run.attempts.length).toBe(before);
  });

  test("a verdict that comes after the stop is dropped", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const run = probe(probeSpec(http), { ports: { http: (server.address() as AddressInfo).port } });
    await asked.promise;
    run.stop();
    answer.resolve();
    server.close();
    await once(server, "close");
    expect([run.verdicts, run.attempts]).toEqual([[], []]);
  });

  test("who hears of a verdict may stop the probe right there", async () => {
    using server = await answering(200);
    const clock = new FakeClock();
    const verdicts: boolean[] = [];
    const run = probe(probeSpec(http), {
      clock,
      ports: server.ports,
      onChange: ({ passing }) => {
        verdicts.push(passing);
        run.stop();
      },
    });
    clock.next();
    await waitUntil("it passed", () => verdicts.length === 1);
    expect(clock.pending).toEqual([]);
  });
});

test.each<[ProbeAction, string]>([
  [http, "failing: the service has no port"],
  [{ ...http, port: "admin" }, "failing: the service has no port admin"],
  [{ kind: "tcp", port: "admin", host: "localhost" }, "failing: the service has no port admin"],
])("%j without that port fails and says so", async (action, verdict) => {
  const run = probe(probeSpec(action, { intervalMs: 10, failureThreshold: 1 }));
  await waitUntil("there is a verdict", () => run.verdicts.length > 0);
  run.stop();
  expect(run.verdicts).toEqual([verdict]);
});

describe("a log probe", () => {
  const log = (changes: Partial<ProbeSpec> = {}) => probeSpec({ kind: "log", pattern: "ready in \\d+ms" }, changes);

  function source() {
    const listeners = new Set<(line: string) => void>();
    return {
      watchLines(onLine: (line: string) => void) {
        listeners.add(onLine);
        return () => void listeners.delete(onLine);
      },
      write(line: string) {
        for (const listener of [...listeners]) listener(line);
      },
      listeners,
    };
  }

  /** Lines that come in one turn are looked at together, after it. */
  const looked = () => Promise.resolve();

  test("passes once, at the first line that matches, and lets go of the log", async () => {
    const { watchLines, write, listeners } = source();
    const run = probe(log(), { watchLines });
    write("starting");
    await looked();
    expect(run.verdicts).toEqual([]);
    write("  ready in 12ms");
    write("ready in 13ms");
    await looked();
    write("ready in 14ms");
    await looked();
    expect(run.verdicts).toEqual(["passing: ready in 12ms"]);
    expect(listeners.size).toBe(0);
  });

  test("sees through colours", async () => {
    const { watchLines, write } = source();
    const run = probe(log(), { watchLines });
    write("\u001b[32mready\u001b[39m in \u001b[1m12ms\u001b[0m");
    await looked();
    expect(run.verdicts).toEqual(["passing: ready in 12ms"]);
  });

  test("a line that is there already counts, also where the source calls back at once", async () => {
    let isWatched = true;
    const watchLines = (onLine: (line: string) => void) => {
      onLine("ready in 1ms");
      onLine("ready in 2ms");
      return () => {
        isWatched = false;
      };
    };
    const run = probe(log(), { watchLines });
    await looked();
    expect(run.verdicts).toEqual(["passing: ready in 1ms"]);
    expect(isWatched).toBe(false);
  });

  test("says nothing after the stop, not of lines either that have just come", async () => {
    const { watchLines, write, listeners } = source();
    const run = probe(log(), { watchLines });
    write("ready in 11ms");
    run.stop();
    write("ready in 12ms");
    await looked();
    expect(run.verdicts).toEqual([]);
    expect(listeners.size).toBe(0);
  });

  test("a line before the delay counts when the delay is over", async () => {
    const { watchLines, write } = source();
    const clock = new FakeClock();
    const run = probe(log({ delayMs: 300 }), { watchLines, clock });
    clock.pass(100);
    write("ready in 12ms");
    await looked();
    expect(run.verdicts).toEqual([]);
    expect(clock.pending).toEqual([200]);
    clock.next();
    expect(run.verdicts).toEqual(["passing: ready in 12ms"]);
  });

  test("of a pattern that takes too long fails, says so, and lets go of the log", async () => {
    const { watchLines, write, listeners } = source();
    const run = probe(log({ action: { kind: "log", pattern: "(a+)+$" } }), { watchLines });
    write("starting");
    write(`${"a".repeat(10_000)}!`);
    await waitUntil("there is a verdict", () => run.verdicts.length > 0);
    write("aaa");
    await looked();
    expect(run.verdicts).toEqual([expect.stringMatching(/^failing: this pattern takes too long/)]);
    expect(listeners.size).toBe(0);
  });
});
