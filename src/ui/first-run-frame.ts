import type { KeyTable } from "./keys/rebind.ts";
import type { FirstRun } from "./state/first-run.ts";
import type { Theme } from "./theme/theme.ts";

/** Everything one picture of the first run is made of. */
export interface FirstRunFrame extends FirstRun {
  size: { columns: number; rows: number };
  theme: Theme;
  keys: KeyTable;
}
