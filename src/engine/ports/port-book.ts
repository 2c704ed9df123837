import type { PortHolder } from "../../model/failure.ts";
import type { FleetId, UnitId } from "../../model/ids.ts";
import type { Blocker } from "../../model/replica.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { findPortHolder } from "../process/port-holder.ts";
import { readListeners } from "../process/port-table.ts";
import { allocatePorts, givenPort, type PortRange } from "./allocate-ports.ts";
import { autoPortRange } from "./auto-port-range.ts";

/** A reading of the listeners serves all that ask within this time: two hundred starts in one turn read once. */
const readingLastsMs = 5;
/** Naming a holder walks every process's descriptors, so an answer is kept a while. */
const holderLastsMs = 2_000;

/** Knows which unit has which ports, and who holds the ones it cannot have. */
export class PortBook {
  readonly #fleet: FleetId;
  readonly #ports: Map<string, Record<string, number>>;
  readonly #holders = new Map<number, { at: number; holder: PortHolder | null }>();
  #version = 0;
  #range: PortRange | null = null;
  #reading: { at: number; listening: ReadonlyMap<number, unknown> } | null = null;
  /** True where a unit has let go of its ports since the reading. */
  #isReadingOutdated = false;

  constructor(fleet: FleetId, recorded: Readonly<Record<string, Record<string, number>>>) {
    this.#fleet = fleet;
    this.#ports = new Map(Object.entries(recorded));
  }

  /** The unit's ports by name, allocated where it has none yet or its config asks for others now. */
  plan(unit: UnitId, service: ServiceSpec, index: number): Record<string, number> {
    const before = this.#ports.get(unit);
    if (before !== undefined && service.ports.length === Object.keys(before).length) {
      const isCurrent = service.ports.every(({ name, source }) => {
        const given = givenPort(source, index);
        return before[name] !== undefined && (given === null || before[name] === given);
      });
      if (isCurrent) return before;
    }
    return this.#allocate(unit, service, index, before ?? {});
  }

  /** Grows with every change of any unit's ports, for what is worked out from them. */
  get version(): number {
    return this.#version;
  }

  /** What a unit has that was found running, whatever its config says by now. */
  keep(unit: UnitId, ports: Record<string, number>): void {
    this.#ports.set(unit, ports);
    this.#version++;
  }

  portsOf(unit: UnitId): Record<string, number> {
    return this.#ports.get(unit) ?? {};
  }

  /**
   * The ports that keep the unit from starting: listened on by somebody. A port that we chose ourselves is exchanged
   * for a free one instead, so only ports that the config gives can block.
   */
  blockers(unit: UnitId, service: ServiceSpec, index: number): Blocker[] {
    if (service.ports.length === 0) return [];
    const taken = (port: number): boolean => this.#listening().has(port);
    let ports = this.plan(unit, service, index);
    // What looks taken may be what this very unit, or one beside it, has just let go of.
    if (this.#isReadingOutdated && Object.values(ports).some(taken)) this.#reading = null;
    const isExchangeable = service.ports.some(({ name, source }) => {
      const port = ports[name];
      return givenPort(source, index) === null && port !== undefined && taken(port);
    });
    if (isExchangeable) {
      this.#reading = null;
      ports = this.#allocate(unit, service, index, {});
    }
    return Object.values(ports)
      .filter(taken)
      .map((port) => ({ kind: "port", port, holder: this.#holderOf(port) }));
  }

  /** A unit is gone, and its ports are free. */
  released(): void {
    this.#isReadingOutdated = true;
  }

  forget(unit: UnitId): void {
    this.#ports.delete(unit);
    this.#version++;
  }

  /** For state.json. */
  toRecord(): Record<string, Record<string, number>> {
    return Object.fromEntries(this.#ports);
  }

  #allocate(
    unit: UnitId,
    service: ServiceSpec,
    index: number,
    previous: Record<string, number>,
  ): Record<string, number> {
    const reserved = new Set<number>();
    for (const [other, ports] of this.#ports) {
      if (other !== unit) for (const port of Object.values(ports)) reserved.add(port);
    }
    const listening = this.#listening();
    this.#range ??= autoPortRange();
    const ports = allocatePorts(
      service.ports,
      index,
      previous,
      (port) => reserved.has(port) || listening.has(port),
      this.#range,
      `${this.#fleet}/${unit}`,
    );
    this.#ports.set(unit, ports);
    this.#version++;
    return ports;
  }

  #listening(): ReadonlyMap<number, unknown> {
    const now = performance.now();
    if (this.#reading === null || now - this.#reading.at > readingLastsMs) {
      this.#reading = { at: now, listening: readListeners() };
      this.#isReadingOutdated = false;
    }
    return this.#reading.listening;
  }

  #holderOf(port: number): PortHolder | null {
    const now = performance.now();
    const known = this.#holders.get(port);
    if (known !== undefined && now - known.at < holderLastsMs) return known.holder;
    const holder = findPortHolder(port, this.#fleet);
    this.#holders.set(port, { at: now, holder });
    return holder;
  }
}
