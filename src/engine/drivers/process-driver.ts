import { appendFileSync } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { ExitStatus } from "../../model/cause.ts";
import type { FleetId } from "../../model/ids.ts";
import { nodeMissing } from "../build/node-missing.ts";
import type { FailureOr } from "../failure-or.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { ForkServer } from "../process/fork-server/fork-server.ts";
import { HeldProcess, matchesIdentity, readProcLink } from "../process/identity.ts";
import type { Leader } from "../process/leader.ts";
import type { ListenerWatch } from "../process/listener-watch.ts";
import type { Markers } from "../process/markers.ts";
import { isPaused, pauseGroup, resumeGroup } from "../process/pause-group.ts";
import { processWatch } from "../process/process-watch.ts";
import type { SpawnedProcess } from "../process/spawn-process.ts";
import type { Terminator } from "../process/terminator.ts";
import type { UnitProcessesTarget } from "../process/unit-processes.ts";
import type { ExitRecords } from "../state/exit-records.ts";
import { commandOf } from "./command-of.ts";
import type {
  AdoptableProcess,
  Driver,
  Fault,
  Launch,
  ProcessRecord,
  Readiness,
  Running,
  RunRecord,
  Termination,
} from "./driver.ts";
import type { ExitPoll } from "./exit-poll.ts";
import { ListenerKeeper } from "./listener-keeper.ts";
import type { ProbeBook } from "./probe-book.ts";
import { UnitProbes } from "./unit-probes.ts";

export interface ProcessDriverParts {
  fleet: FleetId;
  logs: LogStore;
  terminator: Terminator;
  listeners: ListenerWatch;
  results: ProbeBook;
  forks: ForkServer;
  exits: ExitPoll;
  /** Of oneshots. */
  records: ExitRecords;
  clock: Clock;
}

/** What all that runs shares. */
type RunningParts = ProcessDriverParts & { keeper: ListenerKeeper };

/** Carries units out as processes of this machine, each the leader of its own session and group. */
export class ProcessDriver implements Driver {
  readonly #parts: RunningParts;

  constructor(parts: ProcessDriverParts) {
    this.#parts = { ...parts, keeper: new ListenerKeeper(parts.exits, parts.clock) };
  }

  adopt(launch: Launch, record: RunRecord): Running | null {
    if (record.kind === "container") return null;
    const markers = markersOf(this.#parts.fleet, launch);
    const evidence = { markers, executable: record.executable, cwd: launch.service.dir };
    const held = matchesIdentity(record, evidence) ? HeldProcess.hold(record) : null;
    // A leader that is gone may have left something, which has to end before a new generation may start.
    const run = runOf(launch, record.startedAt);
    const { marks } = processWatch.look();
    const isDeserted = marks.carriers(markers).length === 0 && marks.writers(this.#parts.logs.pathOf(run)).length === 0;
    // How a oneshot has ended may be about to be written down.
    const isOpen = launch.service.oneshot && this.#parts.records.isOpen(record.unit, record.generation);
    if (held === null && isDeserted && !isOpen) return null;
    this.#parts.logs.adopt(run);
    return new RunningProcess(this.#parts, launch, record, null, held);
  }

  /** Takes a stray over as the generation that the launch names. */
  adoptStray(launch: Launch, stray: AdoptableProcess): FailureOr<{ running: Running }> {
    const { unit, generation } = launch;
    const run = runOf(launch, stray.startedAt);
    const own = this.#parts.logs.pathOf(run);
    const output = readOutput(stray.held.identity.pid);
    const outputElsewhere = output !== own;
    if (outputElsewhere) {
      const log = this.#parts.logs.begin(run);
      if (!log.ok) return log;
      const place = output === null ? "" : `: ${output}`;
      noteIn(log.out, `output elsewhere${place} (pid ${stray.held.identity.pid} was started outside and adopted)`);
    } else this.#parts.logs.adopt(run);
    const record: ProcessRecord = {
      unit,
      service: launch.service.name,
      index: launch.index,
      generation,
      ...stray.held.identity,
      ports: launch.ports,
      startedAt: stray.startedAt,
      executable: stray.executable,
      isStray: true,
      outputElsewhere,
    };
    return { ok: true, running: new RunningProcess(this.#parts, { ...launch, env: {} }, record, null, stray.held) };
  }

  async start(launch: Launch): ReturnType<Driver["start"]> {
    const { clock, logs, forks, records } = this.#parts;
    const { unit, generation, service } = launch;
    const missing =
      service.run.kind === "command" ? nodeMissing(service, service.run.command, launch.env, "run") : null;
    if (missing !== null) return { ok: false, failure: missing };
    const startedAt = clock.now();
    const log = logs.begin(runOf(launch, startedAt));
    if (!log.ok) return log;
    const notStarted = (): void => void logs.end(unit, generation, "did not start");
    const exit = service.oneshot ? records.begin(unit, generation) : null;
    if (exit?.ok === false) {
      notStarted();
      return exit;
    }
    const { file, args } = commandOf(service, launch.artifact) ?? { file: "", args: [] };
    const { env } = launch;
    const exitFile = exit?.file ?? null;
    const result = await forks.spawn({ file, args, cwd: service.dir, env, stdout: log.out, stderr: log.err, exitFile });
    if (!result.ok) {
      notStarted();
      if (exit !== null) records.forget(unit, generation);
      return result;
    }
    const record: ProcessRecord = {
      unit: launch.unit,
      service: launch.service.name,
      index: launch.index,
      generation: launch.generation,
      ...result.child.identity,
      ports: launch.ports,
      startedAt,
      executable: executableOf(result.child.identity.pid, launch),
    };
    return { ok: true, running: new RunningProcess(this.#parts, launch, record, result.child, null) };
  }
}

/** Our fork server's child; or, where an earlier daemon spawned it, held while its leader lives. */
class RunningProcess implements Running {
  readonly record: ProcessRecord;
  readonly isAdopted: boolean;
  readonly exited: Promise<ExitStatus>;
  readonly #parts: RunningParts;
  readonly #launch: Launch;
  readonly #probes: UnitProbes;
  readonly #child: SpawnedProcess | null;
  readonly #held: HeldProcess | null;
  /** Looks whether an adopted leader has ended. */
  readonly #check: () => void = () => {};
  readonly #release: () => void = () => {};

  constructor(
    parts: RunningParts,
    launch: Launch,
    record: ProcessRecord,
    child: SpawnedProcess | null,
    held: HeldProcess | null,
  ) {
    this.#parts = parts;
    // Its environment is not kept: every spawn pays for a large heap.
    this.#launch = { ...launch, env: {} };
    this.#probes = new UnitProbes(parts, launch, record);
    this.record = record;
    this.#child = child;
    this.#held = held;
    this.isAdopted = child === null;
    if (child !== null) {
      this.exited = child.exited;
    } else if (held !== null) {
      const { exited, check, cancel } = parts.exits.watch(held);
      this.exited = exited.then((status) => this.#recordedExit() ?? status);
      this.#check = check;
      this.#release = cancel;
    } else {
      this.exited = this.#recordedExit() ?? Promise.resolve({ kind: "unknown" });
    }
  }

  watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    return this.#probes.watchReadiness(onChange);
  }

  watchLiveness(onFault: (fault: Fault) => void): () => void {
    return this.#probes.watchLiveness(onFault);
  }

  isPaused(): boolean {
    return isPaused(this.record);
  }

  pause(): boolean {
    return pauseGroup(this.#leader) !== "denied";
  }

  resume(): void {
    resumeGroup(this.#leader);
    this.#probes.resumed();
  }

  terminate(graceMs: number): Termination {
    const { service } = this.#launch;
    const termination = this.#parts.terminator.terminate({
      ...this.processes,
      ports: Object.values(this.record.ports),
      signal: service.stop.signal ?? "SIGTERM",
      graceMs,
    });
    const done = termination.done.then(async (result) => {
      // Whoever waits for both hears of the leader's end first.
      this.#check();
      if (this.#child === null && result.survivors.length === 0) await this.exited;
      this.#release();
      return result;
    });
    return { done, kill: () => termination.kill() };
  }

  release(): void {
    this.#release();
  }

  get processes(): UnitProcessesTarget {
    const markers = markersOf(this.#parts.fleet, this.#launch);
    const run = runOf(this.#launch, this.record.startedAt);
    const output = this.record.outputElsewhere === true ? null : this.#parts.logs.pathOf(run);
    return { ...this.#leader, markers, output, detachedChildren: this.#launch.service.detachedChildren };
  }

  /** How an adopted oneshot ended, as its holder wrote it down. */
  #recordedExit(): Promise<ExitStatus> | null {
    const { unit, generation, service } = this.#launch;
    return service.oneshot ? this.#parts.records.statusOf(unit, generation) : null;
  }

  get #leader(): Leader {
    return { identity: this.record, child: this.#child, held: this.#held };
  }
}

function markersOf(fleet: FleetId, { service, index, generation }: Launch): Markers {
  return { fleet, service: service.name, replica: index, generation };
}

function runOf(
  { unit, service, index, generation }: Omit<Launch, "env">,
  startedAt: number,
): Parameters<LogStore["begin"]>[0] {
  return { unit, service: service.name, index, generation, startedAt, splitStderr: service.splitStderr };
}

/** What runs: the binary that was built, else what the system says. Null where it does not say. */
function executableOf(pid: number, { service, artifact }: Launch): string | null {
  if (service.run.kind === "binary" && artifact !== null) return artifact;
  return readProcLink(pid, "exe");
}

/** Where a process writes to; null where the system does not say. */
function readOutput(pid: number): string | null {
  return readProcLink(pid, "stdout");
}

/** A line of ours in a log that nobody else writes to. */
function noteIn(file: string, text: string): void {
  try {
    appendFileSync(file, `${text}\n`);
  } catch {
    // A full disk: who looks is told by the replica's own mark.
  }
}
