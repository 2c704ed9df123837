import type { ResolvedEnvironment } from "../../config/resolve-environment.ts";
import { type FleetId, parseUnitId, type UnitId } from "../../model/ids.ts";
import type {
  InspectedProbe,
  InspectedProcess,
  InspectedVariable,
  InspectedWatch,
  UnitInspection,
} from "../../model/inspection.ts";
import { maskCommandLine } from "../../model/mask-command-line.ts";
import { maskSecret } from "../../model/mask-secret.ts";
import type { ControlledService } from "../controlled-service.ts";
import { commandOf } from "../drivers/command-of.ts";
import type { Running } from "../drivers/driver.ts";
import { describeImpliedProbe } from "../drivers/implied-probe.ts";
import type { ProbeBook, ProbeRole } from "../drivers/probe-book.ts";
import type { EventBook } from "../event-book.ts";
import type { Launcher } from "../launcher.ts";
import type { PortBook } from "../ports/port-book.ts";
import { describeProbe } from "../probe/prober.ts";
import { timeOfTicks } from "../process/boot-ticks.ts";
import { pageBytes } from "../process/page-bytes.ts";
import { readEnvironment } from "../process/process-facts.ts";
import { processWatch } from "../process/process-watch.ts";
import { readCommandLine } from "../process/read-command-line.ts";
import { UnitProcesses } from "../process/unit-processes.ts";
import type { ServiceRegistry } from "../service-registry.ts";
import { depthFirst, type PlacedProcess } from "./depth-first.ts";
import { inspectPorts } from "./inspect-ports.ts";

export interface InspectorParts {
  fleet: FleetId;
  services: ServiceRegistry;
  launcher: Launcher;
  ports: PortBook;
  probes: ProbeBook;
  events: EventBook;
  /** What of the disk a service follows; null where it follows nothing. */
  watched: (service: ControlledService) => Promise<InspectedWatch | null>;
}

/** A replica, and what runs for it. */
interface Inspected {
  unit: UnitId;
  index: number;
  /** Of what runs, else of what would run next. */
  generation: number;
  service: ControlledService;
  running: Running | null;
  ports: Record<string, number>;
}

/** Answers all that there is to know about one unit. Looks only when asked; tens of milliseconds on a busy machine. */
export class Inspector {
  readonly #parts: InspectorParts;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /** Null where there is no such replica. The processes of a container are its engine's to look after, and not shown. */
  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    // Asked first: what is read of processes afterwards is of one moment.
    const service = this.#parts.services.get(parseUnitId(unit).name);
    const watched = service === undefined ? null : await this.#parts.watched(service);
    const inspected = this.#find(unit);
    if (inspected === null) return null;
    const container = await inspected.running?.inspectContainer?.();
    return {
      ...this.#describe(inspected),
      ...(watched === null ? {} : { watched }),
      ...(container === undefined ? {} : { container }),
    };
  }

  #describe(inspected: Inspected): UnitInspection {
    const { unit } = inspected;
    const { service, running, ports } = inspected;
    const argv = commandOf(service.spec, running === null ? service.artifact : running.record.executable);
    const tree = running === null ? [] : treeOf(running);
    return {
      unit,
      command: argv === null ? null : maskCommandLine([argv.file, ...argv.args]),
      cwd: service.spec.dir,
      environment: variablesOf(this.#environment(inspected)),
      processes: tree.map(describeProcess),
      ports: inspectPorts(
        this.#parts.fleet,
        ports,
        tree.map(({ process }) => process),
      ),
      probes: this.#probes(inspected),
      events: this.#parts.events.of(unit),
    };
  }

  /** A variable's value as it is; null where the unit or the variable is not there. */
  reveal(unit: UnitId, variable: string): string | null {
    const inspected = this.#find(unit);
    if (inspected === null) return null;
    const { values } = this.#environment(inspected);
    return Object.hasOwn(values, variable) ? (values[variable] ?? null) : null;
  }

  #find(unit: UnitId): Inspected | null {
    const { name, index } = parseUnitId(unit);
    const service = this.#parts.services.get(name);
    if (service === undefined || index === null) return null;
    const runner = service.replicas.get(index);
    if (runner === undefined || runner.id !== unit) return null;
    const { running } = runner;
    const generation = running?.record.generation ?? runner.unit.generation + 1;
    const ports = running?.record.ports ?? this.#parts.ports.portsOf(unit);
    return { unit, index, generation, service, running, ports };
  }

  /** What runs has, where we made it; what a stray has is what it says itself. */
  #environment({ service, index, generation, ports, running }: Inspected): ResolvedEnvironment {
    if (running !== null && running.record.kind !== "container" && running.record.isStray === true)
      return environmentOfProcess(running.record.pid);
    return this.#parts.launcher.environment(service, { index, generation, ports });
  }

  #probes({ service: { spec }, running, ports }: Inspected): InspectedProbe[] {
    const probes: InspectedProbe[] = [];
    const add = (role: ProbeRole, probe: string): void => {
      const result = running === null ? null : this.#parts.probes.of(running.record, role);
      probes.push({ role, probe, ...(result ?? { passing: null, detail: "", at: null }) });
    };
    if (spec.ready !== null) add("ready", describeProbe(spec.ready, ports));
    else if (!spec.oneshot) add("ready", describeImpliedProbe(Object.values(ports)));
    if (spec.live !== null) add("live", describeProbe(spec.live, ports));
    return probes;
  }
}

function treeOf({ processes, record }: Running): PlacedProcess[] {
  if (processes === null) return [];
  const { table, marks } = processWatch.look({ isWhole: true });
  return depthFirst(new UnitProcesses(processes).look(table, marks), record.pid);
}

function describeProcess({ process, depth }: PlacedProcess): InspectedProcess {
  return {
    pid: process.pid,
    depth,
    command: readCommandLine(process),
    startedAt: timeOfTicks(process.startTicks),
    memoryBytes: process.residentPages * pageBytes(),
  };
}

function variablesOf({ values, origins }: ResolvedEnvironment): InspectedVariable[] {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const masked = maskSecret(name, value);
      return { name, value: masked, origin: origins[name] ?? "shell", isSecret: masked !== value };
    });
}

function environmentOfProcess(pid: number): ResolvedEnvironment {
  const values: Record<string, string> = {};
  for (const entry of (readEnvironment(pid) ?? "").split("\0")) {
    const equals = entry.indexOf("=");
    if (equals > 0) values[entry.slice(0, equals)] = Buffer.from(entry.slice(equals + 1), "latin1").toString();
  }
  const origins = Object.fromEntries(Object.keys(values).map((name) => [name, `pid ${pid}`]));
  return { values, origins, warnings: [] };
}
