import { expect, test } from "vitest";
import type { BuildOutcome } from "../../../src/engine/build/build-outcome.ts";
import { BuildParts } from "../../../src/engine/build/build-parts.ts";
import { goService } from "./service-spec.ts";

const good: BuildOutcome = { ok: true, artifact: "/bin/x", durationMs: 1, skipped: false };
const cancelled: BuildOutcome = { ok: false, cancelled: true };

function partsOf(count: number) {
  const aborts = Array.from({ length: count }, () => new AbortController());
  const job = { service: goService("s", "/src"), env: {}, force: false };
  const parts = new BuildParts(aborts.map(({ signal }, at) => ({ key: String(at), job, signal })));
  return { parts, abort: (at: number) => aborts[at]?.abort() };
}

/** `open` for those whose outcome is not known yet. */
const known = ({ outcomes }: BuildParts) =>
  Promise.all(outcomes.map((outcome) => Promise.race([outcome, Promise.resolve().then(() => "open")])));

test("each is known as soon as it is settled, and the rest at the end has to be built by itself", async () => {
  const { parts } = partsOf(3);
  expect(parts.take(1)).toBe(true);
  parts.settle(1, good);
  await Promise.resolve();
  expect(await known(parts)).toEqual(["open", good, "open"]);
  parts.end();
  expect(await Promise.all(parts.outcomes)).toEqual([null, good, null]);
  expect(parts.signal.aborted).toBe(false);
});

test("one that is given up is known at once while others go on, and its program is not taken", async () => {
  const { parts, abort } = partsOf(2);
  abort(0);
  expect(await parts.outcomes[0]).toEqual(cancelled);
  expect([parts.take(0), parts.take(1), parts.signal.aborted]).toEqual([false, true, false]);
});

test("the last to give up ends the command, and waits for its end", async () => {
  const { parts, abort } = partsOf(3);
  expect(parts.take(2)).toBe(true);
  abort(0);
  expect(parts.signal.aborted).toBe(false);
  abort(1);
  expect(parts.signal.aborted).toBe(true);
  expect((await known(parts))[1]).toBe("open");
  parts.settle(2, good);
  parts.end();
  expect(await Promise.all(parts.outcomes)).toEqual([cancelled, cancelled, good]);
});

test("what is taken cannot be given up any more", async () => {
  const { parts, abort } = partsOf(2);
  parts.take(0);
  abort(0);
  parts.settle(0, good);
  expect(await parts.outcomes[0]).toEqual(good);
});

test("where all were given up before it began, it does not begin", async () => {
  const aborted = AbortSignal.abort();
  const job = { service: goService("s", "/src"), env: {}, force: false };
  const parts = new BuildParts(["a", "b"].map((key) => ({ key, job, signal: aborted })));
  expect(parts.signal.aborted).toBe(true);
  parts.end();
  expect(await Promise.all(parts.outcomes)).toEqual([cancelled, cancelled]);
});
