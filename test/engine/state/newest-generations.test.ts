import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newestGenerations } from "../../../src/engine/state/newest-generations.ts";
import { tempFolder } from "../../helpers/processes.ts";

test("the newest generation of a unit is the greater of what is recorded and what its log folder shows", () => {
  const logs = tempFolder();
  const files = [
    "api/1/3.log",
    "api/1/12.log",
    "api/1/12.idx",
    "api/2/1.log",
    "web/1/4.err.log",
    "web/1/notes.txt",
    "web/old/9.log",
    "web/9.log",
  ];
  for (const file of files) {
    mkdirSync(join(logs, file, ".."), { recursive: true });
    writeFileSync(join(logs, file), "");
  }
  expect(newestGenerations(logs, { "api#1": 11, "api#2": 5, "gone#1": 7 })).toEqual({
    "api#1": 12,
    "api#2": 5,
    "web#1": 4,
    "gone#1": 7,
  });
  expect(newestGenerations(join(logs, "none"), { "api#1": 2 })).toEqual({ "api#1": 2 });
});
