import { describe, expect, test } from "vitest";
import { exitCodeOfFailed, exitCodeOfTimeout } from "../../../src/cli/exit-code-of.ts";
import { startTargets } from "../../../src/cli/start-targets.ts";
import { progressOf } from "../../../src/cli/wait-for.ts";
import type { Failure } from "../../../src/model/failure.ts";
import { replicaId } from "../../../src/model/ids.ts";
import type { UnitState } from "../../../src/model/replica.ts";
import { sampleFleet, sampleVendor } from "../../helpers/fleet-samples.ts";

const gone: Failure = { kind: "docker-unreachable", endpoint: "unix:///x", reason: "absent", message: "no Docker" };
const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };
const units = [replicaId("redis", 1)];

function fleet(state: UnitState, isOptional = false): ReturnType<typeof sampleFleet> {
  const vendor = { image: "redis:7", isOptional, isKept: false };
  return sampleFleet([sampleVendor("redis", { state }, { vendor })]);
}

describe("a start with vendors", () => {
  test.each<[string, UnitState, boolean, string[], "done" | "failed" | "pending"]>([
    ["is done with one that is ready", { phase: "ready", pid: 1 }, false, [], "done"],
    ["fails with one that fails", { phase: "failed", failure: crashed }, false, [], "failed"],
    ["goes on without an optional one that fails", { phase: "failed", failure: crashed }, true, [], "done"],
    ["fails with an optional one that was named", { phase: "failed", failure: crashed }, true, ["redis"], "failed"],
    [
      "goes on without an optional one where there is no Docker",
      { phase: "waiting", blockers: [{ kind: "docker", detail: "no Docker" }] },
      true,
      [],
      "done",
    ],
    ["waits for an optional one that starts", { phase: "starting", pid: 1 }, true, [], "pending"],
  ])("%s", (_, state, isOptional, names, expected) => {
    const snapshot = fleet(state, isOptional);
    const { failed, pending } = progressOf(snapshot, startTargets(units, names, snapshot), Date.now());
    expect(failed.length > 0 ? "failed" : pending.length > 0 ? "pending" : "done").toBe(expected);
    for (const open of [...failed, ...pending]) expect(open).toMatchObject({ name: "redis#1", shownAs: "redis" });
  });

  test.each<[string, Failure, number]>([
    ["with 3 where Docker could not be asked", gone, 3],
    ["with 3 where that is what it gave up on", { kind: "gave-up", failures: 3, last: gone, message: "gave up" }, 3],
    ["with 1 where it crashed", crashed, 1],
  ])("ends %s", (_, failure, code) => {
    expect(exitCodeOfFailed([{ name: "redis#1", what: "failed", failure }])).toBe(code);
  });

  test("ends with 3 where its time was up while it waited for Docker, else with 124", () => {
    const waiting = fleet({ phase: "waiting", blockers: [{ kind: "docker", detail: "no Docker" }] });
    const starting = fleet({ phase: "starting", pid: 1 });
    const code = (snapshot: typeof waiting): number =>
      exitCodeOfTimeout(progressOf(snapshot, startTargets(units, [], snapshot), 0));
    expect([code(waiting), code(starting)]).toEqual([3, 124]);
  });
});
