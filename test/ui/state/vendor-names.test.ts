import { describe, expect, test } from "vitest";
import { replicaId } from "../../../src/model/ids.ts";
import { detailsName } from "../../../src/ui/state/details.ts";
import { messageForEvent } from "../../../src/ui/state/message-for-event.ts";
import { runningUnits, unitsToStop } from "../../../src/ui/state/running-units.ts";
import { fileLines } from "../../../src/ui/store/log-text.ts";
import { sampleFleet, sampleLine, sampleService, sampleVendor } from "../../helpers/fleet-samples.ts";

const kept = sampleVendor("redis", {}, { vendor: { image: "redis:7", isOptional: false, isKept: true } });
const fleet = sampleFleet([sampleService("api"), sampleVendor("postgres"), kept]);

describe("a vendor is called by its name alone", () => {
  test.each([
    ["postgres", "postgres: its image is another one"],
    ["api", "api#1: its image is another one"],
  ])("in a message: %s", (name, text) => {
    const event = { kind: "noticed", level: "info", unit: replicaId(name, 1), message: "its image is another one" };
    expect(messageForEvent(event as Parameters<typeof messageForEvent>[0], fleet)?.text).toBe(text);
  });

  test.each([
    ["postgres", "postgres"],
    ["api", "api#1"],
    ["gone", "gone#1"],
  ])("in the title of its details: %s", (service, name) => {
    expect(detailsName({ kind: "details", service, index: 1, top: 0, secret: null }, fleet)).toBe(name);
  });

  test("in a log that is opened in a pager", () => {
    const lines = [sampleLine("postgres#1", "up"), sampleLine("api#1", "listening")];
    expect(fileLines(lines, new Set(["postgres"]))).toEqual([
      "12:01:02.113 postgres | up",
      "12:01:02.113 api#1 | listening",
    ]);
  });

  test("where something still runs; one that is kept is not waited for", () => {
    expect(runningUnits(fleet).map(({ id }) => id)).toEqual(["api#1", "postgres", "redis"]);
    expect(unitsToStop(fleet).map(({ id }) => id)).toEqual(["api#1", "postgres"]);
  });
});
