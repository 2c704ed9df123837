import type { Cause } from "../model/cause.ts";
import type { CommandError, CommandReply, CommandRequest } from "../model/command.ts";
import type { EngineEvent } from "../model/event.ts";
import { replicaId, type UnitId, vendorId } from "../model/ids.ts";
import { isSettled } from "../model/replica.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { VendorSnapshot } from "../model/vendor.ts";
import { scaleOf } from "./controlled-service.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { withDependencies } from "./graph.ts";
import { type FailedHook, hooksOf, runHooks } from "./hook-runner.ts";
import type { Leases } from "./leases.ts";
import { namesOf, resolveSelection, type Selected } from "./selection.ts";
import type { ServiceBuilds } from "./service-builds.ts";
import type { Supervisor } from "./supervisor.ts";
import { Verbs } from "./verbs.ts";

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
  readonly #verbs: Verbs;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
    this.#verbs = new Verbs(parts);
  }

  async take(request: CommandRequest): Promise<CommandReply> {
    const { command } = request;
    if (this.#parts.snapshot().isStopping && command.kind !== "down" && command.kind !== "kill") {
      return refuse({ kind: "stopping", message: "the fleet is being taken down" });
    }
    const cause: Cause = { kind: "user", verb: command.kind, origin: request.origin };
    if (
      command.kind === "start" ||
      command.kind === "restart" ||
      command.kind === "build" ||
      command.kind === "rebuild"
    ) {
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
        const units = this.#verbs.unitsOf(services, selected);
        return this.#withHooks(request, units, () => {
          const { noDeps: ignoresDependencies, overrides } = command;
          this.#verbs.start(services, selected, { request, ignoresDependencies, overrides, cause });
          return units;
        });
      }
      case "stop":
        return this.#withHooks(request, this.#verbs.existing(selected), () => this.#verbs.stop(selected, cause, false));
      case "kill":
        return this.#withHooks(request, this.#verbs.existing(selected), () => this.#verbs.stop(selected, cause, true));
      case "restart": {
        const services = command.noDeps ? namesOf(selected) : this.#withDependencies(selected);
        const units = this.#verbs.unitsOf(services, selected);
        return this.#withHooks(request, units, () => {
          const { noDeps: ignoresDependencies, overrides } = command;
          this.#verbs.restart(services, selected, { request, ignoresDependencies, overrides, cause });
          return units;
        });
      }
      case "build":
        return this.#withHooks(request, [], () => this.#verbs.build(selected, request, cause));
      case "rebuild":
        return this.#withHooks(request, this.#verbs.unitsOf(namesOf(selected), selected), () =>
          this.#verbs.rebuild(selected, request, cause),
        );
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
    supervisor.apply(refreshed.spec, supervisor.services.wishes(), cause);
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
        publish({
          kind: "commandFinished",
          commandId: request.commandId,
          error: failed === null ? null : hookError(failed),
        });
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
      const replicas = this.#parts
        .snapshot()
        .services.flatMap((s) => s.replicas)
        .filter((r) => wanted.has(r.id));
      if (replicas.every((r) => isSettled(r.state.phase))) return replicas.every((r) => r.state.phase !== "failed");
      await this.#parts.supervisor.nextChange();
    }
  }

  #scale(
    name: string,
    change: { to: number } | { by: number },
    request: CommandRequest,
    cause: Cause,
  ): Promise<CommandReply> | CommandReply {
    const resolved = resolveSelection({ names: [name], except: [] }, this.#nameable(), []);
    if (!resolved.ok) return refuse(resolved.error);
    const service = this.#parts.supervisor.services.get(name);
    if (service === undefined)
      return refuse({ kind: "refused", message: `"${name}" is not a single service; scale takes one` });
    const to = "to" in change ? change.to : scaleOf(service) + change.by;
    if (!Number.isInteger(to) || to < 0 || to > maxScale) {
      return refuse({
        kind: "refused",
        message: `${name} cannot be scaled to ${to}: the scale is a number from 0 to ${maxScale}`,
      });
    }
    if (service.spec.oneshot && to > 1) {
      return refuse({ kind: "refused", message: `${name} is a oneshot; it runs once, so it cannot be scaled` });
    }
    const units = Array.from({ length: to }, (_, i) => replicaId(name, i + 1));
    return this.#withHooks(request, units, () => {
      this.#verbs.scale(service, to, cause);
      return units;
    });
  }

  #down(cause: Cause): UnitId[] {
    const units = this.#parts.supervisor.runners().map((r) => r.id);
    this.#parts.down(cause);
    return units;
  }

  #nameable(): Parameters<typeof resolveSelection>[1] {
    const { config, supervisor } = this.#parts;
    return {
      services: supervisor.services.configured().map((s) => ({ name: s.spec.name, scale: scaleOf(s) })),
      vendors: config.spec.vendors,
      profiles: config.spec.profiles,
    };
  }

  /** What naming nothing means. */
  #allFor(verb: CommandRequest["command"]["kind"]): string[] {
    const services = this.#parts.supervisor.services.configured();
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
}

function refuse(error: CommandError): CommandReply {
  return { ok: false, error };
}

function hookError({ hook, exitCode, message }: FailedHook): CommandError {
  return { kind: "hook-failed", message, hook, exitCode };
}
