import { isGone, type ProcessInfo } from "../process/process-info.ts";
import type { ProcessTable } from "../process/process-table.ts";
import { treeOf } from "../process/tree.ts";
import { isBystander, isTracer } from "./bystanders.ts";
import type { HowItRuns } from "./how-it-runs.ts";
import { type Match, matchService } from "./match-service.ts";
import { isWithin, type Sighting } from "./sighting.ts";

/** What there is to look at. */
export interface Surroundings {
  /** The fleet's id. */
  fleet: string;
  services: readonly HowItRuns[];
  table: ProcessTable;
  /** What a process is; null where it is gone. Asked for those only that may matter. */
  sight: (process: ProcessInfo) => Sighting | null;
  /** True for what belongs to a generation that is on record, and for Orchestra's own. */
  isOurs: (process: ProcessInfo) => boolean;
  /** True for a daemon, a dashboard, a verb: what they start is no service's. */
  isOrchestra: (seen: Sighting) => boolean;
}

/** A stray as it was found in one process table. */
export interface FoundStray {
  kind: "foreign" | "leftover";
  service: string;
  first: Sighting;
  /** `first` and its descendants. */
  processes: ProcessInfo[];
  /** Null where whoever started it is gone. */
  parent: ProcessInfo | null;
  evidence: string[];
  isExact: boolean;
  /** The debugger among its ancestors. */
  tracer: Sighting | null;
}

interface Candidate extends Match {
  kind: FoundStray["kind"];
  service: string;
  seen: Sighting;
}

/** Inherits what has lost its parent, besides the first process. */
const adopters = /^(?:systemd|init|launchd|tini|dumb-init|docker-init|catatonit|runit|s6-svscan)$/;

/**
 * What belongs to a service of the fleet and is on nobody's record, by what the processes show. Pure but for what it
 * asks. Where several of one tree match, the first of them stands for all.
 */
export function findStrays(around: Surroundings): FoundStray[] {
  const candidates = new Map<number, Candidate>();
  for (const process of around.table) {
    if (process.pid <= 2 || process.ppid === 2 || isGone(process)) continue;
    const seen = around.sight(process);
    const candidate = seen === null ? null : candidateOf(seen, around);
    if (candidate !== null && !around.isOurs(process)) candidates.set(process.pid, candidate);
  }
  const found: FoundStray[] = [];
  for (const candidate of candidates.values()) {
    const ancestors = ancestorsOf(candidate.seen.process, around.table);
    if (ancestors.some(({ pid }) => candidates.get(pid)?.service === candidate.service)) continue;
    const sights = ancestors.flatMap((process) => around.sight(process) ?? []);
    if (sights.some((seen) => around.isOrchestra(seen))) continue;
    found.push(strayOf(candidate, ancestors, sights, around));
  }
  return found.sort((a, b) => a.first.process.startTicks - b.first.process.startTicks);
}

function candidateOf(seen: Sighting, { fleet, services, isOrchestra }: Surroundings): Candidate | null {
  if (!mayBelong(seen, services)) return null;
  const { markers, daemonOf, buildOf } = seen.marks;
  if (daemonOf !== null || buildOf !== null || (markers !== null && markers.fleet !== fleet)) return null;
  if (isBystander(seen.argv, seen.executable) || isOrchestra(seen)) return null;
  const best = services
    .flatMap((how) => {
      const match = matchService(seen, how);
      return match === null ? [] : [{ how, match }];
    })
    // A service in a folder of another's is meant where both match.
    .sort((a, b) => Number(b.match.isExact) - Number(a.match.isExact) || b.how.dir.length - a.how.dir.length)[0];
  if (markers !== null) {
    const how = services.find(({ service }) => service === markers.service);
    const where = how === undefined ? null : placeOf(seen, how);
    const isKept = how?.keepsDetached === true && best?.how !== how;
    if (how !== undefined && !isKept && (where !== null || best?.how === how)) {
      const start = `${markers.service}#${markers.replica}, start ${markers.generation}`;
      const evidence = [
        `carries the markers of ${start}, which is on no record`,
        ...(best?.match.evidence ?? [where ?? ""]),
      ];
      return { kind: "leftover", service: how.service, seen, evidence, isExact: best?.match.isExact ?? false };
    }
  }
  return best === undefined ? null : { kind: "foreign", service: best.how.service, seen, ...best.match };
}

/** False for almost all of a machine's processes, by what costs next to nothing to know. */
function mayBelong(seen: Sighting, services: readonly HowItRuns[]): boolean {
  const { cwd, process } = seen;
  return services.some(({ dir, names, builds, packageDir }) => {
    if (cwd !== null && isWithin(cwd, dir)) return true;
    if (!names.has(process.comm)) return false;
    if (
      seen.executable !== null &&
      (isWithin(seen.executable, dir) || (builds !== null && seen.executable.startsWith(builds)))
    )
      return true;
    // `go run ./orders` is typed in a folder above.
    return process.comm === "go" && cwd !== null && packageDir !== null && isWithin(packageDir, cwd);
  });
}

/** Whether it has the program or the folder of the service. */
function placeOf({ executable, cwd }: Sighting, how: HowItRuns): string | null {
  if (executable !== null && how.builds !== null && executable.startsWith(how.builds))
    return "its program is a build of ours";
  if (executable !== null && isWithin(executable, how.dir)) return `its program is ${executable}`;
  return cwd !== null && isWithin(cwd, how.dir) ? `runs in ${cwd === how.dir ? "its folder" : cwd}` : null;
}

function strayOf(
  { seen, kind, service, evidence, isExact }: Candidate,
  ancestors: readonly ProcessInfo[],
  sights: readonly Sighting[],
  { table, isOurs }: Surroundings,
): FoundStray {
  const { pid } = seen.process;
  const tree = treeOf(table, { pids: [pid], ids: new Map() }, isOurs);
  tree.delete(pid);
  const processes = [seen.process, ...[...tree.values()].filter((process) => !isGone(process))];
  const parent = ancestors[0] ?? null;
  const isOrphan = parent === null || parent.pid === 1 || adopters.test(parent.comm);
  const tracer = sights.find(({ argv, executable }) => isTracer(argv, executable)) ?? null;
  return { kind, service, first: seen, processes, parent: isOrphan ? null : parent, evidence, isExact, tracer };
}

/** Its parent first. */
function ancestorsOf(process: ProcessInfo, table: ProcessTable): ProcessInfo[] {
  const ancestors: ProcessInfo[] = [];
  for (let next = table.get(process.ppid); next !== undefined; next = table.get(next.ppid)) {
    // Tables are not taken in one instant: a chain that closes is one that no longer holds.
    if (ancestors.length > 256) return [];
    ancestors.push(next);
  }
  return ancestors;
}
