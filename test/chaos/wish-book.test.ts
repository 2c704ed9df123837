import { expect, test } from "vitest";
import { startOf } from "../../scripts/chaos/round-plan.ts";
import { type Fate, WishBook } from "../../scripts/chaos/wish-book.ts";
import type { Command } from "../../src/model/command.ts";
import { sampleFleet, sampleService } from "../helpers/fleet-samples.ts";

/** api needs db; both run at scale 1 unless told otherwise. */
function fleet(db: "running" | "stopped", api: "running" | "stopped", scale = 1) {
  return sampleFleet([sampleService("db", { wanted: db }), sampleService("api", { wanted: api, scale })]);
}

const stop = (...names: string[]): Command => ({ kind: "stop", select: { names, except: [] } });
const scaleTo = (to: number): Command => ({ kind: "scale", service: "api", change: { to } });
const rebuild: Command = { kind: "rebuild", select: { names: ["api"], except: [] } };
const allStopped = fleet("stopped", "stopped");
const allRunning = fleet("running", "running");

test.each<
  [string, ReturnType<typeof fleet>, [Command, Fate][], ReturnType<typeof fleet>[], ReturnType<typeof fleet>[]]
>([
  ["nothing was asked", allRunning, [], [allRunning], [allStopped]],
  [
    "a start brings its dependencies",
    allStopped,
    [[startOf(["api"]), "accepted"]],
    [allRunning],
    [fleet("stopped", "running")],
  ],
  ["a start of nothing is one of all", allStopped, [[startOf([]), "accepted"]], [allRunning], [allStopped]],
  ["a start that was refused", allStopped, [[startOf(["api"]), "refused"]], [allStopped], [allRunning]],
  [
    "a start of which nobody knows",
    allStopped,
    [[startOf(["db"]), "unknown"]],
    [allStopped, fleet("running", "stopped")],
    [allRunning],
  ],
  [
    "a stop leaves what it depends on",
    allRunning,
    [[stop("api"), "accepted"]],
    [fleet("running", "stopped")],
    [allRunning],
  ],
  [
    "a stop of one replica is no wish of its service",
    allRunning,
    [[stop("api#1"), "accepted"]],
    [allRunning],
    [fleet("running", "stopped")],
  ],
  [
    "a stop after a start of which nobody knows",
    allStopped,
    [
      [startOf(["api"]), "unknown"],
      [stop("db", "api"), "accepted"],
    ],
    [allStopped],
    [allRunning],
  ],
  ["a scale", allRunning, [[scaleTo(3), "accepted"]], [fleet("running", "running", 3)], [allRunning]],
  [
    "a scale of which nobody knows",
    allRunning,
    [[scaleTo(3), "unknown"]],
    [allRunning, fleet("running", "running", 3)],
    [fleet("running", "running", 2)],
  ],
  ["a rebuild, which starts once it has built", allStopped, [[rebuild, "accepted"]], [allStopped, allRunning], []],
])("%s", (_, before, commands, possible, impossible) => {
  const book = new WishBook(before, ["db", "api"], (names) => (names.includes("api") ? ["db", "api"] : [...names]));
  for (const [command, fate] of commands) book.note(command, fate);
  for (const snapshot of possible) expect(book.check(snapshot)).toEqual([]);
  for (const snapshot of impossible) expect(book.check(snapshot)).not.toEqual([]);
});
