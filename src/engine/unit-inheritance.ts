import type { Cause, ExitStatus } from "../model/cause.ts";
import { parseUnitId, replicaId, type UnitId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { Running, RunRecord } from "./drivers/driver.ts";
import type { PortBook } from "./ports/port-book.ts";
import type { ServiceRegistry } from "./service-registry.ts";
import type { RestingUnit } from "./state/fleet-state.ts";
import type { UnitHost } from "./unit/unit-runner.ts";
import type { UnitTable } from "./unit-table.ts";

const daemonStart: Cause = { kind: "daemon", what: "start" };

/** Replicas of an earlier daemon, as they are found. All of it is to be called before the first settling. */
export class UnitInheritance {
  readonly #services: ServiceRegistry;
  readonly #units: UnitTable;
  readonly #ports: PortBook;
  readonly #host: UnitHost;

  constructor(parts: { services: ServiceRegistry; units: UnitTable; ports: PortBook; host: UnitHost }) {
    this.#services = parts.services;
    this.#units = parts.units;
    this.#ports = parts.ports;
    this.#host = parts.host;
  }

  /** One that is on record: running where it was found alive. */
  recorded(record: RunRecord, spec: ServiceSpec, running: Running | null): void {
    const service = this.#services.get(record.service) ?? this.#services.addLeftover(spec, daemonStart);
    if (running !== null) this.#ports.keep(record.unit, record.ports);
    const { runner } = this.#units.add(record.unit, service, record.index, daemonStart, this.#host);
    if (service.artifact === null && service.spec.build.kind !== "none") service.artifact = record.executable;
    if (running !== null) runner.adopt(running, record.generation, record.startedAt, { kind: "daemon", what: "adopt" });
  }

  /** One that has ended since. */
  ended(id: UnitId, { generation, status }: { generation: number; status: ExitStatus }): void {
    const { name, index } = parseUnitId(id);
    const service = this.#services.get(name);
    if (service === undefined || index === null) return;
    const known = service.replicas.get(index);
    const runner = known ?? this.#units.add(id, service, index, daemonStart, this.#host).runner;
    runner.post({ kind: "lost", generation, status, cause: { kind: "exit", status } });
  }

  /** One that had come to an end that stays. */
  resting({ service: name, index, state }: RestingUnit): void {
    const service = this.#services.get(name);
    if (service === undefined || !service.wanted.isRunning) return;
    this.#units.add(replicaId(name, index), service, index, daemonStart, this.#host, state);
  }
}
