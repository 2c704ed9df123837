import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type FleetState, parseState } from "../../../src/engine/state/fleet-state.ts";
import { program, TestEngine } from "../../helpers/test-engine.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

function readState(fleet: TestEngine): FleetState {
  const state = parseState(readFileSync(fleet.path(".orchestra/state.json"), "utf8"));
  if (state === null) throw new Error("state.json is not valid");
  return state;
}

/** Waits until the file says so; on the way it must be valid whenever it is there. */
function untilState(fleet: TestEngine, what: string, condition: (state: FleetState) => boolean): Promise<true> {
  return waitUntil(what, () => existsSync(fleet.path(".orchestra/state.json")) && condition(readState(fleet)));
}

describe("state.json", () => {
  test("is the user's alone, valid at any time, and says what runs and what is wanted after each step", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await untilState(fleet, "api#1 is recorded", ({ units, wanted }) => {
      return units["api#1"]?.pid === fleet.pid("api#1") && wanted.api?.isRunning === true;
    });
    const { mode } = statSync(fleet.path(".orchestra/state.json"));
    expect(mode & 0o777).toBe(0o600);
    await fleet.scale("api", 2);
    await fleet.untilPhase("ready", "api#2");
    await untilState(fleet, "the scale is recorded", ({ units, wanted }) => {
      return wanted.api?.scale === 2 && units["api#2"]?.pid === fleet.pid("api#2");
    });
    await fleet.restart("api#1");
    await fleet.untilGeneration("api#1", 2);
    await untilState(fleet, "the new generation is recorded", ({ units, generations }) => {
      return generations["api#1"] === 2 && units["api#1"]?.pid === fleet.pid("api#1");
    });
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1", "api#2");
    await untilState(fleet, "nothing runs", ({ units, wanted }) => {
      return Object.keys(units).length === 0 && wanted.api?.isRunning === false;
    });
    expect(statSync(fleet.path(".orchestra/state.json")).mode & 0o777).toBe(0o600);
  });

  test("holds nothing that is wanted once the fleet was taken down, but generations go on", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.down();
    expect(readState(fleet)).toMatchObject({ wanted: {}, units: {}, environments: {}, generations: { "api#1": 1 } });
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1").generation).toBe(2);
  });

  test("leaves no temporary file behind", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.down();
    const files = readdirSync(fleet.path(".orchestra")).filter((file) => file.startsWith("state.json"));
    expect(files).toEqual(["state.json"]);
  });

  test.each([
    ["torn", '{"version":1,"wanted":{"api'],
    ["empty", ""],
    ["of another kind", "[1, 2]"],
    ["of a later version", '{"version": 2}'],
    ["with a part of the wrong type", '{"version": 1, "units": "none"}'],
    ["with null where a map belongs", '{"version": 1, "wanted": null}'],
    ["with a list where a map belongs", '{"version": 1, "units": []}'],
    ["with a wish that is none", '{"version": 1, "wanted": {"api": null}}'],
    ["with a replica that has no process", '{"version": 1, "units": {"api#1": {"unit": "api#1", "service": "api"}}}'],
    ["with a generation that is no number", '{"version": 1, "generations": {"api#1": "2"}}'],
    ["with a port that is no number", '{"version": 1, "ports": {"api#1": {"http": null}}}'],
    ["with an end that is none", '{"version": 1, "resting": {"api#1": {"service": "api", "index": 1}}}'],
  ])("%s is kept aside and said, and the daemon starts", async (_, text) => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.down();
    writeFileSync(fleet.path(".orchestra/state.json"), text);
    await fleet.openEngine();
    expect(readFileSync(fleet.path(".orchestra/state.json.broken"), "utf8")).toBe(text);
    expect(fleet.logged.join("\n")).toContain("state.json.broken");
    expect(fleet.service("api").wanted).toBe("stopped");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await untilState(fleet, "it is written anew", ({ units }) => units["api#1"] !== undefined);
  });
});
