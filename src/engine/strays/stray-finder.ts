import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Markers } from "../process/markers.ts";
import { type Look, type ProcessWatch, processWatch } from "../process/process-watch.ts";
import { UnitProcesses, type UnitProcessesTarget } from "../process/unit-processes.ts";
import { type FoundStray, findStrays } from "./find-strays.ts";
import type { HowItRuns } from "./how-it-runs.ts";
import type { Sighting } from "./sighting.ts";
import { SightingBook } from "./sighting-book.ts";

/** What a look needs to know of the fleet. Asked anew each time. */
export interface StrayFinderParts {
  fleet: string;
  /** How the services of the config run. */
  services(): HowItRuns[];
  /** How the processes of all generations on record are found. */
  recorded(): Iterable<UnitProcessesTarget>;
  /** True for a generation of a unit that has, or is about to have, a process. */
  isAlive(markers: Markers): boolean;
}

/** Looks through the whole process table for strays: in slices, and quickly where it has looked before. */
export class StrayFinder {
  readonly #parts: StrayFinderParts;
  readonly #watch: ProcessWatch;
  readonly #sightings = new SightingBook();

  constructor(parts: StrayFinderParts, watch = processWatch) {
    this.#parts = parts;
    this.#watch = watch;
  }

  /** All that there were when it was called. */
  async find(): Promise<FoundStray[]> {
    const since = performance.now();
    const release = this.#watch.keepWarm();
    try {
      const seen = await this.#watch.lookGently({ since });
      await this.#sightings.take(seen.table);
      return this.#find(seen);
    } finally {
      release();
    }
  }

  #find({ table, marks }: Look): FoundStray[] {
    const { fleet, services, recorded, isAlive } = this.#parts;
    const ours = new Set<number>();
    for (const target of recorded()) {
      // Those that are only known by their markers are recognised when they are met: to read all environments takes long.
      for (const pid of new UnitProcesses({ ...target, markers: null, output: null }).look(table, marks).keys())
        ours.add(pid);
    }
    return findStrays({
      fleet,
      services: services(),
      table,
      sight: (process) => this.#sightings.of(process),
      isOurs: (process) => {
        const markers = this.#sightings.of(process)?.marks.markers;
        return ours.has(process.pid) || (markers != null && isAlive(markers));
      },
      isOrchestra,
    });
  }
}

/** A verb, a dashboard or a daemon of any Orchestra: `node …/dist/main.js`, in the folder of an installation. */
function isOrchestra({ argv, marks }: Sighting): boolean {
  if (marks.daemonOf !== null) return true;
  const program = argv.find((word) => /\/(?:dist|src)\/main\.(?:js|ts)$/.test(word));
  return program !== undefined && existsSync(join(dirname(dirname(program)), "bin", "orchestra"));
}
