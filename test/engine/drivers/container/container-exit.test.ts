import { expect, test } from "vitest";
import { exitOf } from "../../../../src/engine/drivers/container/container-exit.ts";

test.each([
  [0, false, { kind: "code", code: 0 }],
  [1, false, { kind: "code", code: 1 }],
  [126, false, { kind: "code", code: 126 }],
  [128, false, { kind: "code", code: 128 }],
  [129, false, { kind: "code", code: 129 }],
  [137, false, { kind: "signal", signal: "SIGKILL" }],
  [137, true, { kind: "outOfMemory" }],
  [143, false, { kind: "signal", signal: "SIGTERM" }],
  [255, false, { kind: "code", code: 255 }],
])("exit code %i (out of memory: %s)", (exitCode, isOutOfMemory, expected) => {
  expect(exitOf({ exitCode, isOutOfMemory })).toEqual(expected);
});
