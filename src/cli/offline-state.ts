import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerRecord, ProcessRecord } from "../engine/drivers/driver.ts";
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

/** The recorded processes of a fleet that live, though perhaps no daemon looks after them. */
export function readLivingUnits(root: string): ProcessRecord[] {
  return Object.values(readState(root).units).filter((record): record is ProcessRecord => {
    if (record.kind === "container") return false;
    const process = readProcess(record.pid);
    return process !== null && !isGone(process) && isSameProcess(record, process);
  });
}

/** The containers of a fleet that are on record as running; whether they still do, their engine knows. */
export function readContainerRecords(root: string): ContainerRecord[] {
  return Object.values(readState(root).units).filter((record) => record.kind === "container");
}

/** True where a person's wish is recorded, so that opening the dashboard starts nothing by itself. */
export function hasRecordedWish(root: string): boolean {
  return hasWanted(readState(root));
}
