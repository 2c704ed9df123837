import { setTimeout as sleep } from "node:timers/promises";
import { parseLogPath } from "./logs/log-path.ts";
import { HeldProcess, type ProcessIdentity } from "./process/identity.ts";
import { type FoundRun, findLeftProcesses, type WriterOf } from "./process/left-processes.ts";
import { Terminator } from "./process/terminator.ts";
import type { ExitRecord, ExitRecords } from "./state/exit-records.ts";

/** What an earlier daemon left, beside what it wrote into state.json. */
export interface LeftBehind {
  /** Replicas that live, whether recorded or not. */
  runs: FoundRun[];
  /** The newest run of each oneshot. */
  exits: ExitRecord[];
  /** Build tools that nobody waits for any more. */
  builds: ProcessIdentity[];
}

const lookEveryMs = 5;
/** As for a build that is cancelled. */
const buildGraceMs = 1_000;
/** For a fork server that does not notice that its daemon is gone: it is stopped, or the machine is in great need. */
const settleLimitMs = 2_000;

/**
 * Looks for what an earlier daemon left, once that is certain to stay as it is: no fork server of its is about to start
 * something, or to write down how a oneshot has just ended.
 *
 * @param logDir the folder of the fleet's logs
 */
export async function findLeftBehind(fleet: string, records: ExitRecords, logDir: string): Promise<LeftBehind> {
  const deadline = performance.now() + settleLimitMs;
  for (;;) {
    // In this order: what has ended between the two looks has left its code by the second.
    const { runs, builds, isForking, isHolding } = findLeftProcesses(fleet, writerIn(logDir));
    const exits = records.all();
    const isDue = ({ unit, generation, status }: ExitRecord): boolean =>
      status === null &&
      !runs.some(({ markers: m }) => `${m.service}#${m.replica}` === unit && m.generation === generation);
    const isSettled = !isForking && !(isHolding && exits.some(isDue));
    if (isSettled || performance.now() > deadline) return { runs, exits, builds };
    await sleep(lookEveryMs);
  }
}

function writerIn(logDir: string): WriterOf {
  return (file) => {
    const run = parseLogPath(logDir, file);
    return run === null ? null : { service: run.service, replica: run.index, generation: run.generation };
  };
}

/** A build that its daemon did not live to see the end of is rolled back: another one would write to the same files. */
export async function endLeftBuilds({ builds }: LeftBehind): Promise<void> {
  const terminator = new Terminator();
  await Promise.all(
    builds.map((identity) => {
      const held = HeldProcess.hold(identity);
      if (held === null) return null;
      const target = {
        identity,
        child: null,
        held,
        markers: null,
        ports: [],
        signal: "SIGTERM",
        graceMs: buildGraceMs,
      };
      return terminator.terminate({ ...target, detachedChildren: "stop" }).done.finally(() => held.close());
    }),
  );
}
