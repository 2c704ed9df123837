import { type Violation, violations } from "./violation.ts";

/** How many descriptors a process had, by what they point to with numbers left out, while so many replicas lived. */
export interface DescriptorCount {
  pid: number;
  role: string;
  alive: number;
  total: number;
  kinds: Record<string, number>;
}

/** A unit that lives may cost the daemon this many: its stat file and its logs. */
const perUnit = 4;
/** Connections, probes and files that happen to be open at a look. */
const slack = 16;

/** No process of the engine holds more descriptors than it did at rest before, but for the replicas that came since. */
export function checkDescriptors(now: DescriptorCount, first: DescriptorCount): Violation[] {
  const allowed = first.total + slack + perUnit * Math.max(0, now.alive - first.alive);
  if (now.total <= allowed) return [];
  const grown = Object.entries(now.kinds)
    .filter(([kind, count]) => count > (first.kinds[kind] ?? 0))
    .map(([kind, count]) => `${kind}: ${first.kinds[kind] ?? 0} → ${count}`);
  const evidence = `${now.role} (pid ${now.pid}) had ${first.total} with ${first.alive} replicas, has ${now.total} with ${now.alive}: ${grown.join("; ")}`;
  return violations("no descriptor leak", [evidence]);
}
