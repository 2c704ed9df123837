import { expect, test } from "vitest";
import { strayVerdict } from "../../../src/engine/strays/stray-verdict.ts";
import type { StrayPolicy } from "../../../src/model/fleet.ts";
import type { Stray } from "../../../src/model/stray.ts";

const policies: StrayPolicy[] = ["ask", "stop", "adopt", "ignore"];
const parent = { pid: 900, command: "-zsh" };
const tracer = { pid: 901, command: "dlv" };
const plain = { kind: "foreign", parent, isExact: true, tracer: null, isForeignUser: false } as const;

/** What comes of it under each policy in turn. */
test.each<[string, Partial<Stray>, boolean, string]>([
  ["by hand, of a service that is to run", {}, true, "ask stop adopt ignore"],
  ["by hand, of a service that is not to run", {}, false, "ask ask ask ask"],
  ["an exact orphan", { parent: null }, true, "stop stop adopt ignore"],
  ["an exact orphan of a service that is not to run", { parent: null }, false, "stop stop ask ask"],
  ["an orphan that is not exact", { parent: null, isExact: false }, true, "ask stop adopt ignore"],
  ["a leftover", { kind: "leftover" }, false, "stop stop stop stop"],
  ["traced", { tracer }, true, "ask ask adopt ignore"],
  ["a traced leftover", { tracer, kind: "leftover" }, true, "ask ask adopt ignore"],
  ["a traced orphan", { tracer, parent: null }, true, "ask ask adopt ignore"],
  ["a container", { kind: "container", parent: null, isExact: false }, true, "ask stop adopt ignore"],
  ["a container that nobody wants", { kind: "container", parent: null, isExact: false }, false, "ask ask ask ask"],
  ["another user's", { isForeignUser: true }, true, "ask ask ask ignore"],
  ["another user's leftover", { isForeignUser: true, kind: "leftover" }, true, "ask ask ask ignore"],
])("%s", (_name, change, isDue, expected) => {
  const verdicts = policies.map((policy) => strayVerdict({ ...plain, ...change }, policy, isDue));
  expect(verdicts.join(" ")).toBe(expected);
});
