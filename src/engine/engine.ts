/**
 * Theory of operation. The engine is one object in one process. It takes commands, turns them into wishes, and lets the
 * supervisor close the gap between the wishes and the world; what happens on the way is published as events.
 *
 *   send(command) ──► config read again ──► hooks ──► wishes ──► Supervisor ──► units ──► drivers ──► processes
 *                                                                    │
 *   subscribe() ◄── Publisher (revision, snapshot) ◄─────────────────┘  events
 *   readLogs()  ◄── LogStore ◄── files ◄── the processes themselves, directly
 *
 * A command is accepted at once, not carried out at once: its reply says which units it is about, and their events tell
 * the rest. Nothing in here waits for a unit.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fleetIdOf } from "../config/fleet-id.ts";
import type { Cause } from "../model/cause.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { CommandReply, CommandRequest } from "../model/command.ts";
import type { UnitId } from "../model/ids.ts";
import type { UnitInspection } from "../model/inspection.ts";
import type { LogPage, LogQuery } from "../model/log.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { Stray } from "../model/stray.ts";
import type { UsageSample } from "../model/usage.ts";
import type { ControlledService } from "./controlled-service.ts";
import type { EngineOptions } from "./engine-options.ts";
import { endLeftBuilds, findLeftBehind, type LeftBehind } from "./left-behind.ts";
import { readBootId } from "./process/identity.ts";
import { restoreFleet } from "./restore-fleet.ts";
import { ExitRecords } from "./state/exit-records.ts";
import { type FleetState, parseState } from "./state/fleet-state.ts";
import type { Docker } from "./vendors/docker.ts";
import { loadDocker } from "./vendors/load-docker.ts";
import { dockerOptions, type EngineParts, wireEngine } from "./wire-engine.ts";

/** The engine of one fleet; see the head of this file. */
export class Engine implements EngineClient {
  readonly #parts: EngineParts;
  readonly #endingLogs = new Set<Promise<void>>();
  #preparing: Promise<unknown> = Promise.resolve();
  readonly #ended = Promise.withResolvers<void>();
  #down: Promise<void> | null = null;
  #isHandedOver = false;

  static async open(options: EngineOptions): Promise<Engine> {
    const records = new ExitRecords(join(options.stateDir, "exits"));
    const left = await findLeftBehind(fleetIdOf(options.root), records, join(options.stateDir, "logs"));
    await endLeftBuilds(left);
    // Containers that run are taken over in the same step as processes.
    const client = hasContainers(options.stateDir) ? await loadDocker(dockerOptions(options)) : null;
    return new Engine(options, records, left, client);
  }

  private constructor(options: EngineOptions, records: ExitRecords, left: LeftBehind, client: Docker | null) {
    this.#parts = wireEngine(
      options,
      { records, client },
      {
        down: (cause) => this.down(cause),
        ended: () => this.#ended.resolve(),
        endWhenIdle: () => this.#endWhenIdle(),
        endLog: (unit, generation, note) => this.#endLog(unit, generation, note),
        prepareLogs: () => this.#prepareLogs(),
      },
    );
    const { config, desk, docker, follow, launcher, leaseEndings, refreshed, state, store, strays, supervisor } =
      this.#parts;
    const leased = restoreFleet(supervisor, launcher, { spec: config.spec, state, left, records });
    const diagnostics = refreshed.kind === "unchanged" ? [] : refreshed.diagnostics;
    desk.publishFleet(diagnostics, { kind: "daemon", what: "start" });
    store.follow(() => this.#state());
    store.touch();
    supervisor.unsettle();
    void strays.look();
    // What an earlier run has left is found beside what is started.
    if (config.spec.vendors.length > 0) docker.connect();
    follow.changed();
    // Folders are made beforehand, off this thread: a new one costs more than the rest of a start.
    this.#prepareLogs();
    leaseEndings.takeOver(leased, state.isHandedOver);
    if (options.endsWhenIdle === true) this.#endWhenIdle();
  }

  /** Resolves once a `down` command was carried out, its hooks included. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async snapshot(): Promise<FleetSnapshot> {
    return this.#parts.publisher.snapshot;
  }

  subscribe(listener: (update: Update) => void, options: { lease?: string } = {}): Subscription {
    const { lease } = options;
    if (lease !== undefined) this.#parts.leases.open(lease);
    return this.#parts.publisher.subscribe(listener, () => {
      if (lease !== undefined && !this.#isHandedOver) this.#parts.leaseEndings.end(lease);
    });
  }

  send(request: CommandRequest): Promise<CommandReply> {
    return this.#parts.desk.take(request);
  }

  readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    this.#parts.attention.note(query.units);
    return this.#parts.logs.read(query, signal);
  }

  watchUsage(listener: (sample: UsageSample) => void): Subscription {
    return this.#parts.usage.watch(listener);
  }

  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    return this.#parts.inspector.inspect(unit);
  }

  async reveal(unit: UnitId, variable: string): Promise<string | null> {
    return this.#parts.inspector.reveal(unit, variable);
  }

  /** Resolves when the sources of all that is to follow them are watched. */
  followed(): Promise<void> {
    return this.#parts.follow.settled();
  }

  async findStrays(): Promise<Stray[]> {
    await this.#parts.strays.lookEverywhere();
    return this.#parts.strays.strays;
  }

  /** Stops everything, dependents first; resolves when all of it is confirmed gone. */
  down(cause: Cause): Promise<void> {
    this.#down ??= this.#stopAll(cause);
    return this.#down;
  }

  /** Stops looking after the fleet, and leaves it running for the next daemon. */
  async release(): Promise<void> {
    this.#isHandedOver = true;
    await this.#parts.supervisor.release();
    await this.close();
  }

  async close(): Promise<void> {
    this.#parts.leaseEndings.close();
    this.#parts.usage.close();
    this.#parts.strays.close();
    await this.#parts.follow.close();
    await Promise.all([this.#parts.rerunner.close(), this.#parts.builds.close()]);
    await this.#parts.store.close();
    await Promise.all(this.#endingLogs);
    await this.#preparing;
    this.#parts.docker.close();
    await this.#parts.logs.close();
    await this.#parts.forks.close();
  }

  /** Makes folders beforehand. The end waits for it, so that a fleet that is removed after that stays removed. */
  #prepareLogs(): void {
    const preparing = this.#parts.logs.prepare(this.#parts.supervisor.plannedReplicas());
    this.#preparing = Promise.all([this.#preparing, preparing]);
  }

  async #stopAll(cause: Cause): Promise<void> {
    this.#parts.publisher.publish({ kind: "fleetStopping", cause });
    this.#parts.supervisor.shutDown();
    const { kept, others } = this.#keptAtDown();
    for (const service of others) {
      this.#parts.builds.cancel(service);
      this.#parts.supervisor.want(service, { isRunning: false, scale: null, stoppedIndexes: [] }, cause);
    }
    await this.#parts.supervisor.allStopped();
    // The next daemon finds them by their labels, as it finds those that somebody else left running.
    for (const service of kept) for (const runner of service.replicas.values()) await runner.release();
    this.#parts.supervisor.services.forgetWishes();
    await this.close();
  }

  /** Vendors that are to outlive the fleet, as far as they run; and all others. */
  #keptAtDown(): { kept: ControlledService[]; others: ControlledService[] } {
    const services = this.#parts.supervisor.services.all();
    const isKept = ({ spec, replicas }: ControlledService): boolean =>
      spec.vendor?.keep === true && replicas.values().every((r) => r.running !== null);
    return { kept: services.filter(isKept), others: services.filter((s) => !isKept(s)) };
  }

  /** The daemon may be on its way out: what a run wrote last is read before the store closes. */
  #endLog(unit: UnitId, generation: number, note: string): void {
    const ending = this.#parts.logs.end(unit, generation, note);
    this.#endingLogs.add(ending);
    void ending.finally(() => this.#endingLogs.delete(ending));
  }

  #endWhenIdle(): void {
    void this.#parts.supervisor.allStopped().then(() => {
      const isWanted = this.#parts.supervisor.services.all().some((s) => s.wanted.isRunning);
      if (!isWanted && this.#parts.publisher.subscriberCount === 0)
        void this.down({ kind: "lease" }).then(() => this.#ended.resolve());
    });
  }

  #state(): FleetState {
    const { ports, environments, supervisor } = this.#parts;
    const wanted = supervisor.services.wishes();
    // What outlives the fleet is nobody's wish, and is found again by its labels.
    const kept = new Set(
      this.#down === null ? [] : this.#keptAtDown().kept.flatMap((s) => [...s.replicas.values()].map((r) => r.id)),
    );
    return {
      version: 1,
      bootId: readBootId(),
      wanted,
      units: Object.fromEntries(
        supervisor.runners().flatMap((r) => (r.running === null || kept.has(r.id) ? [] : [[r.id, r.running.record]])),
      ),
      resting: supervisor.resting(),
      generations: supervisor.generations(),
      ended: supervisor.ended(),
      rolling: supervisor.rolling(),
      ports: ports.toRecord(),
      environments: environments.used(Object.values(wanted).map((w) => w.environment)),
      isHandedOver: this.#isHandedOver,
    };
  }
}

/** Whether an earlier daemon has left containers on record. */
function hasContainers(stateDir: string): boolean {
  try {
    const state = parseState(readFileSync(join(stateDir, "state.json"), "utf8"));
    return Object.values(state?.units ?? {}).some((record) => record.kind === "container");
  } catch {
    return false;
  }
}
