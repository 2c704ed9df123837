import { resolve } from "node:path";
import { type Outcome, RunningProgram } from "../helpers/run-program.ts";
import type { TempFleet } from "../helpers/temp-fleet.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");

/** Runs the program in a fleet, as Node runs it from its sources; unbuilt it has a version of its own. */
export function fromSource(fleet: TempFleet, ...args: string[]): Promise<Outcome> {
  return new RunningProgram(process.execPath, [main, ...args], { cwd: fleet.root, env: fleet.env() }).ended;
}
