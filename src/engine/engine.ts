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
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fleetIdOf } from "../config/fleet-id.ts";
import { systemClock } from "../lib/clock.ts";
import type { Cause } from "../model/cause.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { CommandReply, CommandRequest } from "../model/command.ts";
import type { UnitId } from "../model/ids.ts";
import type { UnitInspection } from "../model/inspection.ts";
import type { LogPage, LogQuery } from "../model/log.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { Stray } from "../model/stray.ts";
import type { UsageSample } from "../model/usage.ts";
import type { BuildJob } from "./build/build-outcome.ts";
import { BuildQueue } from "./build/build-queue.ts";
import { CommandDesk } from "./command-desk.ts";
import type { ControlledService } from "./controlled-service.ts";
import type { Running } from "./drivers/driver.ts";
import { ExitPoll } from "./drivers/exit-poll.ts";
import { ProbeBook } from "./drivers/probe-book.ts";
import { ProcessDriver } from "./drivers/process-driver.ts";
import { EnvironmentBook } from "./environment-book.ts";
import { EventBook } from "./event-book.ts";
import { FleetConfig } from "./fleet-config.ts";
import { Inspector } from "./inspect/inspector.ts";
import { Launcher } from "./launcher.ts";
import { LeaseEndings } from "./lease-endings.ts";
import { Leases } from "./leases.ts";
import { endLeftBuilds, findLeftBehind, type LeftBehind } from "./left-behind.ts";
import { LogStore } from "./logs/log-store.ts";
import { PortBook } from "./ports/port-book.ts";
import { ForkServer } from "./process/fork-server/fork-server.ts";
import { readBootId } from "./process/identity.ts";
import { ListenerWatch } from "./process/listener-watch.ts";
import { daemonMarkerName } from "./process/markers.ts";
import { Terminator } from "./process/terminator.ts";
import { Publisher } from "./publisher.ts";
import { Attention } from "./rerun/attention.ts";
import { FollowDesk } from "./rerun/follow-desk.ts";
import { Rerunner } from "./rerun/rerunner.ts";
import { restoreFleet } from "./restore-fleet.ts";
import { ServiceBuilds } from "./service-builds.ts";
import { ExitRecords } from "./state/exit-records.ts";
import type { FleetState } from "./state/fleet-state.ts";
import { newestGenerations } from "./state/newest-generations.ts";
import { StateStore } from "./state/state-store.ts";
import { howItRuns } from "./strays/how-it-runs.ts";
import { StrayDesk } from "./strays/stray-desk.ts";
import { StrayFinder } from "./strays/stray-finder.ts";
import { Supervisor } from "./supervisor.ts";
import { runTests } from "./tests/run-tests.ts";
import { type MeasuredUnit, UsageSampler } from "./usage/usage-sampler.ts";
import { watchPlanOf } from "./watch/watch-plan.ts";

export interface EngineOptions {
  /** Real path of the fleet's root. */
  root: string;
  /** `.orchestra`; must exist. */
  stateDir: string;
  version: string;
  /** Takes a line for the daemon's own log. */
  log: (line: string) => void;
  /** The fork server's program; see process/fork-server. */
  forkServer: string;
  /** Told whether somebody must see to it that a killed daemon's leased services end; see Leases. */
  onWatchdogNeed?: (isNeeded: boolean) => void;
  /** It was opened for what a killed daemon left, and is down once that needs nobody any more. */
  endsWhenIdle?: boolean;
  /** See CommandDeskParts. */
  hookPatienceMs?: number;
}

/** Tests of a rerun step back behind what runs. */
const testNiceness = 10;

/** The engine of one fleet; see the head of this file. */
export class Engine implements EngineClient {
  readonly #publisher: Publisher;
  readonly #supervisor: Supervisor;
  readonly #desk: CommandDesk;
  readonly #logs: LogStore;
  readonly #builds: ServiceBuilds;
  readonly #store: StateStore;
  readonly #forks: ForkServer;
  readonly #usage: UsageSampler;
  readonly #inspector: Inspector;
  readonly #strays: StrayDesk;
  readonly #rerunner: Rerunner;
  readonly #follow: FollowDesk;
  readonly #attention: Attention;
  readonly #leases: Leases;
  readonly #leaseEndings: LeaseEndings;
  readonly #endingLogs = new Set<Promise<void>>();
  #preparing: Promise<unknown> = Promise.resolve();
  readonly #ended = Promise.withResolvers<void>();
  #down: Promise<void> | null = null;
  #isHandedOver = false;

  static async open(options: EngineOptions): Promise<Engine> {
    const records = new ExitRecords(join(options.stateDir, "exits"));
    const left = await findLeftBehind(fleetIdOf(options.root), records, join(options.stateDir, "logs"));
    await endLeftBuilds(left);
    return new Engine(options, records, left);
  }

  private constructor(options: EngineOptions, records: ExitRecords, left: LeftBehind) {
    const { root, stateDir, version, log, forkServer } = options;
    this.#leases = new Leases(options.onWatchdogNeed);
    const clock = systemClock;
    const exits = new ExitPoll(clock);
    const id = fleetIdOf(root);
    this.#forks = new ForkServer({
      entry: forkServer,
      env: { ...process.env, [daemonMarkerName]: id },
      watchOrphan: (held) => exits.watch(held).exited,
    });
    const config = new FleetConfig(root, stateDir);
    const refreshed = config.refresh();
    const events = new EventBook();
    const probes = new ProbeBook(clock);
    this.#publisher = new Publisher(emptySnapshot(config, version, clock.now()), clock, (stamped) => {
      events.note(stamped);
      if (stamped.event.kind === "replicaRemoved") probes.forget(stamped.event.unit);
    });
    const warn = (message: string): void => {
      log(message);
      this.#publisher.publish({ kind: "noticed", level: "warning", unit: null, message });
    };
    this.#store = new StateStore(join(stateDir, "state.json"), warn);
    const state = this.#store.read();
    // A watchdog has seen a death: what that daemon was about to hand over was not.
    if (options.endsWhenIdle === true) state.isHandedOver = false;
    const ports = new PortBook(config.spec.id, state.ports);
    const environments = new EnvironmentBook(state);
    this.#logs = new LogStore({ dir: join(stateDir, "logs"), ...config.spec.logs, clock, onNotice: warn });
    const terminator = new Terminator();
    const launcher = new Launcher({
      driver: new ProcessDriver({
        fleet: config.spec.id,
        logs: this.#logs,
        terminator,
        listeners: new ListenerWatch(config.spec.id),
        results: probes,
        forks: this.#forks,
        exits,
        records,
        clock,
      }),
      ports,
      environments,
      fleet: () => config.spec,
      onWarning: (unit, message) => this.#publisher.publish({ kind: "noticed", level: "warning", unit, message }),
    });
    this.#supervisor = new Supervisor(
      {
        clock,
        ports,
        snapshot: () => this.#publisher.snapshot,
        publish: (event) => this.#publisher.publish(event),
        changed: () => this.#store.touch(),
        launch: (service, index, generation) => launcher.start(service, index, generation),
        adoptStray: (service, replica, stray) => launcher.adoptStray(service, replica, stray),
        strayBlockers: (service) => this.#strays.blockers(service),
        ended: (unit, generation, note) => this.#endLog(unit, generation, note),
        servicesForgotten: () => this.#desk.publishFleet(this.#publisher.snapshot.diagnostics, configChanged(config)),
        requestBuild: (service, force) => this.#builds.request(service, force, service.cause),
      },
      newestGenerations(join(stateDir, "logs"), state.generations),
    );
    this.#usage = new UsageSampler({
      clock,
      units: () => this.#supervisor.runners().flatMap((r) => (r.running === null ? [] : [measured(r.id, r.running)])),
    });
    // A daemon that only such runs have used has nobody left to serve.
    this.#leaseEndings = new LeaseEndings(this.#leases, this.#supervisor, () => this.#endWhenIdle());
    const { services } = this.#supervisor;
    const watched = (service: ControlledService) => this.#follow.watched(service);
    this.#inspector = new Inspector({ fleet: config.spec.id, services, launcher, ports, probes, events, watched });
    const binDir = join(stateDir, "bin");
    this.#strays = new StrayDesk({
      finder: new StrayFinder({
        fleet: id,
        services: () => config.spec.services.map((spec) => howItRuns(spec, binDir)),
        recorded: () => this.#supervisor.runners().flatMap((r) => r.running?.processes ?? []),
        isAlive: (markers) => this.#supervisor.isAlive(markers),
      }),
      terminator,
      exits,
      stopOf: (name) => services.get(name)?.spec.stop ?? null,
      policy: () => config.spec.strays,
      isWanted: (name) => services.get(name)?.wanted.isRunning === true,
      adopt: (stray, cause) => this.#supervisor.strays.adopt(stray, cause),
      publish: (event) => this.#publisher.publish(event),
      unsettle: () => this.#supervisor.unsettle(),
    });
    const queue = new BuildQueue({
      concurrency: availableParallelism(),
      binDir,
      clock,
      onChange: (service, change) => {
        if (change.status === "building") this.#follow.building(service);
        this.#builds.follow(service, change);
      },
      priority: (service) => this.#attention.of(service),
      onInputs: (key) => this.#follow.inputsKnown(key),
    });
    this.#builds = new ServiceBuilds({
      queue,
      supervisor: this.#supervisor,
      environment: (s) => launcher.buildEnvironment(s),
      clock,
    });
    this.#attention = new Attention(clock);
    this.#rerunner = new Rerunner({
      clock,
      supervisor: this.#supervisor,
      builds: this.#builds,
      test: (service, signal) =>
        runTests({
          service: service.spec,
          kind: "unit",
          env: launcher.buildEnvironment(service),
          signal,
          nice: testNiceness,
        }),
      replaced: (service) => this.#follow.restarted(service),
    });
    const jobOf = (service: ControlledService): BuildJob => {
      return { service: service.spec, env: launcher.buildEnvironment(service), force: false };
    };
    this.#follow = new FollowDesk({
      clock,
      services,
      fleet: () => config.spec,
      configFiles: () => config.files,
      isStarting: () => services.all().some(isStarting),
      reload: (cause) => this.#desk.reload(cause),
      planOf: (service) => watchPlanOf(service.spec, queue.inputsOf(jobOf(service)), existsSync),
      keyOf: (service) => queue.keyOf(jobOf(service)),
      rerun: (service, request) => this.#rerunner.request(service, request),
      stir: (service, cause) => this.#rerunner.stir(service, cause),
      settle: (service) => this.#rerunner.settle(service),
      publish: (event) => this.#publisher.publish(event),
    });
    this.#desk = new CommandDesk({
      config,
      supervisor: this.#supervisor,
      builds: this.#builds,
      environments,
      strays: this.#strays,
      rerunner: this.#rerunner,
      follow: this.#follow,
      leases: this.#leases,
      publish: (event) => this.#publisher.publish(event),
      snapshot: () => this.#publisher.snapshot,
      configured: () => {
        this.#logs.configure(config.spec.logs);
        this.#prepareLogs();
      },
      hookEnvironment: (verb, callerEnv) => launcher.hookEnvironment(verb, callerEnv),
      down: (cause) => this.down(cause),
      ended: () => this.#ended.resolve(),
      saved: () => this.#store.flush(),
      hookPatienceMs: options.hookPatienceMs,
    });

    const leased = restoreFleet(this.#supervisor, launcher, { spec: config.spec, state, left, records });
    const diagnostics = refreshed.kind === "unchanged" ? [] : refreshed.diagnostics;
    this.#desk.publishFleet(diagnostics, { kind: "daemon", what: "start" });
    this.#store.follow(() => this.#state(ports, environments));
    this.#store.touch();
    this.#supervisor.unsettle();
    void this.#strays.look();
    this.#follow.changed();
    // Folders are made beforehand, off this thread: a new one costs more than the rest of a start.
    this.#prepareLogs();
    this.#leaseEndings.takeOver(leased, state.isHandedOver);
    if (options.endsWhenIdle === true) this.#endWhenIdle();
  }

  /** Resolves once a `down` command was carried out, its hooks included. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async snapshot(): Promise<FleetSnapshot> {
    return this.#publisher.snapshot;
  }

  subscribe(listener: (update: Update) => void, options: { lease?: string } = {}): Subscription {
    const { lease } = options;
    if (lease !== undefined) this.#leases.open(lease);
    return this.#publisher.subscribe(listener, () => {
      if (lease !== undefined && !this.#isHandedOver) this.#leaseEndings.end(lease);
    });
  }

  send(request: CommandRequest): Promise<CommandReply> {
    return this.#desk.take(request);
  }

  readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    this.#attention.note(query.units);
    return this.#logs.read(query, signal);
  }

  watchUsage(listener: (sample: UsageSample) => void): Subscription {
    return this.#usage.watch(listener);
  }

  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    return this.#inspector.inspect(unit);
  }

  async reveal(unit: UnitId, variable: string): Promise<string | null> {
    return this.#inspector.reveal(unit, variable);
  }

  /** Resolves when the sources of all that is to follow them are watched. */
  followed(): Promise<void> {
    return this.#follow.settled();
  }

  async findStrays(): Promise<Stray[]> {
    await this.#strays.look();
    return this.#strays.strays;
  }

  /** Stops everything, dependents first; resolves when all of it is confirmed gone. */
  down(cause: Cause): Promise<void> {
    this.#down ??= this.#stopAll(cause);
    return this.#down;
  }

  /** Stops looking after the fleet, and leaves it running for the next daemon. */
  async release(): Promise<void> {
    this.#isHandedOver = true;
    await this.#supervisor.release();
    await this.close();
  }

  async close(): Promise<void> {
    this.#leaseEndings.close();
    this.#usage.close();
    this.#strays.close();
    await this.#follow.close();
    await Promise.all([this.#rerunner.close(), this.#builds.close()]);
    await this.#store.close();
    await Promise.all(this.#endingLogs);
    await this.#preparing;
    await this.#logs.close();
    await this.#forks.close();
  }

  /** Makes folders beforehand. The end waits for it, so that a fleet that is removed after that stays removed. */
  #prepareLogs(): void {
    const preparing = this.#logs.prepare(this.#supervisor.plannedReplicas());
    this.#preparing = Promise.all([this.#preparing, preparing]);
  }

  async #stopAll(cause: Cause): Promise<void> {
    this.#publisher.publish({ kind: "fleetStopping", cause });
    this.#supervisor.shutDown();
    for (const service of this.#supervisor.services.all()) {
      this.#builds.cancel(service);
      this.#supervisor.want(service, { isRunning: false, scale: null, stoppedIndexes: [] }, cause);
    }
    await this.#supervisor.allStopped();
    this.#supervisor.services.forgetWishes();
    await this.close();
  }

  /** The daemon may be on its way out: what a run wrote last is read before the store closes. */
  #endLog(unit: UnitId, generation: number, note: string): void {
    const ending = this.#logs.end(unit, generation, note);
    this.#endingLogs.add(ending);
    void ending.finally(() => this.#endingLogs.delete(ending));
  }

  #endWhenIdle(): void {
    void this.#supervisor.allStopped().then(() => {
      const isWanted = this.#supervisor.services.all().some((s) => s.wanted.isRunning);
      if (!isWanted && this.#publisher.subscriberCount === 0)
        void this.down({ kind: "lease" }).then(() => this.#ended.resolve());
    });
  }

  #state(ports: PortBook, environments: EnvironmentBook): FleetState {
    const wanted = this.#supervisor.services.wishes();
    return {
      version: 1,
      bootId: readBootId(),
      wanted,
      units: Object.fromEntries(
        this.#supervisor.runners().flatMap((r) => (r.running === null ? [] : [[r.id, r.running.record]])),
      ),
      resting: this.#supervisor.resting(),
      generations: this.#supervisor.generations(),
      ended: this.#supervisor.ended(),
      rolling: this.#supervisor.rolling(),
      ports: ports.toRecord(),
      environments: environments.used(Object.values(wanted).map((w) => w.environment)),
      isHandedOver: this.#isHandedOver,
    };
  }
}

function measured(id: UnitId, { record, processes }: Running): MeasuredUnit {
  return { id, generation: record.generation, processes };
}

function configChanged({ spec }: FleetConfig): Cause {
  return { kind: "config", file: join(spec.root, "orchestra.yml") };
}

function emptySnapshot(config: FleetConfig, version: string, now: number): FleetSnapshot {
  const { id, name, root } = config.spec;
  return {
    revision: 0,
    id,
    name,
    root,
    daemon: { pid: process.pid, version, startedAt: now },
    isStopping: false,
    services: [],
    vendors: [],
    strays: [],
    diagnostics: [],
  };
}

function isStarting({ build, replicas }: ControlledService): boolean {
  if (build.status === "building" || build.status === "queued") return true;
  return replicas.values().some(({ unit }) => unit.state.phase === "starting");
}
