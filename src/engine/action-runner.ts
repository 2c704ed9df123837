import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { CommandError, CommandReply, CommandRequest } from "../model/command.ts";
import type { EngineEvent } from "../model/event.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { parseUnitId, type UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { type FailedHook, hooksOf, runHooks } from "./hook-runner.ts";
import type { Leases } from "./leases.ts";
import { openEndsOf } from "./open-ends.ts";
import { backgroundClock } from "./probe/background-clock.ts";
import type { Supervisor } from "./supervisor.ts";
import { untilSettled } from "./until-settled.ts";

/** As long as a start waits until it is ready, unless told otherwise. */
const usualHookPatienceMs = 60_000;

export interface ActionRunnerParts {
  supervisor: Supervisor;
  leases: Leases;
  fleet(): FleetSpec;
  publish(event: EngineEvent): void;
  snapshot(): FleetSnapshot;
  /** Something has just come to be wanted, or is wanted no more. */
  acted(): void;
  hookEnvironment(verb: string, callerEnv: Record<string, string>): Record<string, string>;
  /** Resolves when what is wanted now would survive the daemon's death. */
  saved(): Promise<void>;
  /** How long `after` hooks wait while nothing more of what their command is about comes to be done; a minute if left out. */
  hookPatienceMs?: number | undefined;
}

/** How a command was carried out. `stalled`: it was not, and nobody waits for it any more; `open` says what is not done. */
export type CarriedOut = { kind: "well" } | { kind: "failed" } | { kind: "stalled"; open: string[] };

/** What a command does, between its hooks. */
export interface Action {
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

export const beingTakenDown: CommandError = { kind: "stopping", message: "the fleet is being taken down" };

/** Carries out what commands come to: in order where one has to find something out first, and with their hooks around them. */
export class ActionRunner {
  readonly #parts: ActionRunnerParts;
  /**
   * A command that is finding out what it has to know. One that comes meanwhile waits for it: a stop that follows a start
   * at once must not come before it, nor may it be checked against what that start is about to change.
   */
  #turn: Promise<void> | null = null;

  constructor(parts: ActionRunnerParts) {
    this.#parts = parts;
  }

  /** Hooks around an action. The reply goes out once it is accepted; `after` hooks follow when it is carried out. */
  async run(request: CommandRequest, action: Action): Promise<CommandReply> {
    const { leases, publish } = this.#parts;
    const fleet = this.#parts.fleet();
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
      if (this.isTooLate(verb)) return refuse(beingTakenDown);
      if (lease !== null && !leases.has(lease)) return refuse(runHasEnded);
    }
    const found = this.#find(action);
    if (found !== null) await found;
    if (this.isTooLate(verb)) return refuse(beingTakenDown);
    const units = action.act();
    this.#parts.acted();
    notes.push(...(action.notes?.() ?? []));
    const finish = async (): Promise<void> => {
      const end = await action.carriedOut();
      const [first] = after;
      if (first !== undefined) {
        const isDue = end.kind === "well" && !this.isTooLate(verb);
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

  /** Resolves when no command that came before is finding something out; null where none is. */
  myTurn(): Promise<void> | null {
    return this.#turn === null ? null : this.#untilMyTurn();
  }

  async #untilMyTurn(): Promise<void> {
    while (this.#turn !== null) await this.#turn;
  }

  /** Resolves when the services are built and the units have come to rest, or nothing more comes to be done for long. */
  settled(services: readonly string[], units: ReadonlySet<UnitId>): Promise<CarriedOut> {
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

  /** The fleet is being taken down, and this would not end anything. */
  isTooLate(verb: CommandRequest["command"]["kind"]): boolean {
    return this.#parts.snapshot().isStopping && !alwaysGoesOn(verb);
  }
}

/** Nothing, not even a hook, may keep a person from ending what runs. */
function alwaysGoesOn(verb: CommandRequest["command"]["kind"]): boolean {
  return verb === "down" || verb === "kill";
}

const runHasEnded: CommandError = { kind: "refused", message: "the run that asked for it ended while its hooks ran" };

/** A command that is not carried out. */
export function refuse(error: CommandError): CommandReply {
  return { ok: false, error };
}

/** The services that units are of, each once. */
export function servicesOf(units: readonly UnitId[]): string[] {
  return [...new Set(units.map((unit) => parseUnitId(unit).name))];
}

function hookError({ hook, exitCode, message }: FailedHook): CommandError {
  return { kind: "hook-failed", message, hook, exitCode };
}
