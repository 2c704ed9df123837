import type { Cause } from "../model/cause.ts";
import type { CommandError, CommandReply, CommandRequest } from "../model/command.ts";
import type { EngineEvent } from "../model/event.ts";
import { type UnitId, replicaId, vendorId } from "../model/ids.ts";
import { isAlive, isSettled } from "../model/replica.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { VendorSnapshot } from "../model/vendor.ts";
import { type ControlledService, scaleOf } from "./controlled-service.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { withDependencies } from "./graph.ts";
import { type FailedHook, hooksOf, runHooks } from "./hook-runner.ts";
import type { Leases } from "./leases.ts";
import { resolveSelection, type Selected } from "./selection.ts";
import type { ServiceBuilds } from "./service-builds.ts";
import type { Supervisor } from "./supervisor.ts";

/** A scale beyond this is a slip of the finger. */
const maxScale = 500;

export interface CommandDeskParts {
  config: FleetConfig;
  supervisor: Supervisor;
  builds: ServiceBuilds;
  environments: EnvironmentBook;
  leases: Leases;
  publish(event: EngineEvent): void;
  snapshot(): FleetSnapshot;
  /** The config was read anew and differs. */
  configured(): void;
  down(cause: Cause): void;
}

/** Takes commands: checks them against the config, runs hooks, and turns them into wishes for the supervisor. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  async take(request: CommandRequest): Promise<CommandReply> {
    const { command } = request;
    if (this.#parts.snapshot().isStopping && command.kind !== "down" && command.kind !== "kill") {
      return refuse({ kind: "stopping", message: "the fleet is being taken down" });
    }
    const cause: Cause = { kind: "user", verb: command.kind, origin: request.origin };
    if (command.kind === "start" || command.kind === "restart" || command.kind === "build" || command.kind === "rebuild") {
      const rejected = this.#readConfig(cause);
      if (rejected !== null) return refuse(rejected);
    }
    if (command.kind === "scale") return this.#scale(command.service, command.change, request, cause);
    if (command.kind === "down") return this.#withHooks(request, [], () => this.#down(cause));

    const resolved = resolveSelection(command.select, this.#nameable(), this.#allFor(command.kind));
    if (!resolved.ok) return refuse(resolved.error);
    const { selected } = resolved;
    switch (command.kind) {
      case "start": {
        const services = command.noDeps ? namesOf(selected) : this.#withDependencies(selected);
        const units = this.#unitsOf(services, selected);
        return this.#withHooks(request, units, () => {
          this.#start(services, selected, request, command.noDeps, command.overrides, cause);
          return units;
        });
      }
      case "stop":
        return this.#withHooks(request, this.#existing(selected), () => this.#stop(selected, cause, false));
      case "kill":
        return this.#withHooks(request, this.#existing(selected), () => this.#stop(selected, cause, true));
      case "restart": {
        const services = command.noDeps ? namesOf(selected) : this.#withDependencies(selected);
        const units = this.#unitsOf(services, selected);
        return this.#withHooks(request, units, () => {
          this.#restart(services, selected, request, command.noDeps, command.overrides, cause);
          return units;
        });
      }
      case "build":
        return this.#withHooks(request, [], () => this.#build(selected, request, cause));
      case "rebuild":
        return this.#withHooks(request, this.#unitsOf(namesOf(selected), selected), () => this.#rebuild(selected, request, cause));
    }
  }

  /** Vendors as clients see them: known, and not run by this version. */
  vendors(): VendorSnapshot[] {
    return this.#parts.config.spec.vendors.map(({ name, image }) => ({
      id: vendorId(name),
      name,
      image,
      state: { phase: "stopped" },
      since: this.#parts.supervisor.clock.now(),
      generation: 0,
      ports: {},
      restarts: 0,
      failure: null,
      cause: { kind: "daemon", what: "start" },
      supported: false,
    }));
  }

  #readConfig(cause: Cause): CommandError | null {
    const refreshed = this.#parts.config.refresh();
    if (refreshed.kind === "unchanged") return null;
    if (refreshed.kind === "rejected") {
      const { diagnostics } = refreshed;
      this.#parts.publish({ kind: "configRejected", diagnostics });
      const count = diagnostics.filter((d) => d.severity === "error").length;
      const message = `the config has ${count === 1 ? "a mistake" : `${count} mistakes`}; nothing was changed`;
      return { kind: "config", message, diagnostics };
    }
    const { supervisor } = this.#parts;
    supervisor.apply(refreshed.spec, supervisor.wishes(), cause);
    this.#parts.configured();
    this.#parts.publish({
      kind: "fleetLoaded",
      name: refreshed.spec.name,
      services: supervisor.snapshots(refreshed.spec.profiles),
      vendors: this.vendors(),
      diagnostics: refreshed.diagnostics,
      cause,
    });
    supervisor.unsettle();
    return null;
  }

  /** Hooks around an action. The reply goes out once the action is accepted; `after` hooks follow when its units have settled. */
  async #withHooks(request: CommandRequest, targets: UnitId[], act: () => UnitId[]): Promise<CommandReply> {
    const { config, publish } = this.#parts;
    const fleet = config.spec;
    const verb = request.command.kind;
    const hasHooks = request.origin !== "http" && request.callerEnv !== null;
    const before = hasHooks ? hooksOf(fleet, verb, "before") : [];
    const after = hasHooks ? hooksOf(fleet, verb, "after") : [];
    const env = { ...(request.callerEnv ?? {}), ...fleet.env, ...(fleet.commands[verb]?.env ?? {}) };
    if (before.length > 0) {
      const failed = await runHooks(before, fleet, env, request.commandId, publish);
      if (failed !== null) return refuse(hookError(failed));
    }
    const units = act();
    if (after.length > 0) {
      void this.#settled(targets).then(async (isWell) => {
        const failed = isWell ? await runHooks(after, fleet, env, request.commandId, publish) : null;
        publish({ kind: "commandFinished", commandId: request.commandId, error: failed === null ? null : hookError(failed) });
      });
    }
    const services = [...new Set(units.map((u) => u.slice(0, u.lastIndexOf("#"))))];
    return {
      ok: true,
      units,
      services,
      revision: this.#parts.snapshot().revision,
      notes: [],
      hooksFollow: after.length > 0,
    };
  }

  /** Resolves when the units have come to rest; false where one of them failed. */
  async #settled(units: readonly UnitId[]): Promise<boolean> {
    const wanted = new Set<string>(units);
    for (;;) {
      const replicas = this.#parts.snapshot().services.flatMap((s) => s.replicas).filter((r) => wanted.has(r.id));
      if (replicas.every((r) => isSettled(r.state.phase))) return replicas.every((r) => r.state.phase !== "failed");
      await this.#parts.supervisor.nextChange();
    }
  }

  #start(
    names: readonly string[],
    selected: Selected,
    request: CommandRequest,
    ignoresDependencies: boolean,
    overrides: Record<string, string>,
    cause: Cause,
  ): void {
    const { supervisor, builds } = this.#parts;
    for (const name of names) {
      const service = supervisor.services.get(name);
      if (service === undefined) continue;
      const own = selected.replicas.filter((r) => r.service === name).map((r) => r.index);
      const isNamed = selected.isExplicit && (selected.services.includes(name) || own.length > 0);
      const isUp = [...service.replicas.values()].some((r) => isAlive(r.unit.state.phase));
      this.#lease(service, request);
      supervisor.want(
        service,
        {
          isRunning: true,
          stoppedIndexes: this.#stoppedAfterStart(service, own),
          ignoresDependencies,
          ...(request.callerEnv === null ? {} : { environment: this.#parts.environments.add(request.callerEnv) }),
          ...(isUp ? {} : { overrides, verb: "start", origin: request.origin }),
        },
        cause,
      );
      if (!isUp || service.artifact === null) void builds.request(service, false, cause);
      for (const [index, runner] of service.replicas) {
        if (own.length > 0 && !own.includes(index)) continue;
        if (index > scaleOf(service)) continue;
        const { phase } = runner.unit.state;
        // What has done its work once is not done again unless somebody asks for it by name.
        if (phase !== "completed" || isNamed) runner.post({ kind: "startRequested", cause });
      }
    }
  }

  #stop(selected: Selected, cause: Cause, kill: boolean): UnitId[] {
    const { supervisor, builds } = this.#parts;
    const units = this.#existing(selected);
    for (const name of selected.services) {
      const service = supervisor.services.get(name);
      if (service === undefined) continue;
      builds.cancel(service);
      supervisor.want(service, { isRunning: false, stoppedIndexes: [] }, cause);
      if (kill) supervisor.kill(service, service.replicas.keys(), cause);
    }
    for (const { service: name, index } of selected.replicas) {
      const service = supervisor.services.get(name);
      if (service === undefined) continue;
      const stoppedIndexes = [...new Set([...service.wanted.stoppedIndexes, index])];
      supervisor.want(service, { stoppedIndexes }, cause);
      if (kill) supervisor.kill(service, [index], cause);
    }
    return units;
  }

  #restart(
    names: readonly string[],
    selected: Selected,
    request: CommandRequest,
    ignoresDependencies: boolean,
    overrides: Record<string, string>,
    cause: Cause,
  ): void {
    const { supervisor, builds } = this.#parts;
    const dependencies = names.filter((n) => !namesOf(selected).includes(n));
    this.#start(dependencies, { services: dependencies, replicas: [], isExplicit: false }, request, false, {}, cause);
    for (const name of namesOf(selected)) {
      const service = supervisor.services.get(name);
      if (service === undefined) continue;
      const own = selected.replicas.filter((r) => r.service === name).map((r) => r.index);
      this.#lease(service, request);
      supervisor.want(
        service,
        {
          isRunning: true,
          stoppedIndexes: this.#stoppedAfterStart(service, own),
          ignoresDependencies,
          overrides,
          verb: "restart",
          origin: request.origin,
          ...(request.callerEnv === null ? {} : { environment: this.#parts.environments.add(request.callerEnv) }),
        },
        cause,
      );
      if (service.artifact === null || service.build.status === "failed") void builds.request(service, false, cause);
      supervisor.restart(service, own.length > 0 ? own : [...service.replicas.keys()], cause);
    }
  }

  #build(selected: Selected, request: CommandRequest, cause: Cause): UnitId[] {
    for (const name of namesOf(selected)) {
      const service = this.#parts.supervisor.services.get(name);
      if (service === undefined) continue;
      this.#takeEnvironment(service, request, cause);
      void this.#parts.builds.request(service, true, cause);
    }
    return this.#unitsOf(namesOf(selected), selected);
  }

  #rebuild(selected: Selected, request: CommandRequest, cause: Cause): UnitId[] {
    for (const name of namesOf(selected)) {
      const service = this.#parts.supervisor.services.get(name);
      if (service === undefined) continue;
      this.#takeEnvironment(service, request, cause);
      void this.#parts.builds.request(service, true, cause).then((isGood) => {
        if (!isGood) return;
        const one: Selected = { services: [name], replicas: [], isExplicit: true };
        this.#restart([name], one, request, service.wanted.ignoresDependencies, service.wanted.overrides, cause);
      });
    }
    return this.#unitsOf(namesOf(selected), selected);
  }

  #scale(name: string, change: { to: number } | { by: number }, request: CommandRequest, cause: Cause): Promise<CommandReply> | CommandReply {
    const resolved = resolveSelection({ names: [name], except: [] }, this.#nameable(), []);
    if (!resolved.ok) return refuse(resolved.error);
    const service = this.#parts.supervisor.services.get(name);
    if (service === undefined) return refuse({ kind: "refused", message: `"${name}" is not a single service; scale takes one` });
    const to = "to" in change ? change.to : scaleOf(service) + change.by;
    if (!Number.isInteger(to) || to < 0 || to > maxScale) {
      return refuse({ kind: "refused", message: `${name} cannot be scaled to ${to}: the scale is a number from 0 to ${maxScale}` });
    }
    if (service.spec.oneshot && to > 1) {
      return refuse({ kind: "refused", message: `${name} is a oneshot; it runs once, so it cannot be scaled` });
    }
    const units = Array.from({ length: to }, (_, i) => replicaId(name, i + 1));
    return this.#withHooks(request, units, () => {
      this.#parts.supervisor.want(service, { scale: to }, cause);
      return units;
    });
  }

  #down(cause: Cause): UnitId[] {
    const units = this.#parts.supervisor.runners().map((r) => r.id);
    this.#parts.down(cause);
    return units;
  }

  #takeEnvironment(service: ControlledService, request: CommandRequest, cause: Cause): void {
    if (request.callerEnv === null) return;
    this.#parts.supervisor.want(service, { environment: this.#parts.environments.add(request.callerEnv) }, cause);
  }

  #lease(service: ControlledService, { lease }: CommandRequest): void {
    if (lease === null) this.#parts.leases.free(service.spec.name);
    else if (!service.wanted.isRunning) this.#parts.leases.add(lease, service.spec.name);
  }

  /** A start of the whole service starts all of it; a start of some replicas leaves the others as they are. */
  #stoppedAfterStart(service: ControlledService, own: readonly number[]): number[] {
    if (own.length === 0) return [];
    const all = Array.from({ length: scaleOf(service) }, (_, i) => i + 1);
    const stopped = service.wanted.isRunning ? service.wanted.stoppedIndexes : all;
    return stopped.filter((index) => !own.includes(index));
  }

  #nameable(): Parameters<typeof resolveSelection>[1] {
    const { config, supervisor } = this.#parts;
    return {
      services: [...supervisor.services.values()].filter((s) => s.isConfigured).map((s) => ({ name: s.spec.name, scale: scaleOf(s) })),
      vendors: config.spec.vendors,
      profiles: config.spec.profiles,
    };
  }

  /** What naming nothing means. */
  #allFor(verb: CommandRequest["command"]["kind"]): string[] {
    const services = [...this.#parts.supervisor.services.values()];
    switch (verb) {
      case "start":
        return services.filter((s) => s.spec.autostart).map((s) => s.spec.name);
      case "restart":
      case "rebuild": {
        const running = services.filter((s) => s.wanted.isRunning);
        return (running.length > 0 ? running : services.filter((s) => s.spec.autostart)).map((s) => s.spec.name);
      }
      default:
        return services.map((s) => s.spec.name);
    }
  }

  #withDependencies(selected: Selected): string[] {
    return withDependencies(this.#parts.config.spec.services, namesOf(selected));
  }

  /** The units that a start of the services will have. */
  #unitsOf(services: readonly string[], selected: Selected): UnitId[] {
    return services.flatMap((name) => {
      const service = this.#parts.supervisor.services.get(name);
      if (service === undefined) return [];
      const own = selected.services.includes(name) ? [] : selected.replicas.filter((r) => r.service === name);
      const indexes = own.length > 0 ? own.map((r) => r.index) : Array.from({ length: scaleOf(service) }, (_, i) => i + 1);
      return indexes.map((index) => replicaId(name, index));
    });
  }

  /** The units that are there. */
  #existing(selected: Selected): UnitId[] {
    const whole = selected.services.flatMap((name) => {
      const service = this.#parts.supervisor.services.get(name);
      return service === undefined ? [] : [...service.replicas.keys()].map((index) => replicaId(name, index));
    });
    return [...whole, ...selected.replicas.map((r) => replicaId(r.service, r.index))];
  }
}

function namesOf(selected: Selected): string[] {
  return [...new Set([...selected.services, ...selected.replicas.map((r) => r.service)])];
}

function refuse(error: CommandError): CommandReply {
  return { ok: false, error };
}

function hookError({ hook, exitCode, message }: FailedHook): CommandError {
  return { kind: "hook-failed", message, hook, exitCode };
}
