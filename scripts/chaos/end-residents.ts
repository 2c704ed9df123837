import { setTimeout as sleep } from "node:timers/promises";
import type { Census } from "./census.ts";
import { signalResident } from "./signal-resident.ts";

/** Looks so often, 20 ms apart: who is killed may have forked in its last moment. */
const mostLooks = 200;

/** Kills whatever still lives of a fleet, its daemon first; resolves when nothing is left. */
export async function endResidents(census: Census): Promise<void> {
  for (let i = 0; i < mostLooks; i++) {
    census.look();
    const residents = census.residents();
    if (residents.length === 0) return;
    const byRole = residents.toSorted((a, b) => Number(a.role === "program") - Number(b.role === "program"));
    for (const resident of byRole) signalResident(resident, "SIGKILL");
    await sleep(20);
  }
}
