import { describe, expect, test } from "vitest";
import { chooseExpired, type KeptFile } from "../../../src/engine/logs/retention.ts";

interface Named extends KeptFile {
  name: string;
}

function file(
  name: string,
  bytes: number,
  writtenAt: number,
  isLive = false,
  service = "api",
  isNewest = false,
): Named {
  return { name, service, bytes, writtenAt, isLive, isNewest };
}

const now = 1000;
const limits = { keepMs: 500, maxSizeBytes: 100 };

const cases: [string, Named[], string[]][] = [
  ["nothing to drop of nothing", [], []],
  ["what fits and is young stays", [file("1", 50, 900), file("2", 50, 950)], []],
  ["what is too old goes, though it would fit", [file("1", 1, 499), file("2", 1, 500)], ["1"]],
  ["the oldest go until the rest fits", [file("3", 60, 900), file("1", 30, 700), file("2", 30, 800)], ["1"]],
  ["as many go as must", [file("3", 90, 900), file("1", 30, 700), file("2", 30, 800)], ["1", "2"]],
  ["what is written to stays, however old and large", [file("1", 500, 100, true)], []],
  ["what is written to counts", [file("1", 50, 900), file("2", 80, 950, true)], ["1"]],
  ["each service has a limit of its own", [file("1", 80, 900), file("2", 80, 900, false, "web")], []],
  ["replicas of a service share its limit", [file("1#1", 60, 800), file("2#1", 60, 900)], ["1#1"]],
  [
    "the newest run of a replica outlives the size",
    [file("1", 500, 900, false, "api", true), file("2", 1, 950)],
    ["2"],
  ],
  ["the newest run of a replica goes when it is too old", [file("1", 5, 499, false, "api", true)], ["1"]],
  ["one old run that is larger than the limit goes", [file("1", 101, 900)], ["1"]],
];

describe("chooseExpired", () => {
  test.each(cases)("%s", (_, files, expected) => {
    expect(chooseExpired(files, now, limits).map(({ name }) => name)).toEqual(expected);
  });
});
