import { basename, relative, sep } from "node:path";
import { readProcLink } from "../../src/engine/process/identity.ts";
import { parseMarks } from "../../src/engine/process/markers.ts";
import { readProcFile } from "../../src/engine/process/proc-file.ts";
import { isGone, type ProcessInfo, ticksPerSecond } from "../../src/engine/process/process-info.ts";
import { readProcess, readProcessTable } from "../../src/engine/process/process-table.ts";

/** A process as a replica's, a helper of the engine, or somebody's in the fleet's folder whom nothing else explains. */
export interface Resident {
  pid: number;
  ppid: number;
  startTicks: number;
  state: string;
  sid: number;
  command: string;
  role: "daemon" | "fork-server" | "program";
  /** The service's name; null where not even the folder tells. */
  service: string | null;
  /** `herd.2`; null for a program that carries no markers and none of whose ancestors did. */
  unit: string | null;
  generation: number | null;
}

export interface CensusTerms {
  fleet: string;
  /** Real path of the fleet's root; each service has a folder of its own name in it. */
  root: string;
  /** The folder that its programs note things in. */
  notes: string;
  /** Files that the daemon and its fork server are started from. */
  daemonEntry: string;
  forkServerEntry: string;
}

/** So long what was read of a process may be of before its exec, in ticks. */
const youthTicks = 1.5 * ticksPerSecond;

/**
 * Looks at all processes of the machine, from outside and again and again, and remembers which are the fleet's: by
 * markers, by parents while these live, by the folder they work in. Whoever was once found stays found, whatever becomes
 * of its parents, session and environment.
 */
export class Census {
  readonly #terms: CensusTerms;
  #known = new Map<number, Resident>();
  #strangers = new Map<number, number>();
  #zombies: ProcessInfo[] = [];
  #comings = 0;
  readonly #overlaps = new Map<string, string>();

  constructor(terms: CensusTerms) {
    this.#terms = terms;
  }

  /** Processes that came so far: a clock that goes as fast as the fleet lives. */
  get comings(): number {
    return this.#comings;
  }

  /** What of the fleet lived at the last look. */
  residents(): Resident[] {
    return [...this.#known.values()];
  }

  programs(): Resident[] {
    return this.residents().filter((r) => r.role === "program");
  }

  /** Zombies at the last look, of the whole machine. */
  zombies(): ProcessInfo[] {
    return this.#zombies;
  }

  /** Each case of two generations of a replica that lived in the same moment, since the beginning. */
  overlaps(): string[] {
    return [...this.#overlaps.values()];
  }

  /** One look. About 10 µs for each process of the machine. */
  look(): void {
    const table = readProcessTable();
    const known = new Map<number, Resident>();
    const strangers = new Map<number, number>();
    this.#zombies = [];
    // Parents before their children, so that membership is passed on within one look.
    const byAge = [...table].sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
    for (const info of byAge) {
      if (isGone(info)) {
        if (info.state === "Z") this.#zombies.push(info);
        continue;
      }
      const before = this.#known.get(info.pid);
      const isSame = before?.startTicks === info.startTicks;
      const isYoung = table.takenTicks - info.startTicks < youthTicks;
      if (!isSame && !isYoung && this.#strangers.get(info.pid) === info.startTicks) {
        strangers.set(info.pid, info.startTicks);
        continue;
      }
      const resident =
        isSame && !isYoung ? { ...before, ...changing(info) } : this.#recognise(info, known, isSame ? before : null);
      if (resident === null) strangers.set(info.pid, info.startTicks);
      else {
        known.set(info.pid, resident);
        if (!isSame) this.#comings++;
      }
    }
    this.#known = known;
    this.#strangers = strangers;
    this.#findOverlaps();
  }

  #recognise(info: ProcessInfo, known: ReadonlyMap<number, Resident>, before: Resident | null): Resident | null {
    const { root, daemonEntry, forkServerEntry } = this.#terms;
    const command = (readProcFile(`/proc/${info.pid}/cmdline`) ?? "").replaceAll("\0", " ").trim();
    const base = {
      pid: info.pid,
      startTicks: info.startTicks,
      command,
      ...changing(info),
    };
    const parent = known.get(info.ppid);
    if (command.includes(forkServerEntry)) {
      // Right after its fork a program still looks like the server that forked it.
      if (parent?.role === "fork-server") return null;
      return { ...base, role: "fork-server", service: null, unit: null, generation: null };
    }
    if (command.includes(daemonEntry)) {
      if (parent?.role === "daemon") return null;
      return { ...base, role: "daemon", service: null, unit: null, generation: null };
    }
    const place = readPlace(info.pid, this.#terms);
    if (place !== null) return { ...base, role: "program", ...place };
    if (before !== null) return { ...before, ...base };
    if (parent?.role === "program") {
      const { service, unit, generation } = parent;
      return { ...base, role: "program", service, unit, generation };
    }
    const cwd = readProcLink(info.pid, "cwd");
    const isInside = cwd !== null && (cwd === root || cwd.startsWith(root + sep));
    if (!isInside || parent?.role === "daemon") return null;
    const service = relative(root, cwd).split(sep)[0] ?? "";
    return { ...base, role: "program", service: service === "" ? null : service, unit: null, generation: null };
  }

  /** The table is not read in one instant: only what still lives after the other was seen lives beside it. */
  #findOverlaps(): void {
    const newest = new Map<string, Resident>();
    for (const resident of this.#known.values()) {
      const { unit, generation } = resident;
      if (unit === null || generation === null) continue;
      const other = newest.get(unit);
      if (other === undefined || (other.generation ?? 0) < generation) newest.set(unit, resident);
    }
    for (const resident of this.#known.values()) {
      const { unit, generation } = resident;
      const other = unit === null ? undefined : newest.get(unit);
      if (generation === null || other === undefined || other.generation === generation) continue;
      const key = `${unit} ${generation} ${other.generation}`;
      if (this.#overlaps.has(key) || !livesOn(other) || !livesOn(resident)) continue;
      const text = `${describeResident(resident)} lives beside ${describeResident(other)}`;
      this.#overlaps.set(key, text);
    }
  }
}

/**
 * Whose a process is, by its environment: the engine's markers; or what a fixture program that takes them off passes on to
 * itself under another name, so that we know more than the engine does.
 */
function readPlace(
  pid: number,
  { fleet, notes }: CensusTerms,
): Pick<Resident, "service" | "unit" | "generation"> | null {
  const environment = readProcFile(`/proc/${pid}/environ`) ?? "";
  const marks = parseMarks(environment).markers;
  if (marks?.fleet === fleet) {
    const { service, replica, generation } = marks;
    return { service, unit: `${service}.${replica}`, generation };
  }
  const values = new Map(environment.split("\0").map((entry) => entry.split("=", 2) as [string, string]));
  const unit = values.get("NUMBERS_UNIT");
  if (unit === undefined || values.get("NOTES") !== notes) return null;
  return { service: unit.split(".")[0] ?? null, unit, generation: Number(values.get("NUMBERS_GENERATION")) };
}

function changing({ ppid, state, sid }: ProcessInfo): Pick<Resident, "ppid" | "state" | "sid"> {
  return { ppid, state, sid };
}

/** True where it is still the same process, and runs, at this very moment. */
export function livesOn({ pid, startTicks }: Pick<Resident, "pid" | "startTicks">): boolean {
  const now = readProcess(pid);
  return now !== null && now.startTicks === startTicks && !isGone(now);
}

/** `herd.2 generation 3 (pid 17, parent 1, S, started at 12345: sh numbers-lines.sh)`. */
export function describeResident({
  pid,
  ppid,
  state,
  unit,
  generation,
  service,
  role,
  command,
  startTicks,
}: Resident): string {
  const who =
    role !== "program"
      ? role
      : unit === null
        ? `something in the folder of ${service}`
        : `${unit} generation ${generation}`;
  const words = command.split(" ").map((word) => (word.startsWith("/") ? basename(word) : word));
  const at = (startTicks / ticksPerSecond).toFixed(2);
  return `${who} (pid ${pid}, parent ${ppid}, ${state}, started at ${at}: ${words.join(" ")})`;
}
