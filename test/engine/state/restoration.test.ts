import { describe, expect, test } from "vitest";
import { type LeftUnit, type Restoration, restorationOf } from "../../../src/engine/state/restoration.ts";

const service: LeftUnit = {
  isWanted: true,
  isOneshot: false,
  ended: 0,
  recorded: null,
  exit: null,
  isResting: false,
};
const oneshot: LeftUnit = { ...service, isOneshot: true };
const unknown = { kind: "unknown" } as const;
const ok = { kind: "code", code: 0 } as const;
const killed = { kind: "signal", signal: "SIGKILL" } as const;

const rows: [title: string, unit: LeftUnit, restoration: Restoration][] = [
  ["what never ran is left to the wishes", service, { kind: "none" }],
  ["what ran has ended, and nobody knows how", { ...service, ended: 2, recorded: 3 }, ended(3, unknown)],
  ["what had ended for good rests", { ...service, ended: 3, isResting: true }, { kind: "rest" }],
  ["what had ended otherwise is left to the wishes", { ...service, ended: 3 }, { kind: "none" }],
  ["what nobody wants any more is nothing to remember", { ...service, recorded: 3, isWanted: false }, { kind: "none" }],
  [
    "a service that was a oneshot once has no use for its record",
    { ...service, ended: 0, exit: { generation: 1, status: ok } },
    { kind: "none" },
  ],

  ["a oneshot that was never begun is left to the wishes", oneshot, { kind: "none" }],
  [
    "a oneshot that ran has ended as its holder wrote down",
    { ...oneshot, ended: 1, recorded: 2, exit: { generation: 2, status: ok } },
    ended(2, ok),
  ],
  [
    "a oneshot that was begun in the last moment counts, recorded or not",
    { ...oneshot, ended: 1, exit: { generation: 2, status: killed } },
    ended(2, killed),
  ],
  [
    "a oneshot that was begun and left no code has ended, nobody knows how",
    { ...oneshot, ended: 1, exit: { generation: 2, status: null } },
    ended(2, unknown),
  ],
  ["a oneshot that ran and has no record of its end either", { ...oneshot, ended: 1, recorded: 2 }, ended(2, unknown)],
  [
    "a record that is older than what ran says nothing about it",
    { ...oneshot, ended: 1, recorded: 2, exit: { generation: 1, status: ok } },
    ended(2, unknown),
  ],
  [
    "an end that was dealt with is not dealt with again: it rests",
    { ...oneshot, ended: 2, isResting: true, exit: { generation: 2, status: ok } },
    { kind: "rest" },
  ],
  [
    "an end that was dealt with, after which somebody asked for another run",
    { ...oneshot, ended: 2, exit: { generation: 2, status: ok } },
    { kind: "none" },
  ],
  [
    "a run after one that rests",
    { ...oneshot, ended: 2, isResting: true, exit: { generation: 3, status: ok } },
    ended(3, ok),
  ],
  [
    "a oneshot that nobody wants any more",
    { ...oneshot, isWanted: false, exit: { generation: 1, status: null } },
    { kind: "none" },
  ],
];

function ended(generation: number, status: Extract<Restoration, { kind: "ended" }>["status"]): Restoration {
  return { kind: "ended", generation, status };
}

describe("what becomes of a replica of which nothing lives", () => {
  test.each(rows)("%s", (_, unit, restoration) => {
    expect(restorationOf(unit)).toEqual(restoration);
  });
});
