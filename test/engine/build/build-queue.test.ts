import { describe, expect, test } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { built, FakeToolchain, skipped } from "./fake-toolchain.ts";
import { serviceSpec } from "./service-spec.ts";

const cancelled: BuildOutcome = { ok: false, cancelled: true };
const failed: BuildOutcome = {
  ok: false,
  failure: { kind: "build-failed", command: "go build", exitCode: 1, output: ["x"], message: "does not build: x" },
};

function queueOf(concurrency: number, priority?: (service: string) => number) {
  const toolchain = new FakeToolchain();
  const changes: string[] = [];
  const queue = new BuildQueue({
    concurrency,
    binDir: "/nowhere",
    onChange: (service, { status }) => changes.push(`${service} ${status}`),
    toolchainOf: (service) => (service.build.kind === "none" ? null : toolchain),
    ...(priority === undefined ? {} : { priority }),
  });
  const request = (name: string, force = false) =>
    queue.request({ service: serviceSpec(name, "/src", { kind: "command", command: "make" }), env: {}, force });
  return { toolchain, changes, queue, request };
}

const begun = (toolchain: FakeToolchain, count: number) =>
  waitUntil(`${count} builds have begun`, () => toolchain.begun.length >= count);

/** Lets everything happen that is not waiting for the test. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

test("a build goes through queued and building to ok", async () => {
  const { toolchain, changes, request } = queueOf(1);
  const outcome = request("a");
  await begun(toolchain, 1);
  toolchain.end("a");
  expect(await outcome).toEqual(built("a"));
  expect(changes).toEqual(["a queued", "a building", "a ok"]);
});

test("what is up to date is not built, and never queued", async () => {
  const { toolchain, changes, request } = queueOf(1);
  toolchain.fresh.add("a");
  expect(await request("a")).toEqual(skipped("a"));
  expect([toolchain.begun, changes]).toEqual([[], ["a ok"]]);
});

test("force builds what is up to date", async () => {
  const { toolchain, request } = queueOf(1);
  toolchain.fresh.add("a");
  const outcome = request("a", true);
  await begun(toolchain, 1);
  toolchain.end("a");
  expect(await outcome).toEqual(built("a"));
  expect(toolchain.checked).toEqual([]);
});

test("a service without a build is ready at once, and nothing is said about it", async () => {
  const { changes, queue } = queueOf(1);
  const service = serviceSpec("a", "/src", { kind: "none" });
  const outcome = await queue.request({ service, env: {}, force: true });
  expect(outcome).toEqual({ ok: true, artifact: null, durationMs: 0, skipped: true });
  expect(changes).toEqual([]);
});

test("never more builds at once than it may, in the order in which they were asked for", async () => {
  const { toolchain, request } = queueOf(2);
  const names = ["a", "b", "c", "d", "e"];
  const outcomes = names.map((name) => request(name));
  for (const [at, name] of names.entries()) {
    await begun(toolchain, Math.min(at + 2, names.length));
    await turn();
    expect(toolchain.running.length).toBeLessThanOrEqual(2);
    toolchain.end(name);
  }
  expect(await Promise.all(outcomes)).toEqual(names.map(built));
  expect(toolchain.begun).toEqual(names);
});

test("a greater priority goes first, also where only one of those who share the build has it", async () => {
  const { toolchain, request } = queueOf(1, (service) => (service === "c-2" ? 5 : 0));
  const all = ["a", "b", "c-1", "c-2", "d"].map((name) => request(name));
  for (const key of ["c", "a", "b", "d"]) {
    await waitUntil(`${key} is built`, () => toolchain.running.includes(key));
    toolchain.end(key);
  }
  await Promise.all(all);
  expect(toolchain.begun).toEqual(["c", "a", "b", "d"]);
});

describe("services of one package", () => {
  test("share one build, and each is told its steps", async () => {
    const { toolchain, changes, request } = queueOf(2);
    const outcomes = [request("a-1"), request("a-2")];
    await begun(toolchain, 1);
    toolchain.end("a");
    expect(await Promise.all(outcomes)).toEqual([built("a"), built("a")]);
    expect(toolchain.begun).toEqual(["a"]);
    expect(changes.filter((c) => c.startsWith("a-2"))).toEqual(["a-2 queued", "a-2 building", "a-2 ok"]);
  });

  test("share its failure", async () => {
    const { toolchain, changes, request } = queueOf(2);
    const outcomes = [request("a-1"), request("a-2")];
    await begun(toolchain, 1);
    toolchain.end("a", failed);
    expect(await Promise.all(outcomes)).toEqual([failed, failed]);
    expect(changes.slice(-2)).toEqual(["a-1 failed", "a-2 failed"]);
  });

  test("two hundred of them are checked once", async () => {
    const { toolchain, request } = queueOf(2);
    toolchain.fresh.add("a");
    await Promise.all(Array.from({ length: 200 }, (_, at) => request(`a-${at}`)));
    expect(toolchain.checked).toEqual(["a"]);
  });

  test("one that wants force has it for all", async () => {
    const { toolchain, request } = queueOf(2);
    toolchain.fresh.add("a");
    const outcomes = [request("a-1"), request("a-2", true)];
    await begun(toolchain, 1);
    toolchain.end("a");
    expect(await Promise.all(outcomes)).toEqual([built("a"), built("a")]);
  });
});

describe("a request for what is under way", () => {
  test("joins the queued build", async () => {
    const { toolchain, changes, request } = queueOf(1);
    const first = request("a");
    await begun(toolchain, 1);
    const outcomes = [request("b"), request("b")];
    await turn();
    outcomes.push(request("b", true), request("b-2"));
    expect(changes.slice(2)).toEqual(["b queued", "b-2 queued"]);
    toolchain.end("a");
    await begun(toolchain, 2);
    toolchain.end("b");
    expect(await Promise.all([first, ...outcomes])).toEqual([built("a"), ...Array(4).fill(built("b"))]);
    expect(toolchain.begun).toEqual(["a", "b"]);
  });

  test("waits while it is built, and is skipped where nothing changed meanwhile", async () => {
    const { toolchain, request } = queueOf(2);
    const first = request("a");
    await begun(toolchain, 1);
    const second = request("a");
    const other = request("a-2");
    await turn();
    toolchain.fresh.add("a");
    toolchain.end("a");
    expect(await Promise.all([first, second, other])).toEqual([built("a"), skipped("a"), skipped("a")]);
    expect(toolchain.begun).toEqual(["a"]);
  });

  test("builds again after it where something changed, never at the same time", async () => {
    const { toolchain, request } = queueOf(2);
    const first = request("a");
    await begun(toolchain, 1);
    const second = request("a");
    await turn();
    expect(toolchain.begun).toEqual(["a"]);
    toolchain.end("a");
    expect(await first).toEqual(built("a"));
    await begun(toolchain, 2);
    toolchain.end("a");
    expect(await second).toEqual(built("a"));
  });

  test("waits for what the toolchain is about to know", async () => {
    const { toolchain, request } = queueOf(1);
    const settled = toolchain.settle("a");
    const outcome = request("a");
    await turn();
    expect(toolchain.checked).toEqual([]);
    toolchain.fresh.add("a");
    settled();
    expect(await outcome).toEqual(skipped("a"));
  });
});

describe("cancelling", () => {
  test("takes a queued build out of the queue", async () => {
    const { toolchain, changes, queue, request } = queueOf(1);
    const first = request("a");
    const second = request("b");
    await begun(toolchain, 1);
    queue.cancel("b");
    expect(await second).toEqual(cancelled);
    toolchain.end("a");
    await first;
    await turn();
    expect(toolchain.begun).toEqual(["a"]);
    expect(changes).toContain("b cancelled");
  });

  test("ends a running build, and is over when its processes are gone", async () => {
    const { toolchain, changes, queue, request } = queueOf(1);
    const outcome = request("a");
    await begun(toolchain, 1);
    queue.cancel("a");
    let isOver = false;
    void outcome.then(() => (isOver = true));
    await turn();
    expect(isOver).toBe(false);
    toolchain.end("a");
    expect(await outcome).toEqual(cancelled);
    expect(changes).toEqual(["a queued", "a building", "a cancelled"]);
  });

  test("leaves a build alone that others wait for", async () => {
    const { toolchain, changes, queue, request } = queueOf(1);
    const [first, second] = [request("a-1"), request("a-2")];
    await begun(toolchain, 1);
    queue.cancel("a-1");
    expect(await first).toEqual(cancelled);
    toolchain.end("a");
    expect(await second).toEqual(built("a"));
    expect(changes.filter((c) => c.startsWith("a-1"))).toEqual(["a-1 queued", "a-1 building", "a-1 cancelled"]);
  });

  test("before the check leaves nothing to do", async () => {
    const { toolchain, queue, request } = queueOf(1);
    const outcome = request("a");
    queue.cancel("a");
    expect(await outcome).toEqual(cancelled);
    await turn();
    expect([toolchain.checked, toolchain.begun]).toEqual([[], []]);
  });

  test("a request after it builds anew, once the old processes are gone", async () => {
    const { toolchain, queue, request } = queueOf(2);
    const first = request("a");
    await begun(toolchain, 1);
    queue.cancel("a");
    const second = request("a");
    await turn();
    expect(toolchain.begun.length).toBe(1);
    toolchain.end("a");
    expect(await first).toEqual(cancelled);
    await begun(toolchain, 2);
    toolchain.end("a");
    expect(await second).toEqual(built("a"));
  });

  test("of all that a service asked for, also behind a running build", async () => {
    const { toolchain, queue, request } = queueOf(2);
    const first = request("a");
    await begun(toolchain, 1);
    const second = request("a");
    queue.cancel("a");
    expect(await second).toEqual(cancelled);
    toolchain.end("a");
    expect(await first).toEqual(cancelled);
    await turn();
    expect(toolchain.begun.length).toBe(1);
  });

  test("from within a change does not say more about that service", async () => {
    const toolchain = new FakeToolchain();
    const changes: string[] = [];
    const queue = new BuildQueue({
      concurrency: 1,
      binDir: "/nowhere",
      toolchainOf: () => toolchain,
      onChange: (service, { status }) => {
        changes.push(`${service} ${status}`);
        if (service === "a-1" && status === "building") queue.cancel("a-2");
      },
    });
    const service = (name: string) => serviceSpec(name, "/src", { kind: "command", command: "make" });
    const outcomes = ["a-1", "a-2"].map((name) => queue.request({ service: service(name), env: {}, force: false }));
    await begun(toolchain, 1);
    toolchain.end("a");
    expect(await Promise.all(outcomes)).toEqual([built("a"), cancelled]);
    expect(changes.filter((c) => c.startsWith("a-2"))).toEqual(["a-2 queued", "a-2 cancelled"]);
  });
});

test("closing cancels everything, waits for what runs, and takes nothing more", async () => {
  const { toolchain, queue, request } = queueOf(1);
  const outcomes = [request("a"), request("b")];
  await begun(toolchain, 1);
  let isClosed = false;
  const closed = queue.close().then(() => (isClosed = true));
  await turn();
  expect([isClosed, toolchain.isClosed]).toEqual([false, false]);
  expect(await request("c")).toEqual(cancelled);
  toolchain.end("a");
  await closed;
  expect(await Promise.all(outcomes)).toEqual([cancelled, cancelled]);
  expect(toolchain.begun).toEqual(["a"]);
});
