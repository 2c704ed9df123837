import { replicaId, type UnitId } from "../model/ids.ts";
import { type ControlledService, containerOf, scaleOf } from "./controlled-service.ts";
import type { Claims } from "./drivers/container/open-containers.ts";
import { givenPort } from "./ports/allocate-ports.ts";
import type { PortBook } from "./ports/port-book.ts";
import type { ServiceRegistry } from "./service-registry.ts";
import type { FleetState } from "./state/fleet-state.ts";
import type { ContainerRelation } from "./strays/describe-container.ts";
import { portsOfContainer } from "./strays/place-for-stray.ts";

export interface ContainerClaimsParts {
  services: () => ServiceRegistry;
  /** As it was when the daemon began. */
  state: Pick<FleetState, "wanted" | "units">;
  ports: PortBook;
  /** Whether the container that this daemon had in hand was seen to end; null where it had none. */
  hasEnded: (unit: UnitId) => boolean | null;
}

/** Whose a container with the fleet's labels is. */
export class ContainerClaims implements Claims {
  readonly #parts: ContainerClaimsParts;
  readonly #wanted: ReadonlySet<string>;
  readonly #recorded: ReadonlySet<string>;

  constructor(parts: ContainerClaimsParts) {
    this.#parts = parts;
    const { wanted, units } = parts.state;
    this.#wanted = new Set(Object.keys(wanted).filter((name) => wanted[name]?.isRunning === true));
    this.#recorded = new Set(Object.keys(units));
  }

  /** Somebody wants this replica, or looks after this container of it; a vendor that is kept runs on for nobody. */
  isLookedAfter(name: string, index: number, container: string): boolean {
    const service = this.#service(name);
    if (service === undefined) return false;
    const record = service.replicas.get(index)?.running?.record;
    if (record?.kind === "container") return record.container === container;
    const isMeant = service.wanted.isRunning || service.spec.vendor?.keep === true;
    return service.isConfigured && isMeant && containerOf(service) !== null && index <= scaleOf(service);
  }

  /**
   * It is our own doing that it runs, though nobody looks after it: a daemon of this fleet had it in hand, or had been told
   * to start it, and died or lost its engine before all of that was done. What runs again after it was seen to end is not.
   */
  isOnRecord(name: string, index: number): boolean {
    const unit = replicaId(name, index);
    const hasEnded = this.#parts.hasEnded(unit);
    return hasEnded === null ? this.#wanted.has(name) || this.#recorded.has(unit) : !hasEnded;
  }

  /**
   * A container of this replica runs. Ports of our own choice become those that it has, so that a start finds it as it is to
   * be, also where nobody remembers what was chosen.
   */
  found(name: string, index: number, published: readonly { inner: number; hostPort: number }[]): void {
    const { ports } = this.#parts;
    const service = this.#service(name);
    const container = service === undefined ? null : containerOf(service);
    if (service === undefined || container === null || service.replicas.get(index)?.running != null) return;
    const unit = replicaId(name, index);
    const planned = ports.plan(unit, service.spec, index);
    const has = portsOfContainer(planned, container.inside, published);
    const chosen = service.spec.ports.filter(({ source }) => givenPort(source, index) === null);
    const own = Object.fromEntries(chosen.map(({ name: port }) => [port, has[port] ?? planned[port] ?? 0]));
    if (chosen.some(({ name: port }) => own[port] !== planned[port])) ports.keep(unit, { ...planned, ...own });
  }

  relation(name: string): ContainerRelation {
    const service = this.#service(name);
    return {
      isConfigured: service?.isConfigured === true,
      isContainer: service !== undefined && containerOf(service) !== null,
      isVendor: service !== undefined && service.spec.vendor !== null,
      scale: service === undefined ? null : scaleOf(service),
    };
  }

  #service(name: string): ControlledService | undefined {
    return this.#parts.services().get(name);
  }
}
