import { describe, expect, test } from "vitest";
import { readySummary } from "../../../src/cli/output/ready-summary.ts";
import type { UnitId } from "../../../src/model/ids.ts";
import type { UnitState } from "../../../src/model/replica.ts";
import { sampleFleet, sampleService, sampleVendor } from "../../helpers/fleet-samples.ts";

describe("the last line of a start", () => {
  const waiting: UnitState = { phase: "waiting", blockers: [{ kind: "docker", detail: "no such socket" }] };
  const vendor = (name: string, isOptional: boolean, isReady: boolean) =>
    sampleVendor(name, isReady ? {} : { state: waiting }, { vendor: { image: name, isOptional, isKept: false } });

  test.each<[string, boolean, boolean, string]>([
    ["is there", true, true, "ready after 2.0s: api and redis"],
    ["is not to be had", true, false, "ready after 2.0s: api; without redis, which is optional"],
    ["is not optional", false, false, "ready after 2.0s: api and redis"],
  ])("with a vendor that %s", (_, isOptional, isReady, line) => {
    const fleet = sampleFleet([sampleService("api"), vendor("redis", isOptional, isReady)]);
    expect(readySummary(["api#1", "redis#1"] as UnitId[], 2000, fleet)).toBe(line);
  });
});
