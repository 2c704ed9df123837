import { expect, test } from "vitest";
import { RunningProgram } from "../helpers/run-program.ts";

/** It looks at the fleet through /proc. */
const onLinux = test.skipIf(process.platform !== "linux");

onLinux("a small fleet keeps its promises through some rounds of kills and commands", { timeout: 90_000 }, async () => {
  const args = ["scripts/chaos.ts", "--small", "--seed", "2", "--rounds", "6", "--minutes", "0.3"];
  const { code, stdout, stderr } = await new RunningProgram(process.execPath, args, {
    cwd: process.cwd(),
    env: process.env,
    limitMs: 80_000,
  }).ended;
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
});
