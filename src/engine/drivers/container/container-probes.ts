import { stripVTControlCharacters } from "node:util";
import type { Clock } from "../../../lib/clock.ts";
import type { ContainerFacts, ContainerSpec } from "../../../model/container.ts";
import type { ProbeAction, ProbeSpec } from "../../../model/service.ts";
import type { LogStore } from "../../logs/log-store.ts";
import { heldTcpProbe } from "../../probe/held-tcp-probe.ts";
import { httpProbe } from "../../probe/http-probe.ts";
import { logLineProbe } from "../../probe/log-line-probe.ts";
import { type ProbeAttempt, type ProbeResult, timedOut } from "../../probe/probe-attempt.ts";
import type { ProbeOptions } from "../../probe/probe-options.ts";
import { probePort } from "../../probe/probe-port.ts";
import { describeProbe } from "../../probe/prober.ts";
import { repeatedProbe } from "../../probe/repeated-probe.ts";
import { toArgv } from "../../process/command-line.ts";
import type { Docker } from "../../vendors/docker.ts";
import type { ContainerRecord, Fault, Launch, Readiness } from "../driver.ts";
import type { ProbeBook, ProbeRole } from "../probe-book.ts";
import { listensOnLocalhostOnly } from "./listens-on-localhost.ts";

/** Without a port and without a probe, a container counts as ready once it has run this long. */
const aliveMeansReadyMs = 1_000;
/** How ports are looked at until somebody listens; after that nothing is asked any more. */
const portsSpec = { intervalMs: 500, timeoutMs: 2_000, successThreshold: 1, failureThreshold: 1, delayMs: 0 };
/** What a program inside ends with where it is not there, or cannot be run. */
const notThere = new Set([126, 127]);
const longestLine = 120;

export interface ContainerProbesParts {
  docker: Docker;
  logs: LogStore;
  results: ProbeBook;
  clock: Clock;
}

/** Where the container's own health is heard of. */
export interface HealthSource {
  readonly health: ContainerFacts["health"];
  /** What the last check printed. */
  readonly healthOutput: string;
  onHealth(listener: () => void): () => void;
}

/** Checks one generation that runs in a container: from outside by its published ports, and inside by commands. */
export class ContainerProbes {
  readonly #parts: ContainerProbesParts;
  readonly #launch: Omit<Launch, "env">;
  readonly #container: ContainerSpec;
  readonly #record: ContainerRecord;
  readonly #source: HealthSource;
  /** What will not pass as it is: the probe's program is not in the image, or nobody gets to the port. */
  #missing: string | null = null;

  constructor(
    parts: ContainerProbesParts,
    launch: Omit<Launch, "env">,
    container: ContainerSpec,
    record: ContainerRecord,
    source: HealthSource,
  ) {
    this.#parts = parts;
    this.#launch = launch;
    this.#container = container;
    this.#record = record;
    this.#source = source;
  }

  /** Checks readiness until the result is called; `onChange` hears the first verdict and every change. */
  watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    const { ready, oneshot } = this.#launch.service;
    const tell = (readiness: Readiness): void => {
      this.#parts.results.decided(this.#record, "ready", readiness.passing, readiness.detail);
      onChange(readiness);
    };
    if (ready !== null) return this.#watch(ready, "ready", describeProbe(ready), tell);
    if (oneshot) return () => {};
    if (this.#source.health !== "none") return this.#watchHealth(tell);
    const ports = this.#tcpPorts();
    return ports.length > 0 ? this.#watchPorts(ports, tell) : this.#watchAlive(tell);
  }

  /** Checks whether it is live until the result is called; `onFault` hears each verdict that it is not. */
  watchLiveness(onFault: (fault: Fault) => void): () => void {
    const { live } = this.#launch.service;
    if (live === null) return () => {};
    const probe = `liveness ${describeProbe(live, this.#launch.ports)}`;
    return this.#watch(live, "live", probe, ({ passing, detail }) => {
      this.#parts.results.decided(this.#record, "live", passing, detail);
      if (!passing) onFault({ probe, detail });
    });
  }

  #watch(spec: ProbeSpec, role: ProbeRole, probe: string, tell: (readiness: Readiness) => void): () => void {
    const { action } = spec;
    let failing: string | null = null;
    const change = (passing: boolean, detail: string): void => {
      failing = passing ? null : detail;
      tell({ passing, probe, detail });
    };
    const options: ProbeOptions = {
      ...this.#optionsFor(spec),
      isUp: role === "live",
      onChange: ({ passing, detail }) => change(passing, detail),
      onAttempt: ({ passed, detail }) => {
        this.#parts.results.answered(this.#record, role, detail);
        if (role !== "ready" || passed || failing === detail) return;
        // What will never pass is said at once; what may be a slow start is not.
        if (failing !== null || this.#missing === detail) change(false, detail);
      },
    };
    if (action.kind === "log") return logLineProbe(action.pattern, options).stop;
    return repeatedProbe(this.#attempt(action, spec.timeoutMs), options).stop;
  }

  #optionsFor(spec: ProbeSpec): Omit<ProbeOptions, "onChange"> {
    const { ports, service, unit, generation } = this.#launch;
    const { clock, logs } = this.#parts;
    const leftMs = Math.max(0, this.#record.startedAt + spec.delayMs - clock.now());
    return {
      spec: { ...spec, delayMs: Math.min(spec.delayMs, leftMs) },
      ports,
      env: {},
      cwd: service.dir,
      watchLines: (onLine) => logs.watchLines(unit, generation, onLine),
      clock,
    };
  }

  #attempt(action: Exclude<ProbeAction, { kind: "log" }>, timeoutMs: number): ProbeAttempt {
    if (action.kind === "exec") return this.#exec(action.command, timeoutMs);
    const port = this.#published(action.port);
    if (port === null) return () => Promise.resolve({ passed: false, detail: "it publishes no such port" });
    const attempt =
      action.kind === "http" ? httpProbe(action, port, timeoutMs) : heldTcpProbe(action.host, port, timeoutMs);
    return this.#explained(attempt, port);
  }

  /** Says of a published port that nobody answers on whether that is since its program listens on localhost. */
  #explained(attempt: ProbeAttempt, published: number): ProbeAttempt {
    const name = Object.entries(this.#launch.ports).find(([, port]) => port === published)?.[0] ?? "";
    const inside = this.#container.inside[name]?.port ?? published;
    return async (signal) => {
      const result = await attempt(signal);
      if (result.passed || !listensOnLocalhostOnly(this.#record.pid, inside)) return result;
      this.#missing = `it listens on port ${inside} of localhost inside, where nobody gets to it: it has to listen on all addresses`;
      return { passed: false, detail: this.#missing };
    };
  }

  /** A number may be that of the port inside: there it is known by that one. */
  #published(port: string | number | null): number | null {
    const { ports } = this.#launch;
    if (typeof port !== "number") return probePort(port, ports);
    const name = Object.keys(ports).find((n) => this.#container.inside[n]?.port === port);
    return name === undefined ? port : (ports[name] ?? null);
  }

  #exec(command: string, timeoutMs: number): ProbeAttempt {
    const { file, args } = toArgv(command);
    return async (signal): Promise<ProbeResult> => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const asked = await this.#parts.docker.exec(this.#record.container, [file, ...args], {
        signal: AbortSignal.any([signal, timeout]),
      });
      if (timeout.aborted) return timedOut(timeoutMs);
      if (!asked.ok) return { passed: false, detail: asked.failure.message };
      const { exitCode, output } = asked;
      if (exitCode === 0) return { passed: true, detail: "exit 0" };
      const line = lastLine(output);
      if (notThere.has(exitCode) && /there is no .* in the image|not found|no such file/i.test(output)) {
        this.#missing = `${file} is not in the image ${this.#container.image ?? this.#launch.service.name}`;
        return { passed: false, detail: this.#missing };
      }
      return { passed: false, detail: line === "" ? `exit ${exitCode}` : `exit ${exitCode}: ${line}` };
    };
  }

  #watchHealth(tell: (readiness: Readiness) => void): () => void {
    const probe = "the image's HEALTHCHECK";
    let told: boolean | null = null;
    const look = (): void => {
      const { health, healthOutput } = this.#source;
      const passing = health === "healthy";
      if (health === "starting" || health === "none" || passing === told) return;
      told = passing;
      tell({ passing, probe, detail: lastLine(healthOutput) });
    };
    const stop = this.#source.onHealth(look);
    look();
    return stop;
  }

  /** Asked until all of them listen, and not again: what is idle is left alone. */
  #watchPorts(ports: number[], tell: (readiness: Readiness) => void): () => void {
    const probe = ports.length === 1 ? `port ${ports[0]} listened on` : `ports ${ports.join(", ")} listened on`;
    const attempts = ports.map((port) => this.#explained(heldTcpProbe("127.0.0.1", port, portsSpec.timeoutMs), port));
    const all: ProbeAttempt = async (signal) => {
      const results = await Promise.all(attempts.map((attempt) => attempt(signal)));
      return results.find((r) => !r.passed) ?? { passed: true, detail: "" };
    };
    const action: ProbeAction = { kind: "tcp", port: null, host: "127.0.0.1" };
    let told: string | null = null;
    const asking = repeatedProbe(all, {
      ...this.#optionsFor({ ...portsSpec, action }),
      onAttempt: ({ passed, detail }) => {
        this.#parts.results.answered(this.#record, "ready", detail);
        if (passed || detail !== this.#missing || detail === told) return;
        told = detail;
        tell({ passing: false, probe, detail });
      },
      onChange: ({ passing, detail }) => {
        if (passing) asking.stop();
        tell({ passing, probe, detail });
      },
    });
    return asking.stop;
  }

  #watchAlive(tell: (readiness: Readiness) => void): () => void {
    const { clock } = this.#parts;
    const leftMs = Math.max(0, this.#record.startedAt + aliveMeansReadyMs - clock.now());
    return clock.after(leftMs, () => tell({ passing: true, probe: "alive for 1s", detail: "" }));
  }

  #tcpPorts(): number[] {
    const isTcp = (name: string): boolean => this.#container.inside[name]?.protocol !== "udp";
    return Object.entries(this.#launch.ports).flatMap(([name, port]) => (isTcp(name) ? [port] : []));
  }
}

function lastLine(output: string): string {
  const line = stripVTControlCharacters(output).trimEnd().split("\n").at(-1)?.trim() ?? "";
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
