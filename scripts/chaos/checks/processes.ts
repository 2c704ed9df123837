import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { isAlive, type ReplicaSnapshot } from "../../../src/model/replica.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { describeResident, type Resident } from "../census.ts";
import { type Violation, violations } from "./violation.ts";

/** How units are called among residents: `herd.2`. */
export function unitKey({ service, index }: Pick<ReplicaSnapshot, "service" | "index">): string {
  return `${service}.${index}`;
}

export function replicasOf(snapshot: FleetSnapshot): ReplicaSnapshot[] {
  return snapshot.services.flatMap((s) => s.replicas);
}

/** Who lives is what the snapshot says, no more and no less; and beside the daemon its one fork server. */
export function checkProcesses(residents: readonly Resident[], snapshot: FleetSnapshot): Violation[] {
  const alive = new Map(replicasOf(snapshot).flatMap((r) => (isAlive(r.state.phase) ? [[unitKey(r), r]] : [])));
  const left: string[] = [];
  for (const resident of residents) {
    const { role, pid, ppid, unit, generation, service } = resident;
    if (role === "daemon" ? pid === snapshot.daemon.pid : role === "fork-server" && ppid === snapshot.daemon.pid)
      continue;
    // What hides all its marks is one of its service's, as long as that has any.
    const isExplained =
      unit === null
        ? [...alive.values()].some((r) => r.service === service)
        : alive.get(unit)?.generation === generation;
    if (!isExplained || role !== "program") left.push(describeResident(resident));
  }
  const forkServers = residents.filter((r) => r.role === "fork-server" && r.ppid === snapshot.daemon.pid);
  if (forkServers.length > 1) left.push(...forkServers.map((r) => `one of several: ${describeResident(r)}`));
  const missing = [...alive.values()].flatMap((replica) => {
    const pid = "pid" in replica.state ? replica.state.pid : null;
    const found = residents.find((r) => r.pid === pid);
    if (found?.unit === unitKey(replica) && found.generation === replica.generation) return [];
    return [
      `${replica.id} is ${replica.state.phase} as pid ${pid}, generation ${replica.generation}, and is not there`,
    ];
  });
  return [
    ...violations("no process of the fleet but what the snapshot says", left),
    ...violations("what the snapshot says to live does live", missing),
  ];
}

/** No child of the daemon or its fork server waits to be waited for. */
export function checkZombies(zombies: readonly ProcessInfo[], residents: readonly Resident[]): Violation[] {
  const ours = new Set(residents.filter((r) => r.role !== "program").map((r) => r.pid));
  const found = zombies.filter((z) => ours.has(z.ppid)).map((z) => `pid ${z.pid} (${z.comm}), child of ${z.ppid}`);
  return violations("no zombie", found);
}
