import { expect, test } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { built, FakeToolchain } from "./fake-toolchain.ts";
import { serviceSpec } from "./service-spec.ts";

const cancelled: BuildOutcome = { ok: false, cancelled: true };
const failed: BuildOutcome = {
  ok: false,
  failure: { kind: "build-failed", command: "go build", exitCode: 1, output: ["x"], message: "does not build: x" },
};

/** A queue in which builds of `a`, `b` and `c` may share a command, and `x` may not. */
function queueOf(concurrency: number) {
  const toolchain = new FakeToolchain();
  for (const key of ["a", "b", "c"]) toolchain.sharing.add(key);
  const changes: string[] = [];
  const queue = new BuildQueue({
    concurrency,
    binDir: "/nowhere",
    onChange: (service, { status }) => changes.push(`${service} ${status}`),
    toolchainOf: () => toolchain,
  });
  const request = (name: string) =>
    queue.request({ service: serviceSpec(name, "/src", { kind: "command", command: "make" }), env: {}, force: false });
  const begun = (...commands: string[]) =>
    waitUntil(`begun: ${commands.join(", ")}`, () => toolchain.begun.join() === commands.join());
  return { toolchain, changes, queue, request, begun };
}

test("builds that may share a command and wait at the same time do, and each ends when it is done", async () => {
  const { toolchain, changes, request, begun } = queueOf(2);
  const [a, b, c] = [request("a"), request("b"), request("c")];
  await begun("a b c");
  toolchain.end("b");
  expect(await b).toEqual(built("b"));
  expect(toolchain.running).toEqual(["a", "c"]);
  toolchain.end("a");
  toolchain.end("c");
  expect(await Promise.all([a, c])).toEqual([built("a"), built("c")]);
  expect(changes.filter((change) => change.startsWith("b"))).toEqual(["b queued", "b building", "b ok"]);
});

test("a shared command takes one place among those that run at once", async () => {
  const { toolchain, request, begun } = queueOf(2);
  const all = [request("x"), request("a"), request("b"), request("y")];
  await begun("x", "a b");
  toolchain.end("a");
  expect(toolchain.begun).toEqual(["x", "a b"]);
  toolchain.end("b");
  await begun("x", "a b", "y");
  for (const key of ["x", "y"]) toolchain.end(key);
  expect(await Promise.all(all)).toEqual(["x", "a", "b", "y"].map(built));
});

test("what the shared command does not make is built by itself, and that is its outcome", async () => {
  const { toolchain, changes, request, begun } = queueOf(2);
  const [a, b, c] = [request("a"), request("b"), request("c")];
  await begun("a b c");
  toolchain.end("c");
  toolchain.end("b", null);
  toolchain.end("a", null);
  await waitUntil("both are built by themselves", () => toolchain.begun.length === 3);
  expect(toolchain.begun.slice(1).sort()).toEqual(["a", "b"]);
  toolchain.end("b", failed);
  toolchain.end("a");
  expect(await Promise.all([a, b, c])).toEqual([built("a"), failed, built("c")]);
  expect(changes.filter((change) => change.startsWith("b"))).toEqual([
    "b queued",
    "b building",
    "b queued",
    "b building",
    "b failed",
  ]);
});

test("to cancel one of them leaves the others alone", async () => {
  const { toolchain, queue, request, begun } = queueOf(2);
  const [a, b] = [request("a"), request("b")];
  await begun("a b");
  queue.cancel("a");
  for (const key of ["a", "b"]) toolchain.end(key);
  expect(await Promise.all([a, b])).toEqual([cancelled, built("b")]);
});

test("one that was cancelled is not built by itself, whatever became of the shared command", async () => {
  const { toolchain, queue, request, begun } = queueOf(2);
  const [a, b] = [request("a"), request("b")];
  await begun("a b");
  toolchain.end("a", null);
  queue.cancel("a");
  toolchain.end("b");
  expect(await Promise.all([a, b])).toEqual([cancelled, built("b")]);
  expect(toolchain.begun).toEqual(["a b"]);
});

test("a request for one that is being built with others gets a build of its own after it", async () => {
  const { toolchain, request, begun } = queueOf(2);
  const first = [request("a"), request("b")];
  await begun("a b");
  const again = request("a");
  toolchain.end("a");
  await begun("a b", "a");
  for (const key of ["a", "b"]) toolchain.end(key);
  expect(await Promise.all([...first, again])).toEqual(["a", "b", "a"].map(built));
});

test("closing cancels them, and waits for their command", async () => {
  const { toolchain, queue, request, begun } = queueOf(2);
  const all = [request("a"), request("b")];
  await begun("a b");
  let isClosed = false;
  const closed = queue.close().then(() => {
    isClosed = true;
  });
  toolchain.end("a");
  await all[0];
  expect(isClosed).toBe(false);
  toolchain.end("b");
  await closed;
  expect(await Promise.all(all)).toEqual([cancelled, cancelled]);
});
