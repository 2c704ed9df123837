import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { FleetId } from "../model/ids.ts";

/** The id of the fleet at `root`: the same through whatever link it is reached, different for every other checkout. */
export function fleetIdOf(root: string): FleetId {
  return createHash("sha256").update(realPathOf(root)).digest("hex").slice(0, 16) as FleetId;
}

/** The real path of a folder; where it cannot be found out, the absolute one. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
