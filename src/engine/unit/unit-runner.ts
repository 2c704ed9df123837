import type { Clock } from "../../lib/clock.ts";
import type { Cause, ExitStatus } from "../../model/cause.ts";
import type { UnitId } from "../../model/ids.ts";
import type { Running, Termination } from "../drivers/driver.ts";
import type { FailureOr } from "../failure-or.ts";
import { transition } from "./transition.ts";
import type { Effect, Moment, Unit, UnitEvent } from "./unit.ts";

/** What a runner needs of the engine around it. */
export interface UnitHost {
  clock: Clock;
  /** The world now, for one event. */
  moment(id: UnitId): Moment;
  /** Starts a generation. Called at most once for each; resolves when the fork is done. */
  launch(id: UnitId, generation: number, signal: AbortSignal): Promise<FailureOr<{ running: Running }>>;
  /** The unit is another one now. Never called while an event of the same unit is being handled. */
  changed(id: UnitId, before: Unit, after: Unit): void;
  /** The leader of a generation ended. Comes before the change that follows from it. */
  exited(id: UnitId, generation: number, status: ExitStatus, runMs: number): void;
  /** A generation is over: its whole tree is gone. */
  gone(id: UnitId, generation: number): void;
}

/** Owns one unit: takes its events one at a time, and carries out the effects that `transition` asks for. */
export class UnitRunner {
  readonly id: UnitId;
  readonly #host: UnitHost;
  #unit: Unit;
  #running: Running | null = null;
  #termination: Termination | null = null;
  /** A kill that came before there was anything to kill. */
  #killGeneration: number | null = null;
  /** Ends the probes that are under way. */
  readonly #watches = new Set<() => void>();
  readonly #timers = new Set<() => void>();
  readonly #queue: UnitEvent[] = [];
  #isDraining = false;
  #isReleased = false;
  /** Ends the start that is under way. */
  #cancelLaunch: AbortController | null = null;
  /** The fork under way. */
  #launching: Promise<void> = Promise.resolve();
  #startedAt = 0;

  constructor(id: UnitId, unit: Unit, host: UnitHost) {
    this.id = id;
    this.#unit = unit;
    this.#host = host;
  }

  get unit(): Unit {
    return this.#unit;
  }

  /** What runs for it now; null where nothing does. */
  get running(): Running | null {
    return this.#running;
  }

  /** Hands an event in. Events of one unit are handled in order and never inside one another. */
  post(event: UnitEvent): void {
    if (this.#isReleased) return;
    this.#queue.push(event);
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#handle(next);
    } finally {
      this.#isDraining = false;
    }
  }

  /** Takes over a process that an earlier daemon started, or nobody of ours. Only while the unit has none. */
  adopt(running: Running, generation: number, startedAt: number, cause: Cause): void {
    this.#attach(running, generation, startedAt);
    const { pid, hasBeenReady = false } = running.record;
    this.post({ kind: "adopted", generation, pid, isPaused: running.isPaused(), hasBeenReady, cause });
  }

  /**
   * Lets go without stopping anything, and takes no event any more: for a daemon that hands over. Resolves when a fork
   * under way is done, so that the next daemon finds it recorded.
   */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#cancelTimers();
    this.#stopWatching();
    await this.#launching;
    this.#running?.release();
  }

  #handle(event: UnitEvent): void {
    const before = this.#unit;
    const step = transition(before, event, this.#host.moment(this.id));
    this.#unit = step.unit;
    if (step.unit !== before) this.#host.changed(this.id, before, step.unit);
    for (const effect of step.effects) this.#carryOut(effect);
    // A start that takes its time, as one that pulls an image does, is not waited for by a stop.
    const { state } = step.unit;
    if (state.phase === "stopping" && state.pid === null) this.#cancelLaunch?.abort();
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "spawn":
        this.#spawn(effect.generation);
        return;
      case "terminate":
        this.#terminate(effect.generation);
        return;
      case "kill":
        this.#killGeneration = effect.generation;
        this.#termination?.kill();
        return;
      case "pause":
        this.#pause(effect.generation);
        return;
      case "resume":
        this.#running?.resume();
        return;
      case "watchReadiness":
        this.#watchReadiness(effect.generation);
        return;
      case "watchLiveness":
        this.#watchLiveness(effect.generation);
        return;
      case "stopWatching":
        this.#stopWatching();
        return;
      case "wakeAfterBackoff":
        this.#wake(effect.ms, { kind: "backoffEnded", generation: effect.generation });
        return;
      case "wakeWhenStable":
        this.#wake(effect.ms, { kind: "settled", generation: effect.generation });
        return;
      case "cancelTimers":
        this.#cancelTimers();
        return;
    }
  }

  #spawn(generation: number): void {
    const cancel = new AbortController();
    this.#cancelLaunch = cancel;
    this.#launching = this.#host.launch(this.id, generation, cancel.signal).then((result) => {
      this.#cancelLaunch = null;
      if (!result.ok) {
        this.post({ kind: "spawnFailed", generation, failure: result.failure });
        return;
      }
      this.#attach(result.running, generation, this.#host.clock.now());
      this.post({ kind: "spawned", generation, pid: result.running.record.pid });
    });
  }

  #attach(running: Running, generation: number, startedAt: number): void {
    this.#running = running;
    this.#startedAt = startedAt;
    this.#termination = null;
    running.exited.then((status) => {
      if (this.#isReleased) return;
      this.#host.exited(this.id, generation, status, this.#host.clock.now() - this.#startedAt);
      this.post({ kind: "exited", generation, status });
    });
  }

  #pause(generation: number): void {
    const paused = this.#running?.pause() ?? true;
    const denied = (): void => this.post({ kind: "pauseDenied", generation });
    if (paused === false) denied();
    else if (paused !== true) void paused.then((isPaused) => isPaused || denied());
  }

  #terminate(generation: number): void {
    const running = this.#running;
    if (running === null || this.#termination !== null) return;
    const termination = running.terminate(this.#host.moment(this.id).policy.graceMs);
    this.#termination = termination;
    if (this.#killGeneration === generation) termination.kill();
    termination.done.then(({ survivors, failure }) => {
      this.#running = null;
      this.#termination = null;
      this.#host.gone(this.id, generation);
      this.post({ kind: "gone", generation, survivors, ...(failure === undefined ? {} : { failure }) });
    });
  }

  #watchReadiness(generation: number): void {
    const stop = this.#running?.watchReadiness(({ passing, probe, detail }) => {
      this.post({ kind: "readinessChanged", generation, passing, probe, detail });
    });
    if (stop !== undefined) this.#watches.add(stop);
  }

  #watchLiveness(generation: number): void {
    if (this.#running !== null) this.#running.record.hasBeenReady = true;
    const stop = this.#running?.watchLiveness(({ probe, detail }) => {
      this.post({ kind: "livenessFailed", generation, probe, detail });
    });
    if (stop !== undefined) this.#watches.add(stop);
  }

  #stopWatching(): void {
    for (const stop of this.#watches) stop();
    this.#watches.clear();
  }

  #wake(ms: number, event: UnitEvent): void {
    const cancel = this.#host.clock.after(ms, () => {
      this.#timers.delete(cancel);
      this.post(event);
    });
    this.#timers.add(cancel);
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
