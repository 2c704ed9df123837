import { readdirSync } from "node:fs";
import { replicaId } from "../../model/ids.ts";
import { parseLogName, replicaFolder } from "../logs/log-path.ts";

/**
 * By unit, the newest generation that `recorded` or a log file shows: a daemon that was killed in the moment of a start
 * left a log of a generation that it did not get to write down, and no two runs may write to one file. Reads names only.
 */
export function newestGenerations(logsDir: string, recorded: Readonly<Record<string, number>>): Record<string, number> {
  const newest = { ...recorded };
  for (const service of list(logsDir)) {
    for (const replica of list(`${logsDir}/${service}`)) {
      if (!/^\d{1,9}$/.test(replica)) continue;
      const index = Number(replica);
      const unit = replicaId(service, index);
      for (const name of list(replicaFolder(logsDir, service, index))) {
        const generation = parseLogName(name)?.generation ?? 0;
        if (generation > (newest[unit] ?? 0)) newest[unit] = generation;
      }
    }
  }
  return newest;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
