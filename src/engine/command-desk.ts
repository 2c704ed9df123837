import type { Cause } from "../model/cause.ts";
import type { CommandError, CommandReply, CommandRequest, StrayAction } from "../model/command.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { EngineEvent } from "../model/event.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { StrayId } from "../model/stray.ts";
import { type Action, ActionRunner, beingTakenDown, type CarriedOut, refuse, servicesOf } from "./action-runner.ts";
import { scaleOf } from "./controlled-service.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { withDependencies } from "./graph.ts";
import type { Leases } from "./leases.ts";
import type { FollowDesk } from "./rerun/follow-desk.ts";
import { type RerunOutcome, RerunVerbs } from "./rerun/rerun-verbs.ts";
import type { Rerunner } from "./rerun/rerunner.ts";
import { namesOf, resolveSelection, type Selected } from "./selection.ts";
import type { ServiceBuilds } from "./service-builds.ts";
import type { StrayDesk } from "./strays/stray-desk.ts";
import type { Supervisor } from "./supervisor.ts";
import { Verbs } from "./verbs.ts";

/** A scale beyond this is a slip of the finger. */
const maxScale = 500;

export interface CommandDeskParts {
  config: FleetConfig;
  supervisor: Supervisor;
  builds: ServiceBuilds;
  environments: EnvironmentBook;
  strays: StrayDesk;
  rerunner: Rerunner;
  follow: FollowDesk;
  leases: Leases;
  publish(event: EngineEvent): void;
  snapshot(): FleetSnapshot;
  /** The config was read anew and differs. */
  configured(): void;
  hookEnvironment(verb: string, callerEnv: Record<string, string>): Record<string, string>;
  /** Stops everything; resolves when it is gone. */
  down(cause: Cause): Promise<void>;
  /** A `down` is carried out, its hooks included. */
  ended(): void;
  /** Resolves when what is wanted now would survive the daemon's death. */
  saved(): Promise<void>;
  /** How long `after` hooks wait while nothing more of what their command is about comes to be done; a minute if left out. */
  hookPatienceMs?: number | undefined;
}

/** Takes commands: checks them against the config, runs hooks, and turns them into wishes for the supervisor. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;
  readonly #verbs: Verbs;
  readonly #rerunVerbs: RerunVerbs;
  readonly #actions: ActionRunner;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
    this.#verbs = new Verbs(parts);
    this.#actions = new ActionRunner({
      ...parts,
      fleet: () => parts.config.spec,
      acted: () => {
        // What has just come to be wanted may make a stray matter.
        parts.strays.reconsider();
        parts.follow.changed();
      },
    });
    this.#rerunVerbs = new RerunVerbs({ ...parts, verbs: this.#verbs, fleet: () => parts.config.spec.rerun });
  }

  async take(request: CommandRequest): Promise<CommandReply> {
    const { command } = request;
    const turn = this.#actions.myTurn();
    if (turn !== null) await turn;
    if (this.#actions.isTooLate(command.kind)) return refuse(beingTakenDown);
    const cause: Cause = { kind: "user", verb: command.kind, origin: request.origin };
    if (
      command.kind === "start" ||
      command.kind === "restart" ||
      command.kind === "build" ||
      command.kind === "rebuild"
    ) {
      const rejected = this.#readConfig(cause, request.callerEnv);
      if (rejected !== null) return refuse(rejected);
    }
    if (command.kind === "scale") return this.#scale(command.service, command.change, request, cause);
    if (command.kind === "strays") return this.#decideStrays(command.action, command.ids, request);
    if (command.kind === "down") return this.#actions.run(request, this.#takingDown(cause));

    const resolved = resolveSelection(command.select, this.#nameable(), this.#allFor(command.kind));
    if (!resolved.ok) return refuse(resolved.error);
    const { selected } = resolved;
    switch (command.kind) {
      case "start": {
        const services = command.noDeps ? namesOf(selected) : this.#withDependencies(selected);
        const units = this.#verbs.unitsOf(services, selected);
        const act = (): UnitId[] => {
          const { noDeps: ignoresDependencies, overrides, rerun, inContainers, pull } = command;
          const terms = { request, ignoresDependencies, overrides, cause, rerun, inContainers, pull };
          this.#verbs.start(services, selected, terms);
          return units;
        };
        const look = (): Promise<void> => this.#parts.strays.lookBeforeStart(services, command.strays ?? null);
        return this.#actions.run(request, { ...this.#moving(units, act), before: look });
      }
      case "stop":
      case "kill": {
        const act = (): UnitId[] => this.#verbs.stop(selected, cause, command.kind === "kill");
        return this.#actions.run(request, this.#moving(this.#verbs.existing(selected), act));
      }
      case "restart": {
        const services = command.noDeps ? namesOf(selected) : this.#withDependencies(selected);
        const units = this.#verbs.unitsOf(services, selected);
        const act = (): UnitId[] => {
          const { noDeps: ignoresDependencies, overrides } = command;
          this.#verbs.restart(services, selected, { request, ignoresDependencies, overrides, cause });
          return units;
        };
        const look = (): Promise<void> => this.#parts.strays.lookBeforeStart(services, null);
        return this.#actions.run(request, { ...this.#moving(units, act), before: look });
      }
      case "pause":
      case "resume":
        return this.#actions.run(request, this.#pausing(command.kind, selected, cause));
      case "build": {
        const act = (): UnitId[] => this.#verbs.build(selected, request, cause);
        return this.#actions.run(request, this.#moving([], act, namesOf(selected)));
      }
      case "rerun":
        return this.#actions.run(
          request,
          this.#rerunning(namesOf(selected), () => this.#rerunVerbs.rerun(command, selected, cause)),
        );
      case "goBack":
        return this.#actions.run(
          request,
          this.#rerunning(namesOf(selected), () => this.#rerunVerbs.goBack(selected, cause)),
        );
      case "rebuild": {
        const act = (): UnitId[] => this.#verbs.rebuild(selected, request, cause);
        return this.#actions.run(request, this.#moving(this.#verbs.unitsOf(namesOf(selected), selected), act));
      }
    }
  }

  /** Takes a changed config over; false where it has mistakes, which everybody is told. */
  reload(cause: Cause): boolean {
    return this.#readConfig(cause) === null;
  }

  /** Tells everybody what the fleet consists of now. */
  publishFleet(diagnostics: Diagnostic[], cause: Cause): void {
    const { config, supervisor, publish } = this.#parts;
    const { name } = config.spec;
    const services = supervisor.snapshots(config.spec);
    publish({ kind: "fleetLoaded", name, services, diagnostics, cause });
  }

  #readConfig(cause: Cause, env: CommandRequest["callerEnv"] = null): CommandError | null {
    const refreshed = this.#parts.config.refresh(env);
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
    this.publishFleet(refreshed.diagnostics, cause);
    supervisor.unsettle();
    return null;
  }

  /** An action that is carried out when these units are where they are wanted to be. */
  #moving(units: readonly UnitId[], act: () => UnitId[], services = servicesOf(units)): Action {
    return { act, carriedOut: () => this.#actions.settled(services, new Set(units)) };
  }

  /** What it is about shows only when it is done: what runs then. */
  #pausing(verb: "pause" | "resume", selected: Selected, cause: Cause): Action {
    let done: ReturnType<Verbs["pauseOrResume"]> = { units: [], passedOver: [] };
    return {
      act: () => {
        done = this.#verbs.pauseOrResume(verb, selected, cause);
        return done.units;
      },
      carriedOut: () => this.#actions.settled(servicesOf(done.units), new Set(done.units)),
      notes: () => done.passedOver,
    };
  }

  /** What it is about shows only when it is done. `services`: whose builds are waited for. */
  #rerunning(services: readonly string[], done: () => RerunOutcome): Action {
    let outcome: RerunOutcome = { units: [], notes: [] };
    return {
      act: () => {
        outcome = done();
        return outcome.units;
      },
      carriedOut: () => this.#actions.settled(services, new Set(outcome.units)),
      services,
      notes: () => outcome.notes,
    };
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
    if (service.spec.vendor !== null) {
      const message = `${name} is a vendor; two of them would be two stores with different data, so it cannot be scaled`;
      return refuse({ kind: "refused", message });
    }
    const units = Array.from({ length: to }, (_, i) => replicaId(name, i + 1));
    const act = (): UnitId[] => {
      this.#verbs.scale(service, to, cause);
      return units;
    };
    // Those that go are waited for as well.
    const all = [...units, ...service.replicas.values().map((runner) => runner.id)];
    return this.#actions.run(request, this.#moving(all, act, [name]));
  }

  /** What a person says of strays. Nothing of a fleet's own is named, so its hooks have no part in it. */
  async #decideStrays(action: StrayAction, ids: readonly StrayId[], { origin }: CommandRequest): Promise<CommandReply> {
    const { strays, supervisor, snapshot } = this.#parts;
    await strays.lookEverywhere();
    const { unknown, units, refused } = strays.carryOut(action, ids, origin);
    if (unknown.length > 0) return refuse({ kind: "unknown-name", message: unknownStray(unknown), suggestion: null });
    supervisor.unsettle();
    const services = servicesOf(units);
    return { ok: true, units, services, revision: snapshot().revision, notes: refused, hooksFollow: false };
  }

  #takingDown(cause: Cause): Action {
    const { supervisor, down, ended } = this.#parts;
    const stopped = Promise.withResolvers<CarriedOut>();
    const act = (): UnitId[] => {
      void down(cause).then(() => stopped.resolve({ kind: "well" }));
      return supervisor.runners().map((runner) => runner.id);
    };
    return { act, carriedOut: () => stopped.promise, finished: ended };
  }

  #nameable(): Parameters<typeof resolveSelection>[1] {
    const { config, supervisor } = this.#parts;
    return {
      services: supervisor.services.configured().map((s) => ({ name: s.spec.name, scale: scaleOf(s) })),
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
    const { services, vendors } = this.#parts.config.spec;
    return withDependencies([...services, ...vendors], namesOf(selected));
  }
}

function unknownStray(ids: readonly StrayId[]): string {
  const which = ids.map((id) => id.replace(/-.*/, "")).join(", ");
  return `no stray of this fleet any more: ${which}; orchestra strays lists those that there are`;
}
