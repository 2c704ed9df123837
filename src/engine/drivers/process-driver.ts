import { readlinkSync } from "node:fs";
import { completeEnvironment, type Environment } from "../../config/resolve-environment.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ExitStatus } from "../../model/cause.ts";
import type { PortHolder } from "../../model/failure.ts";
import type { FleetId } from "../../model/ids.ts";
import type { LogStore } from "../logs/log-store.ts";
import { describeProbe, startProbe } from "../probe/prober.ts";
import { toArgv } from "../process/command-line.ts";
import type { ForkServer } from "../process/fork-server/fork-server.ts";
import { HeldProcess, matchesIdentity, type ProcessIdentity } from "../process/identity.ts";
import type { ListenerWatch } from "../process/listener-watch.ts";
import { MarkerCache } from "../process/marker-cache.ts";
import type { Markers } from "../process/markers.ts";
import { readProcessTable } from "../process/process-table.ts";
import type { SpawnedProcess } from "../process/spawn-process.ts";
import type { Terminator } from "../process/terminator.ts";
import type { Driver, Launch, Readiness, Running, RunRecord, Termination } from "./driver.ts";
import type { ExitPoll } from "./exit-poll.ts";

/** Without a port and without a probe, a process counts as ready once it has lived this long. */
const aliveMeansReadyMs = 1_000;

export interface ProcessDriverParts {
  fleet: FleetId;
  logs: LogStore;
  terminator: Terminator;
  listeners: ListenerWatch;
  forks: ForkServer;
  exits: ExitPoll;
  clock: Clock;
}

/** Carries units out as processes of this machine, each the leader of its own session and group. */
export class ProcessDriver implements Driver {
  readonly #parts: ProcessDriverParts;
  #marks: MarkerCache | null = null;

  constructor(parts: ProcessDriverParts) {
    this.#parts = parts;
  }

  adopt(launch: Launch, record: RunRecord): Running | null {
    const markers = markersOf(this.#parts.fleet, launch);
    const evidence = { markers, executable: record.executable, cwd: launch.service.dir };
    const held = matchesIdentity(record, evidence) ? HeldProcess.hold(record) : null;
    // A leader that is gone may have left something, which has to end before a new generation may start.
    if (held === null && this.#lookAround().carriers(markers).length === 0) return null;
    this.#parts.logs.adopt(runOf(launch, record.startedAt));
    return new RunningProcess(this.#parts, launch, record, null, held);
  }

  /** One look at all processes serves everything that is adopted in one turn. */
  #lookAround(): MarkerCache {
    if (this.#marks === null) {
      this.#marks = new MarkerCache();
      this.#marks.refresh(readProcessTable());
      queueMicrotask(() => {
        this.#marks = null;
      });
    }
    return this.#marks;
  }

  async start(launch: Launch): ReturnType<Driver["start"]> {
    const { clock, logs, forks } = this.#parts;
    const startedAt = clock.now();
    const log = logs.begin(runOf(launch, startedAt));
    if (!log.ok) return log;
    const { file, args } = commandOf(launch);
    const { dir: cwd } = launch.service;
    const result = await forks.spawn({ file, args, cwd, env: launch.env, stdout: log.out, stderr: log.err });
    if (!result.ok) {
      void logs.end(launch.unit, launch.generation, "did not start");
      return result;
    }
    const record: RunRecord = {
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
  readonly record: RunRecord;
  readonly isAdopted: boolean;
  readonly exited: Promise<ExitStatus>;
  readonly #parts: ProcessDriverParts;
  readonly #launch: Launch & { env: Environment };
  readonly #child: SpawnedProcess | null;
  readonly #held: HeldProcess | null;
  /** Looks whether an adopted leader has ended. */
  readonly #check: () => void = () => {};
  readonly #release: () => void = () => {};

  constructor(
    parts: ProcessDriverParts,
    launch: Launch,
    record: RunRecord,
    child: SpawnedProcess | null,
    held: HeldProcess | null,
  ) {
    this.#parts = parts;
    // Only a command that asks whether it is ready needs the environment again; every spawn pays for a large heap.
    const env = launch.service.ready?.action.kind === "exec" ? completeEnvironment(launch.env) : {};
    this.#launch = { ...launch, env };
    this.record = record;
    this.#child = child;
    this.#held = held;
    this.isAdopted = child === null;
    if (child !== null) {
      this.exited = child.exited;
    } else if (held !== null) {
      const { exited, check, cancel } = parts.exits.watch(held);
      this.exited = exited;
      this.#check = check;
      this.#release = cancel;
    } else {
      this.exited = Promise.resolve({ kind: "unknown" });
    }
  }

  watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    const { service, ports, env, unit, generation } = this.#launch;
    const numbers = Object.values(ports);
    if (service.ready === null) {
      // A oneshot has nothing to be ready for: it is on its way until it has done its work.
      if (service.oneshot) return () => {};
      return numbers.length > 0 ? this.#watchPorts(numbers, onChange) : this.#watchAlive(onChange);
    }
    const { ready } = service;
    const probe = describeProbe(ready);
    let failing: string | null = null;
    const tell = (passing: boolean, detail: string): void => {
      failing = passing ? null : detail;
      onChange({ passing, probe, detail });
    };
    const checked = numbers.filter((port) => isChecked(port, ready.action, ports));
    return startProbe({
      spec: ready,
      ports,
      env,
      cwd: service.dir,
      watchLines: (onLine) => this.#parts.logs.watchLines(unit, generation, onLine),
      clock: this.#parts.clock,
      // The answer must come from our own tree: another program on the same port would answer as well.
      confirm: () => checked.length === 0 || this.#parts.listeners.isListening(this.#target(checked)),
      onChange: ({ passing, detail }) => tell(passing, detail),
      // Refused at first, 503 later: what is shown of a unit that does not get ready is what it answers now.
      onAttempt: ({ passed, detail }) => {
        if (!passed && failing !== null && failing !== detail) tell(false, detail);
      },
    }).stop;
  }

  terminate(graceMs: number): Termination {
    const { service } = this.#launch;
    const termination = this.#parts.terminator.terminate({
      identity: this.record,
      child: this.#child,
      held: this.#held,
      markers: markersOf(this.#parts.fleet, this.#launch),
      ports: Object.values(this.record.ports),
      signal: service.stop.signal,
      graceMs,
      detachedChildren: service.detachedChildren,
    });
    const done = termination.done.then((result) => {
      // Whoever waits for both hears of the leader's end first.
      this.#check();
      this.#release();
      return result;
    });
    return { done, kill: () => termination.kill() };
  }

  release(): void {
    this.#release();
  }

  #watchPorts(ports: number[], onChange: (readiness: Readiness) => void): () => void {
    const probe = ports.length === 1 ? `port ${ports[0]} listened on` : `ports ${ports.join(", ")} listened on`;
    return this.#parts.listeners.waitFor(
      this.#target(ports),
      () => onChange({ passing: true, probe, detail: "" }),
      (holder) => onChange({ passing: false, probe, detail: `taken by ${describeHolder(holder)}` }),
    );
  }

  #watchAlive(onChange: (readiness: Readiness) => void): () => void {
    const leftMs = Math.max(0, this.record.startedAt + aliveMeansReadyMs - this.#parts.clock.now());
    return this.#parts.clock.after(leftMs, () => onChange({ passing: true, probe: "alive for 1s", detail: "" }));
  }

  #target(ports: number[]): { leader: ProcessIdentity; markers: Markers; ports: number[] } {
    return { leader: this.record, markers: markersOf(this.#parts.fleet, this.#launch), ports };
  }
}

/** True for the port that a probe on the network asks; ownership of the others says nothing about its answer. */
function isChecked(
  port: number,
  action: NonNullable<Launch["service"]["ready"]>["action"],
  ports: Record<string, number>,
): boolean {
  if (action.kind !== "http" && action.kind !== "tcp") return false;
  if (action.port === null) return port === Object.values(ports)[0];
  return typeof action.port === "number" ? port === action.port : port === ports[action.port];
}

function describeHolder(holder: PortHolder): string {
  const who = holder.unit === null ? holder.command : `${holder.unit}: ${holder.command}`;
  return `pid ${holder.pid} (${who})`;
}

function markersOf(fleet: FleetId, { service, index, generation }: Launch): Markers {
  return { fleet, service: service.name, replica: index, generation };
}

function runOf({ unit, service, index, generation }: Launch, startedAt: number): Parameters<LogStore["begin"]>[0] {
  return { unit, service: service.name, index, generation, startedAt, splitStderr: service.splitStderr };
}

function commandOf({ service, artifact }: Launch): { file: string; args: string[] } {
  if (service.run.kind === "command") return toArgv(service.run.command);
  return { file: artifact ?? "", args: service.run.args };
}

/** What runs: the binary that was built, else what the system says. Null where it does not say. */
function executableOf(pid: number, { service, artifact }: Launch): string | null {
  if (service.run.kind === "binary" && artifact !== null) return artifact;
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}
