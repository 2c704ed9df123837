import { type PortTable, readListeners } from "./port-table.ts";
import { processWatch } from "./process-watch.ts";
import { TerminationRun, type TerminationTarget } from "./termination.ts";

/** A unit on its way out. */
export interface Termination {
  /** Resolves when nothing of the unit is left and its ports are free; `survivors` are what SIGKILL did not end. */
  done: Promise<{ survivors: number[] }>;
  /** Skips the rest of the grace period. */
  kill(): void;
}

const firstIntervalMs = 5;
const lastIntervalMs = 50;

/** After a look that took n ms the next comes no sooner than 2n later (10 ms at most), however many exits are told. */
const restPerLook = 2;
const longestRestMs = 10;

interface Active {
  run: TerminationRun;
  finish: (survivors: number[]) => void;
}

/**
 * Ends units: the whole group, and every descendant in its sessions. One sweep for all of them, which looks at the
 * processes once; it runs when something was asked or a leader has ended, and every 5 to 50 ms in between.
 */
export class Terminator {
  readonly #active = new Set<Active>();
  #timer: NodeJS.Timeout | null = null;
  #timerDueAt = 0;
  #intervalMs = firstIntervalMs;
  #restUntil = 0;
  /** While there is something to end, the process table is kept warm. */
  #release: (() => void) | null = null;

  /**
   * Ends a unit, whether its leader still runs or not. The stop signal goes out within one turn of the event loop, to
   * all that were asked to end in the same turn, after one look that finds their descendants while parents still live.
   */
  terminate(target: TerminationTarget): Termination {
    const run = new TerminationRun(target, performance.now());
    const done = new Promise<{ survivors: number[] }>((resolve) => {
      this.#active.add({ run, finish: (survivors) => resolve({ survivors }) });
    });
    this.#release ??= processWatch.keepWarm();
    if (target.child !== null && target.child.exit === null) void target.child.exited.then(() => this.#wake());
    this.#wake();
    return {
      done,
      kill: () => {
        run.kill(performance.now());
        this.#wake();
      },
    };
  }

  /** Something changed: look in the next turn, and more often for a while. */
  #wake(): void {
    if (this.#active.size === 0) return;
    this.#intervalMs = firstIntervalMs;
    this.#lookAt(Math.max(performance.now(), this.#restUntil));
  }

  #lookAt(at: number): void {
    if (this.#timer !== null) {
      if (this.#timerDueAt <= at) return;
      clearTimeout(this.#timer);
    }
    this.#timerDueAt = at;
    this.#timer = setTimeout(() => this.#sweep(), Math.max(0, at - performance.now()));
  }

  #sweep(): void {
    this.#timer = null;
    const started = performance.now();
    const runs = [...this.#active].map(({ run }) => run);
    const look = processWatch.look({
      wanted: new Set(runs.flatMap((run) => [...run.pids])),
      isWhole: runs.some((run) => run.needsWholeLook),
      since: started,
    });
    let listeners: PortTable | null = null;
    const ports = (): PortTable => {
      listeners ??= readListeners();
      return listeners;
    };
    let deadline = Number.POSITIVE_INFINITY;
    for (const active of this.#active) {
      const survivors = active.run.step(started, look, ports);
      if (survivors === null) {
        deadline = Math.min(deadline, active.run.deadline);
        continue;
      }
      this.#active.delete(active);
      active.finish(survivors);
    }
    if (this.#active.size === 0) {
      this.#release?.();
      this.#release = null;
      return;
    }
    const ended = performance.now();
    this.#restUntil = ended + Math.min((ended - started) * restPerLook, longestRestMs);
    this.#lookAt(Math.max(this.#restUntil, Math.min(ended + this.#intervalMs, deadline)));
    this.#intervalMs = Math.min(this.#intervalMs * 1.5, lastIntervalMs);
  }
}
