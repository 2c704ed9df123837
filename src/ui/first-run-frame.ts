import type { Look } from "./look.ts";
import type { FirstRun } from "./state/first-run.ts";

/** Everything one picture of the first run is made of. */
export interface FirstRunFrame extends FirstRun, Look {
  now: number;
  size: { columns: number; rows: number };
}
