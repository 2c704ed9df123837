import { describe, expect, test } from "vitest";
import type { Details, DetailsExtent, DetailsKey } from "../../../src/ui/state/details.ts";
import { onDetailsKey, openDetails } from "../../../src/ui/state/on-details.ts";
import type { Surroundings } from "../../../src/ui/state/surroundings.ts";
import { initialUiState, type UiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";

const failure = { kind: "exited", code: 1, message: "exited with code 1" } as const;
const replicas = [
  sampleReplica("api", 1),
  sampleReplica("api", 2, { state: { phase: "failed", failure } }),
  sampleReplica("api", 4),
];
const extent: DetailsExtent = {
  height: 10,
  lastTop: 50,
  secrets: [
    { name: "A", row: 30 },
    { name: "B", row: 31 },
  ],
};
const around: Surroundings = {
  fleet: { snapshot: sampleFleet([sampleService("api", { replicas })]), disconnected: null },
  now: 0,
  startedFleet: false,
  ranks: new Map(),
  log: { items: { first: 0, last: 0, heightOf: () => 1 }, lineAt: () => null, height: 10, isLive: true },
  details: extent,
  helpLastTop: 0,
};
const selected: UiState = { ...initialUiState, selected: "api" };
const at = (change: Partial<Details>): UiState => ({
  ...selected,
  dialog: { kind: "details", service: "api", index: 1, top: 0, secret: null, ...change },
});

describe("the details", () => {
  test("open at the replica that is worst off, and not at all where no service is selected", () => {
    expect(openDetails(selected, around).dialog).toMatchObject({ kind: "details", service: "api", index: 2 });
    expect(openDetails(initialUiState, around)).toBe(initialUiState);
  });

  test.each<[key: DetailsKey, from: Partial<Details>, to: Partial<Details>]>([
    ["details-down", {}, { top: 1 }],
    ["details-up", {}, { top: 0 }],
    ["details-down", { top: 50 }, { top: 50 }],
    ["details-up", { top: 90 }, { top: 49 }],
    ["details-page-down", { top: 3 }, { top: 12 }],
    ["details-page-up", { top: 12 }, { top: 3 }],
    ["details-last", {}, { top: 50 }],
    ["details-first", { top: 50 }, { top: 0 }],
    ["details-next", { index: 2, top: 9, secret: "A" }, { index: 4, top: 0, secret: null }],
    ["details-next", { index: 4 }, { index: 1 }],
    ["details-previous", { index: 1 }, { index: 4 }],
    ["details-secret", {}, { secret: "A", top: 25 }],
    ["details-secret", { secret: "A", top: 25 }, { secret: "B", top: 25 }],
    ["details-secret", { secret: "B", top: 25 }, { secret: "A", top: 25 }],
    ["details-reveal", {}, { secret: "A" }],
  ])("%s from %j comes to %j", (key, from, to) => {
    const { state, effects } = onDetailsKey(at(from), key, around);
    expect(state.dialog).toMatchObject(to);
    expect(effects).toEqual([]);
  });

  test("reveal only the secret that was chosen", () => {
    const { effects } = onDetailsKey(at({ secret: "B" }), "details-reveal", around);
    expect(effects).toEqual([{ kind: "revealVariable", variable: "B" }]);
  });

  test("close", () => {
    expect(onDetailsKey(at({}), "details-close", around).state.dialog).toEqual({ kind: "none" });
  });
});
