import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fleetIdOf } from "../config/fleet-id.ts";
import { systemClock } from "../lib/clock.ts";
import type { Cause } from "../model/cause.ts";
import type { UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { BuildJob } from "./build/build-outcome.ts";
import { BuildQueue } from "./build/build-queue.ts";
import { CommandDesk } from "./command-desk.ts";
import { ContainerClaims } from "./container-claims.ts";
import { type ControlledService, containerOf } from "./controlled-service.ts";
import { openContainers } from "./drivers/container/open-containers.ts";
import type { Running } from "./drivers/driver.ts";
import { ExitPoll } from "./drivers/exit-poll.ts";
import { ProbeBook } from "./drivers/probe-book.ts";
import { ProcessDriver } from "./drivers/process-driver.ts";
import type { EngineOptions } from "./engine-options.ts";
import { EnvironmentBook } from "./environment-book.ts";
import { EventBook } from "./event-book.ts";
import { FleetConfig } from "./fleet-config.ts";
import { unavailableVendors } from "./gate.ts";
import { Inspector } from "./inspect/inspector.ts";
import { Launcher } from "./launcher.ts";
import { LeaseEndings } from "./lease-endings.ts";
import { Leases } from "./leases.ts";
import { LogStore } from "./logs/log-store.ts";
import { PortBook } from "./ports/port-book.ts";
import { ForkServer } from "./process/fork-server/fork-server.ts";
import { ListenerWatch } from "./process/listener-watch.ts";
import { daemonMarkerName } from "./process/markers.ts";
import { Terminator } from "./process/terminator.ts";
import { Publisher } from "./publisher.ts";
import { Attention } from "./rerun/attention.ts";
import { FollowDesk } from "./rerun/follow-desk.ts";
import { Rerunner } from "./rerun/rerunner.ts";
import { ServiceBuilds } from "./service-builds.ts";
import type { ExitRecords } from "./state/exit-records.ts";
import { newestGenerations } from "./state/newest-generations.ts";
import { StateStore } from "./state/state-store.ts";
import { openStrays } from "./strays/open-strays.ts";
import { Supervisor } from "./supervisor.ts";
import { runTests } from "./tests/run-tests.ts";
import type { ToldUnit } from "./usage/told-usage.ts";
import { type MeasuredUnit, UsageSampler } from "./usage/usage-sampler.ts";
import type { Docker } from "./vendors/docker.ts";
import { loadDocker } from "./vendors/load-docker.ts";
import { watchPlanOf } from "./watch/watch-plan.ts";

/** Tests of a rerun step back behind what runs. */
const testNiceness = 10;

/** What the parts ask of the engine that they make up. */
export interface EngineWhole {
  down(cause: Cause): Promise<void>;
  /** A `down` command was carried out, its hooks included. */
  ended(): void;
  endWhenIdle(): void;
  /** A generation is over: its log may be closed. */
  endLog(unit: UnitId, generation: number, note: string): void;
  prepareLogs(): void;
}

/** The parts of an engine, wired. */
export type EngineParts = ReturnType<typeof wireEngine>;

/** Makes the parts of an engine, and connects them. Nothing runs yet, and nothing of an earlier daemon is taken over. */
export function wireEngine(
  options: EngineOptions,
  { records, client }: { records: ExitRecords; client: Docker | null },
  whole: EngineWhole,
) {
  const { root, stateDir, version, log, forkServer } = options;
  const leases = new Leases(options.onWatchdogNeed);
  const clock = systemClock;
  const exits = new ExitPoll(clock);
  const id = fleetIdOf(root);
  const forks = new ForkServer({
    entry: forkServer,
    env: { ...process.env, [daemonMarkerName]: id },
    watchOrphan: (held) => exits.watch(held).exited,
  });
  const config = new FleetConfig(root, stateDir);
  const refreshed = config.refresh();
  const events = new EventBook();
  const probes = new ProbeBook(clock);
  const publisher = new Publisher(emptySnapshot(config, version, clock.now()), clock, (stamped) => {
    events.note(stamped);
    if (stamped.event.kind === "replicaRemoved") probes.forget(stamped.event.unit);
  });
  const warn = (message: string): void => {
    log(message);
    publisher.publish({ kind: "noticed", level: "warning", unit: null, message });
  };
  const store = new StateStore(join(stateDir, "state.json"), warn);
  const state = store.read();
  // A watchdog has seen a death: what that daemon was about to hand over was not.
  if (options.endsWhenIdle === true) state.isHandedOver = false;
  const ports = new PortBook(config.spec.id, state.ports);
  const environments = new EnvironmentBook(state);
  const logs = new LogStore({ dir: join(stateDir, "logs"), ...config.spec.logs, clock, onNotice: warn });
  const terminator = new Terminator();
  const containers = openContainers({
    fleet: () => config.spec,
    logs,
    results: probes,
    clock,
    load: () => loadDocker(dockerOptions(options)),
    loaded: client,
    changed: () => supervisor.unsettle(),
    claims: () => claims,
    strangersRun: () => strays.lookAtContainers(true),
    stoppedLeftover: (message) => publisher.publish({ kind: "noticed", level: "info", unit: null, message }),
    containerChanged: (unit) => supervisor.containerChanged(unit),
    notice: (unit, message) => publisher.publish({ kind: "noticed", level: "info", unit, message }),
  });
  const claims = new ContainerClaims({
    services: () => supervisor.services,
    state,
    ports,
    hasEnded: (unit) => containers.book.hasEnded(unit),
  });
  const launcher = new Launcher({
    containers: containers.driver,
    processes: new ProcessDriver({
      fleet: config.spec.id,
      logs,
      terminator,
      listeners: new ListenerWatch(config.spec.id),
      results: probes,
      forks,
      exits,
      records,
      clock,
    }),
    ports,
    environments,
    fleet: () => config.spec,
    unavailable: () => unavailableVendors(publisher.snapshot),
    onWarning: (unit, message) => publisher.publish({ kind: "noticed", level: "warning", unit, message }),
  });
  const supervisor = new Supervisor(
    {
      clock,
      ports,
      snapshot: () => publisher.snapshot,
      publish: (event) => publisher.publish(event),
      changed: () => store.touch(),
      launch: (service, replica, signal) => launcher.start(service, replica, signal),
      dockerBlockers: (service) => (containerOf(service) === null ? [] : containers.link.blockers()),
      dockerFailure: (service) => (containerOf(service) === null ? null : containers.link.failure),
      // What holds its ports may be its very own container, which runs already.
      portBlockers: (unit, service, index) =>
        containerOf(service) !== null && containers.book.isRunning(unit)
          ? []
          : ports.blockers(unit, service.spec, index),
      containerOf: (unit) => containers.book.of(unit),
      adoptStray: (service, replica, stray) => launcher.adoptStray(service, replica, stray),
      strayBlockers: (service) => strays.blockers(service),
      ended: (unit, generation, note) => whole.endLog(unit, generation, note),
      servicesForgotten: () => desk.publishFleet(publisher.snapshot.diagnostics, configChanged(config)),
      requestBuild: (service, force) => builds.request(service, force, service.cause),
    },
    newestGenerations(join(stateDir, "logs"), state.generations),
  );
  const usage = new UsageSampler({
    clock,
    units: () => supervisor.runners().flatMap((r) => (r.running === null ? [] : measured(r.id, r.running))),
    told: () => supervisor.runners().flatMap((r) => (r.running === null ? [] : told(r.id, r.running))),
  });
  // A daemon that only such runs have used has nobody left to serve.
  const leaseEndings = new LeaseEndings(leases, supervisor, () => whole.endWhenIdle());
  const { services } = supervisor;
  const watched = (service: ControlledService) => follow.watched(service);
  const inspector = new Inspector({ fleet: config.spec.id, services, launcher, ports, probes, events, watched });
  const binDir = join(stateDir, "bin");
  const strays = openStrays({
    fleet: () => config.spec,
    binDir,
    supervisor,
    terminator,
    exits,
    clock,
    containers,
    claims,
    publish: (event) => publisher.publish(event),
  });
  const queue = new BuildQueue({
    concurrency: availableParallelism(),
    binDir,
    clock,
    onChange: (service, change) => {
      if (change.status === "building") follow.building(service);
      builds.follow(service, change);
    },
    priority: (service) => attention.of(service),
    onInputs: (keys) => follow.inputsKnown(keys),
  });
  const builds = new ServiceBuilds({
    queue,
    supervisor,
    environment: (s) => launcher.buildEnvironment(s),
    clock,
  });
  const attention = new Attention(clock);
  const rerunner = new Rerunner({
    clock,
    supervisor,
    builds,
    test: (service, signal) =>
      runTests({
        service: service.spec,
        kind: "unit",
        env: launcher.buildEnvironment(service),
        signal,
        nice: testNiceness,
      }),
    replaced: (service) => follow.restarted(service),
  });
  const jobOf = (service: ControlledService): BuildJob => {
    return { service: service.spec, env: launcher.buildEnvironment(service), force: false };
  };
  const follow = new FollowDesk({
    clock,
    services,
    fleet: () => config.spec,
    configFiles: () => config.files,
    isStarting: () => services.all().some(isStarting),
    reload: (cause) => desk.reload(cause),
    planOf: (service) => watchPlanOf(service.spec, queue.inputsOf(jobOf(service)), existsSync),
    keyOf: (service) => queue.keyOf(jobOf(service)),
    rerun: (service, request) => rerunner.request(service, request),
    stir: (service, cause) => rerunner.stir(service, cause),
    settle: (service) => rerunner.settle(service),
    publish: (event) => publisher.publish(event),
  });
  const desk = new CommandDesk({
    config,
    supervisor,
    builds,
    environments,
    strays,
    rerunner,
    follow,
    leases,
    publish: (event) => publisher.publish(event),
    snapshot: () => publisher.snapshot,
    configured: () => {
      logs.configure(config.spec.logs);
      whole.prepareLogs();
    },
    hookEnvironment: (verb, callerEnv) => launcher.hookEnvironment(verb, callerEnv),
    down: (cause) => whole.down(cause),
    ended: () => whole.ended(),
    saved: () => store.flush(),
    hookPatienceMs: options.hookPatienceMs,
  });
  return {
    attention,
    builds,
    config,
    desk,
    docker: containers.link,
    environments,
    follow,
    forks,
    inspector,
    launcher,
    leaseEndings,
    leases,
    logs,
    ports,
    publisher,
    refreshed,
    rerunner,
    state,
    store,
    strays,
    supervisor,
    usage,
  };
}

function measured(id: UnitId, { record, processes }: Running): MeasuredUnit[] {
  return processes === null ? [] : [{ id, generation: record.generation, processes }];
}

function told(id: UnitId, running: Running): ToldUnit[] {
  if (running.watchUsage === undefined) return [];
  return [{ id, generation: running.record.generation, watch: running.watchUsage.bind(running) }];
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
    strays: [],
    diagnostics: [],
  };
}

function isStarting({ build, replicas }: ControlledService): boolean {
  if (build.status === "building" || build.status === "queued") return true;
  return replicas.values().some(({ unit }) => unit.state.phase === "starting");
}

/** Where the engine for containers is looked for. */
export function dockerOptions({ dockerHost }: EngineOptions): Parameters<typeof loadDocker>[0] {
  return { env: process.env, clock: systemClock, ...(dockerHost === undefined ? {} : { host: dockerHost }) };
}
