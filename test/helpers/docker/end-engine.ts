import { rmSync, statSync } from "node:fs";
import { type FoundProcess, processesOf } from "../processes-of.ts";
import { waitUntil } from "../wait-until.ts";
import { engineLinksOf, releaseEngineNetwork, removeControlGroups } from "./engine-network.ts";

const youngMs = 60_000;

/** Ends the engines whose folders are `folder` or inside of it, with all their containers, at once; the folders stay. */
export async function endEngine(folder: string): Promise<void> {
  for (const { link, folder: own } of engineLinksOf(folder)) {
    await waitUntil("the engine is gone", () => {
      const left = processesOf(own);
      for (const found of left) killIfThere(found);
      return left.length === 0;
    });
    // The first process seems to be gone while the kernel still ends the others.
    await waitUntil("its containers are gone", () => removeControlGroups(link));
    releaseEngineNetwork(link);
  }
}

/** Removes what is left of engines that ended with who started them, where nobody was there to remove it. */
export function removeDeadEngines(): void {
  for (const { link, folder } of engineLinksOf("")) {
    // A young one may only be about to start.
    if (ageOf(folder) < youngMs || processesOf(folder).length > 0) continue;
    removeControlGroups(link);
    releaseEngineNetwork(link);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function ageOf(folder: string): number {
  const made = statSync(folder, { throwIfNoEntry: false })?.ctimeMs;
  return made === undefined ? Number.POSITIVE_INFINITY : Date.now() - made;
}

/** With the first process of its namespace, the kernel ends all others. */
function killIfThere({ pid }: FoundProcess): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended since.
  }
}
