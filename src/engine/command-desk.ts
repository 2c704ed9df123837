import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { Cause } from "../model/cause.ts";
import type { CommandError, CommandReply, CommandRequest, StrayAction } from "../model/command.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { EngineEvent } from "../model/event.ts";
import { parseUnitId, replicaId, type UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { StrayId } from "../model/stray.ts";
import { scaleOf } from "./controlled-service.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { withDependencies } from "./graph.ts";
import { type FailedHook, hooksOf, runHooks } from "./hook-runner.ts";
import type { Leases } from "./leases.ts";
import { openEndsOf } from "./open-ends.ts";
import { backgroundClock } from "./probe/background-clock.ts";
import type { FollowDesk } from "./rerun/follow-desk.ts";
import { type RerunOutcome, RerunVerbs } from "./rerun/rerun-verbs.ts";
import type { Rerunner } from "./rerun/rerunner.ts";
import { namesOf, resolveSelection, type Selected } from "./selection.ts";
import type { ServiceBuilds } from "./service-builds.ts";
import type { StrayDesk } from "./strays/stray-desk.ts";
import type { Supervisor } from "./supervisor.ts";
import { untilSettled } from "./until-settled.ts";
import { Verbs } from "./verbs.ts";

/** A scale beyond this is a slip of the finger. */
const maxScale = 500;

/** As long as a start waits until it is ready, unless told otherwise. */
const usualHookPatienceMs = 60_000;

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

/** How a command was carried out. `stalled`: it was not, and nobody waits for it any more; `open` says what is not done. */
type CarriedOut = { kind: "well" } | { kind: "failed" } | { kind: "stalled"; open: string[] };

/** What a command does, between its hooks. */
interface Action {
  /** What there is to find out first; after the hooks, which may have ended what it finds. Never rejects. */
  before?(): Promise<void>;
  /** Does it, or at least says that it is wanted; returns the units that it is about. */
  act(): UnitId[];
  /** Resolves when it is done, or when it is given up. Asked after `act`. */
  carriedOut(): Promise<CarriedOut>;
  /** Called when the `after` hooks are done as well. */
  finished?(): void;
  /** What it is about, where that does not show in units. */
  services?: readonly string[];
  /** Things worth saying about what was done; asked after `act`. */
  notes?(): string[];
}

const beingTakenDown: CommandError = { kind: "stopping", message: "the fleet is being taken down" };

/** Takes commands: checks them against the config, runs hooks, and turns them into wishes for the supervisor. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;
  readonly #verbs: Verbs;
  readonly #rerunVerbs: RerunVerbs;
  /**
   * A command that is finding out what it has to know. One that comes meanwhile waits for it: a stop that follows a start
   * at once must not come before it, nor may it be checked against what that start is about to change.
   */
  #turn: Promise<void> | null = null;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
    this.#verbs = new Verbs(parts);
    this.#rerunVerbs = new RerunVerbs({ ...parts, verbs: this.#verbs, fleet: () => parts.config.spec.rerun });
  }

  async take(request: CommandRequest): Promise<CommandReply> {
    const { command } = request;
    if (this.#turn !== null) await this.#isMyTurn();
    if (this.#isTooLate(command.kind)) return refuse(beingTakenDown);
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
    if (command.kind === "down") return this.#withHooks(request, this.#takingDown(cause));

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
        return this.#withHooks(request, { ...this.#moving(units, act), before: look });
      }
      case "stop":
      case "kill": {
        const act = (): UnitId[] => this.#verbs.stop(selected, cause, command.kind === "kill");
        return this.#withHooks(request, this.#moving(this.#verbs.existing(selected), act));
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
        return this.#withHooks(request, { ...this.#moving(units, act), before: look });
      }
      case "pause":
      case "resume":
        return this.#withHooks(request, this.#pausing(command.kind, selected, cause));
      case "build": {
        const act = (): UnitId[] => this.#verbs.build(selected, request, cause);
        return this.#withHooks(request, this.#moving([], act, namesOf(selected)));
      }
      case "rerun":
        return this.#withHooks(
          request,
          this.#rerunning(namesOf(selected), () => this.#rerunVerbs.rerun(command, selected, cause)),
        );
      case "goBack":
        return this.#withHooks(
          request,
          this.#rerunning(namesOf(selected), () => this.#rerunVerbs.goBack(selected, cause)),
        );
      case "rebuild": {
        const act = (): UnitId[] => this.#verbs.rebuild(selected, request, cause);
        return this.#withHooks(request, this.#moving(this.#verbs.unitsOf(namesOf(selected), selected), act));
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

  /** Hooks around an action. The reply goes out once it is accepted; `after` hooks follow when it is carried out. */
  async #withHooks(request: CommandRequest, action: Action): Promise<CommandReply> {
    const { config, leases, publish } = this.#parts;
    const fleet = config.spec;
    const { commandId, callerEnv } = request;
    const verb = request.command.kind;
    const mayRunHooks = request.origin !== "http" && callerEnv !== null;
    const before = mayRunHooks ? hooksOf(fleet, verb, "before") : [];
    const after = mayRunHooks ? hooksOf(fleet, verb, "after") : [];
    const hasHooks = before.length + after.length > 0;
    const env = mayRunHooks && hasHooks ? this.#parts.hookEnvironment(verb, callerEnv) : {};
    const notes: string[] = [];
    if (before.length > 0) {
      const lease = request.lease !== null && leases.has(request.lease) ? request.lease : null;
      const failed = await runHooks(before, fleet, env, commandId, publish);
      if (failed !== null && !alwaysGoesOn(verb)) return refuse(hookError(failed));
      if (failed !== null) notes.push(failed.message);
      if (this.#isTooLate(verb)) return refuse(beingTakenDown);
      if (lease !== null && !leases.has(lease)) return refuse(runHasEnded);
    }
    const found = this.#find(action);
    if (found !== null) await found;
    if (this.#isTooLate(verb)) return refuse(beingTakenDown);
    const units = action.act();
    // What has just come to be wanted may make a stray matter.
    this.#parts.strays.reconsider();
    this.#parts.follow.changed();
    notes.push(...(action.notes?.() ?? []));
    const finish = async (): Promise<void> => {
      const end = await action.carriedOut();
      const [first] = after;
      if (first !== undefined) {
        const isDue = end.kind === "well" && !this.#isTooLate(verb);
        const failed = isDue ? await runHooks(after, fleet, env, commandId, publish) : null;
        const stalled = end.kind === "stalled" ? this.#hooksGivenUp(verb, first, end.open) : null;
        const error = failed === null ? stalled : hookError(failed);
        // Who has sent it by a key does not wait for its end.
        if (stalled !== null && request.origin === "dashboard") {
          publish({ kind: "noticed", level: "warning", unit: null, message: stalled.message });
        }
        publish({ kind: "commandFinished", commandId, error });
      }
      action.finished?.();
    };
    if (after.length > 0 || action.finished !== undefined) void finish();
    const { revision } = this.#parts.snapshot();
    await this.#parts.saved();
    return {
      ok: true,
      units,
      services: [...(action.services ?? servicesOf(units))],
      revision,
      notes,
      hooksFollow: after.length > 0,
    };
  }

  /** Finds out what the action has to know. From this very moment on, commands that come wait for it. */
  #find({ before }: Action): Promise<void> | null {
    if (before === undefined) return this.#turn;
    const turn = (this.#turn === null ? before() : this.#turn.then(before)).finally(() => {
      if (this.#turn === turn) this.#turn = null;
    });
    this.#turn = turn;
    return turn;
  }

  /** Resolves when no command that came before is finding something out. */
  async #isMyTurn(): Promise<void> {
    while (this.#turn !== null) await this.#turn;
  }

  /** An action that is carried out when these units are where they are wanted to be. */
  #moving(units: readonly UnitId[], act: () => UnitId[], services = servicesOf(units)): Action {
    return { act, carriedOut: () => this.#settled(services, new Set(units)) };
  }

  /** What it is about shows only when it is done: what runs then. */
  #pausing(verb: "pause" | "resume", selected: Selected, cause: Cause): Action {
    let done: ReturnType<Verbs["pauseOrResume"]> = { units: [], passedOver: [] };
    return {
      act: () => {
        done = this.#verbs.pauseOrResume(verb, selected, cause);
        return done.units;
      },
      carriedOut: () => this.#settled(servicesOf(done.units), new Set(done.units)),
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
      carriedOut: () => this.#settled(services, new Set(outcome.units)),
      services,
      notes: () => outcome.notes,
    };
  }

  /** Resolves when the services are built and the units have come to rest, or nothing more comes to be done for long. */
  #settled(services: readonly string[], units: ReadonlySet<UnitId>): Promise<CarriedOut> {
    const { supervisor } = this.#parts;
    // A wish is one thing, what follows from it comes at the end of the turn.
    supervisor.unsettle();
    return untilSettled({
      clock: backgroundClock,
      nextChange: () => supervisor.nextChange(),
      look: () =>
        openEndsOf(
          services.flatMap((name) => supervisor.services.get(name) ?? []),
          units,
        ),
      patienceMs: this.#hookPatienceMs,
    });
  }

  get #hookPatienceMs(): number {
    return this.#parts.hookPatienceMs ?? usualHookPatienceMs;
  }

  #hooksGivenUp(verb: string, hook: string, open: readonly string[]): CommandError {
    const waited = formatDuration(this.#hookPatienceMs);
    const what = open.length === 0 ? "" : `, while waiting for ${open.join(", ")}`;
    const message = `the after hooks of ${verb} were not run: nothing came further for ${waited}${what}`;
    return { kind: "hook-failed", message, hook, exitCode: exitCodes.timeout };
  }

  #isTooLate(verb: CommandRequest["command"]["kind"]): boolean {
    return this.#parts.snapshot().isStopping && !alwaysGoesOn(verb);
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
    return this.#withHooks(request, this.#moving(all, act, [name]));
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

/** Nothing, not even a hook, may keep a person from ending what runs. */
function alwaysGoesOn(verb: CommandRequest["command"]["kind"]): boolean {
  return verb === "down" || verb === "kill";
}

function unknownStray(ids: readonly StrayId[]): string {
  const which = ids.map((id) => id.replace(/-.*/, "")).join(", ");
  return `no stray of this fleet any more: ${which}; orchestra strays lists those that there are`;
}

const runHasEnded: CommandError = { kind: "refused", message: "the run that asked for it ended while its hooks ran" };

function refuse(error: CommandError): CommandReply {
  return { ok: false, error };
}

function servicesOf(units: readonly UnitId[]): string[] {
  return [...new Set(units.map((unit) => parseUnitId(unit).name))];
}

function hookError({ hook, exitCode, message }: FailedHook): CommandError {
  return { kind: "hook-failed", message, hook, exitCode };
}
