import { expect, test } from "vitest";
import { defaultService } from "../../../src/config/default-service.ts";
import { notWanted } from "../../../src/engine/controlled-service.ts";
import { isFollowed, rerunWish } from "../../../src/engine/rerun/rerun-state.ts";
import type { RerunSpec } from "../../../src/model/service.ts";

const on: RerunSpec = { isOn: true, withTests: false };
const off: RerunSpec = { isOn: false, withTests: false };
const tested: RerunSpec = { isOn: true, withTests: true };

test.each<[string, RerunSpec | null, RerunSpec | null, RerunSpec | null, "cli" | "headless", RerunSpec]>([
  ["nobody says anything", null, null, null, "cli", on],
  ["nobody says anything, in a headless run", null, null, null, "headless", off],
  ["the fleet says no", null, null, off, "cli", off],
  ["the service says yes, with tests", null, tested, off, "cli", tested],
  ["the service says yes, in a headless run", null, on, null, "headless", on],
  ["a person says no", off, tested, on, "cli", off],
  ["a person says yes", on, off, off, "headless", on],
])("%s", (_name, said, service, fleet, origin, expected) => {
  const spec = { ...defaultService("api", "/f/api", "/f/api/service.yml"), rerun: service };
  expect(rerunWish({ spec, wanted: { ...notWanted(), origin, rerun: said } }, fleet)).toEqual(expected);
});

test.each([
  ["what runs", { isRunning: true }, {}, true, true],
  ["what is stopped", { isRunning: false }, {}, true, false],
  ["what ends by itself", { isRunning: true }, { oneshot: true }, true, false],
  ["what the config has no more", { isRunning: true }, {}, false, false],
])("%s is followed: %#", (_name, wanted, change, isConfigured, expected) => {
  const spec = { ...defaultService("api", "/f/api", "/f/api/service.yml"), ...change };
  expect(isFollowed({ spec, wanted: { ...notWanted(), ...wanted }, isConfigured }, null)).toBe(expected);
});
