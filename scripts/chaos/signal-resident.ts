import { livesOn, type Resident } from "./census.ts";

/** Only to the very process that was seen. */
export function signalResident(resident: Resident, name: NodeJS.Signals): void {
  if (!livesOn(resident)) return;
  try {
    process.kill(resident.pid, name);
  } catch {
    // It has ended since.
  }
}
