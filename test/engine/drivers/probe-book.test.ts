import { expect, test } from "vitest";
import { ProbeBook } from "../../../src/engine/drivers/probe-book.ts";
import { replicaId } from "../../../src/model/ids.ts";

function book(): ProbeBook {
  let now = 0;
  return new ProbeBook({ now: () => ++now, after: () => () => {} });
}

const unit = replicaId("api", 1);
const first = { unit, generation: 1 };

test("a probe that was not answered has no result", () => {
  expect(book().of(first, "ready")).toBeNull();
});

test("an answer changes what is said and when, not the verdict", () => {
  const results = book();
  results.answered(first, "ready", "refused");
  expect(results.of(first, "ready")).toEqual({ passing: null, detail: "refused", at: 1 });
  results.decided(first, "ready", true, "200");
  results.answered(first, "ready", "503");
  expect(results.of(first, "ready")).toEqual({ passing: true, detail: "503", at: 3 });
  expect(results.of(first, "live")).toBeNull();
});

test("the results of one generation are not those of the next", () => {
  const results = book();
  results.decided(first, "live", false, "503");
  expect(results.of({ unit, generation: 2 }, "live")).toBeNull();
  results.answered({ unit, generation: 2 }, "live", "refused");
  expect(results.of({ unit, generation: 2 }, "live")?.passing).toBeNull();
  expect(results.of(first, "live")).toBeNull();
});

test("a unit that is gone is forgotten", () => {
  const results = book();
  results.decided(first, "ready", true, "");
  results.forget(unit);
  expect(results.of(first, "ready")).toBeNull();
});
