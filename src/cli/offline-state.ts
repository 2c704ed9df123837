import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../engine/drivers/driver.ts";
import { isSameProcess } from "../engine/process/identity.ts";
import { isGone } from "../engine/process/process-info.ts";
import { readProcess } from "../engine/process/process-table.ts";
import { emptyState, type FleetState, hasWanted, parseState } from "../engine/state/fleet-state.ts";

/** What `.orchestra/state.json` says to whoever reads it without a daemon: the empty state where it says nothing. */
export function readState(root: string): FleetState {
  try {
    return parseState(readFileSync(join(root, ".orchestra", "state.json"), "utf8")) ?? emptyState();
  } catch {
    return emptyState();
  }
}

/** The recorded units of a fleet that live, though perhaps no daemon looks after them. */
export function readLivingUnits(root: string): RunRecord[] {
  return Object.values(readState(root).units).filter((record) => {
    const process = readProcess(record.pid);
    return process !== null && !isGone(process) && isSameProcess(record, process);
  });
}

/** True where a person's wish is recorded, so that opening the dashboard starts nothing by itself. */
export function hasRecordedWish(root: string): boolean {
  return hasWanted(readState(root));
}
