import { completeEnvironment, type Environment } from "../../config/resolve-environment.ts";
import type { Clock } from "../../lib/clock.ts";
import type { PortHolder } from "../../model/failure.ts";
import type { FleetId } from "../../model/ids.ts";
import type { ProbeSpec } from "../../model/service.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { ProbeOptions } from "../probe/probe-options.ts";
import { describeProbe, startProbe } from "../probe/prober.ts";
import type { ListenerWatch } from "../process/listener-watch.ts";
import type { ListenTarget } from "../process/port-ownership.ts";
import type { Fault, Launch, ProcessRecord, Readiness } from "./driver.ts";
import { describeImpliedProbe } from "./implied-probe.ts";
import type { ListenerKeeper } from "./listener-keeper.ts";
import type { ProbeBook, ProbeRole } from "./probe-book.ts";

/** Without a port and without a probe, a process counts as ready once it has run this long. */
const aliveMeansReadyMs = 1_000;

export interface UnitProbesParts {
  fleet: FleetId;
  logs: LogStore;
  listeners: ListenerWatch;
  keeper: ListenerKeeper;
  /** Where each answer is noted. */
  results: ProbeBook;
  clock: Clock;
}

/** Checks one generation of a unit: whether it is ready, and whether it is still live. */
export class UnitProbes {
  readonly #parts: UnitProbesParts;
  readonly #launch: Launch & { env: Environment };
  readonly #record: ProcessRecord;
  /** When it was last started or resumed; before that it did nothing that counts. */
  #runsSince: number;

  constructor(parts: UnitProbesParts, launch: Launch, record: ProcessRecord) {
    this.#parts = parts;
    const { ready, live } = launch.service;
    // Only a command that checks it needs the environment again; every spawn pays for a large heap.
    const isCommand = ready?.action.kind === "exec" || live?.action.kind === "exec";
    this.#launch = { ...launch, env: isCommand ? completeEnvironment(launch.env) : {} };
    this.#record = record;
    this.#runsSince = record.startedAt;
  }

  /** It goes on after a pause. */
  resumed(): void {
    this.#runsSince = this.#parts.clock.now();
  }

  /** Checks readiness until the result is called; `onChange` hears the first verdict and every change. */
  watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    return this.#watchReadiness((readiness) => {
      this.#decided("ready", readiness);
      onChange(readiness);
    });
  }

  #watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    const { service, ports } = this.#launch;
    const numbers = Object.values(ports);
    const { ready } = service;
    if (ready === null) {
      // A oneshot has nothing to be ready for: it is on its way until it has done its work.
      if (service.oneshot) return () => {};
      return numbers.length > 0 ? this.#watchPorts(numbers, onChange) : this.#watchAlive(onChange);
    }
    const probe = describeProbe(ready);
    let failing: string | null = null;
    const tell = (passing: boolean, detail: string): void => {
      failing = passing ? null : detail;
      onChange({ passing, probe, detail });
    };
    return startProbe({
      ...this.#optionsFor(ready),
      onChange: ({ passing, detail }) => tell(passing, detail),
      // Refused at first, 503 later: what is shown of a unit that does not get ready is what it answers now.
      onAttempt: ({ passed, detail }) => {
        this.#answered("ready", detail);
        if (!passed && failing !== null && failing !== detail) tell(false, detail);
      },
    }).stop;
  }

  /** Checks whether it is live until the result is called; `onFault` hears each verdict that it is not. */
  watchLiveness(onFault: (fault: Fault) => void): () => void {
    const { live } = this.#launch.service;
    if (live === null) return () => {};
    // Two probes may ask the same; what failed is told apart by its name.
    const probe = `liveness ${describeProbe(live, this.#launch.ports)}`;
    return startProbe({
      ...this.#optionsFor(live),
      isUp: true,
      onChange: ({ passing, detail }) => {
        this.#decided("live", { passing, detail });
        if (!passing) onFault({ probe, detail });
      },
      onAttempt: ({ detail }) => this.#answered("live", detail),
    }).stop;
  }

  #answered(role: ProbeRole, detail: string): void {
    this.#parts.results.answered(this.#record, role, detail);
  }

  #decided(role: ProbeRole, { passing, detail }: Pick<Readiness, "passing" | "detail">): void {
    this.#parts.results.decided(this.#record, role, passing, detail);
  }

  #optionsFor(spec: ProbeSpec): Omit<ProbeOptions, "onChange"> {
    const { service, ports, env, unit, generation } = this.#launch;
    const { clock, logs, listeners } = this.#parts;
    const leftMs = Math.max(0, this.#record.startedAt + spec.delayMs - clock.now());
    const checked = Object.values(ports).filter((port) => isChecked(port, spec.action, ports));
    return {
      spec: { ...spec, delayMs: Math.min(spec.delayMs, leftMs) },
      ports,
      env,
      cwd: service.dir,
      watchLines: (onLine) => logs.watchLines(unit, generation, onLine),
      clock,
      // The answer must come from our own tree: another program on the same port would answer as well.
      confirm: () => checked.length === 0 || listeners.isListening(this.#target(checked)),
    };
  }

  #watchPorts(ports: number[], onChange: (readiness: Readiness) => void): () => void {
    const { listeners, keeper } = this.#parts;
    const probe = describeImpliedProbe(ports);
    const target = this.#target(ports);
    let stop = (): void => {};
    const wait = (): void => {
      stop = listeners.waitFor(
        target,
        () => {
          // Who hears of it may end this watch.
          stop = keeper.keep(target, lost);
          onChange({ passing: true, probe, detail: "" });
        },
        (holder) => onChange({ passing: false, probe, detail: `taken by ${describeHolder(holder)}` }),
      );
    };
    const lost = (missing: number[]): void => {
      wait();
      const which = missing.length === 1 ? "port" : "ports";
      onChange({ passing: false, probe, detail: `nothing of it listens on ${which} ${missing.join(", ")} any more` });
    };
    wait();
    return () => stop();
  }

  #watchAlive(onChange: (readiness: Readiness) => void): () => void {
    const leftMs = Math.max(0, this.#runsSince + aliveMeansReadyMs - this.#parts.clock.now());
    return this.#parts.clock.after(leftMs, () =>
      onChange({ passing: true, probe: describeImpliedProbe([]), detail: "" }),
    );
  }

  #target(ports: number[]): ListenTarget {
    const { service, index, generation } = this.#launch;
    const markers = { fleet: this.#parts.fleet, service: service.name, replica: index, generation };
    return { leader: this.#record, markers, ports };
  }
}

/** True for the port that a probe on the network asks; ownership of the others says nothing about its answer. */
function isChecked(port: number, action: ProbeSpec["action"], ports: Record<string, number>): boolean {
  if (action.kind !== "http" && action.kind !== "tcp") return false;
  if (action.port === null) return port === Object.values(ports)[0];
  return typeof action.port === "number" ? port === action.port : port === ports[action.port];
}

function describeHolder(holder: PortHolder): string {
  const who = holder.unit === null ? holder.command : `${holder.unit}: ${holder.command}`;
  return `pid ${holder.pid} (${who})`;
}
