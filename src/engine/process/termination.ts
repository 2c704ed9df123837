import { listenerOwners } from "./port-owners.ts";
import type { PortTable } from "./port-table.ts";
import type { ProcessInfo } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";
import type { Look } from "./process-watch.ts";
import { signalGroup, signalProcess } from "./signal-process.ts";
import { UnitProcesses, type UnitProcessesTarget } from "./unit-processes.ts";

/** What is to end, and how gently. */
export interface TerminationTarget extends UnitProcessesTarget {
  /** Ports that are to be free when it is done. */
  ports: readonly number[];
  /** The stop signal, `SIGTERM`. Sent once. */
  signal: string;
  /** From the stop signal to SIGKILL, milliseconds. 0: SIGKILL at once, and no stop signal. */
  graceMs: number;
}

/** Processes that outlive SIGKILL this long (in the kernel, or another user's) are reported as survivors. */
const survivorAfterMs = 5_000;

/** How long a port may stay listened on by nobody that can be seen, once all processes are gone. */
const ownerlessPortMs = 2_000;

/**
 * One unit on its way out; `step` moves it on by one look at the system. Times are milliseconds of `performance.now`.
 *
 *   signal ──► grace ──graceMs or kill()──► killing ──5 s──► given up
 *      └─────────┴──── no process left ───────┴──► ports ──free──► done
 */
export class TerminationRun {
  readonly #target: TerminationTarget;
  readonly #processes: UnitProcesses;
  #stage: "signal" | "grace" | "killing";
  #killAt: number;
  #goneAt: number | null = null;
  /** True while more than the leader was there at the last look. */
  #mustLookAgain = false;
  /** True before the first look, and where the last one has found nobody. */
  #isUndecided = true;
  /** Start times by pid, of those that got the stop signal on their own. */
  readonly #signalled = new Map<number, number>();
  readonly #continued = new Set<number>();

  constructor(target: TerminationTarget, now: number) {
    this.#target = target;
    this.#processes = new UnitProcesses(target);
    this.#stage = target.graceMs > 0 ? "signal" : "killing";
    this.#killAt = now + Math.max(0, target.graceMs);
  }

  /** When the next thing is due that no exit announces. */
  get deadline(): number {
    return this.#stage === "killing" ? this.#killAt + survivorAfterMs : this.#killAt;
  }

  /**
   * True where the next look may be the one that says who there is, or that nobody is left: then a process of which only
   * the pid was seen must not be taken for the one that had it before.
   */
  get needsWholeLook(): boolean {
    const { child } = this.#target;
    return this.#isUndecided || (!this.#mustLookAgain && child !== null && child.exit !== null);
  }

  /** Whom the last look has found. */
  get pids(): Iterable<number> {
    return this.#processes.pids;
  }

  /** Ends the grace period. */
  kill(now: number): void {
    if (this.#stage !== "killing") this.#killAt = now;
  }

  /** Looks and signals; the pids of survivors once it is over (none: it is stopped), null while it goes on. */
  step(now: number, { table, marks, isWhole }: Omit<Look, "atMs">, ports: () => PortTable): number[] | null {
    const alive = this.#processes.look(table, marks);
    if (this.#stage !== "killing" && now >= this.#killAt) this.#stage = "killing";
    this.#isUndecided = alive.size === 0;
    if (alive.size === 0) {
      // A table is not read in one instant: what forks and ends meanwhile may hide its child from one look, not two.
      if (this.#mustLookAgain || !isWhole) {
        this.#mustLookAgain = false;
        return null;
      }
      // The exit of our own child is told in a moment; whoever waits for both hears of the exit first.
      const isTold = this.#target.child === null || this.#target.child.exit !== null;
      return (isTold || now >= this.deadline) && this.#arePortsFree(now, table, ports) ? [] : null;
    }
    this.#mustLookAgain = alive.size > 1 || !alive.has(this.#target.identity.pid);
    this.#goneAt = null;
    if (this.#stage === "killing") {
      if (now >= this.#killAt + survivorAfterMs) return [...alive.keys()];
      this.#killAll(alive);
    } else {
      this.#signalNew(alive);
      this.#continueStopped(alive);
      this.#stage = "grace";
    }
    return null;
  }

  /** The group that the leader leads; null where it is in somebody else's, such as a shell's job. */
  get #group(): number | null {
    const { pid, pgid } = this.#target.identity;
    return pid === pgid ? pgid : null;
  }

  #signalNew(alive: ReadonlyMap<number, ProcessInfo>): void {
    const signal = this.#target.signal as NodeJS.Signals;
    const isFirst = this.#stage === "signal";
    let isGroupDue = isFirst;
    for (const process of alive.values()) {
      const isInGroup = process.pgid === this.#group;
      // Who joins the group later was forked by one that had the signal: its way of shutting down, not ours to hurry.
      if (this.#signalled.get(process.pid) === process.startTicks || (isInGroup && !isFirst)) continue;
      this.#signalled.set(process.pid, process.startTicks);
      if (!isInGroup) signalProcess(process.pid, signal);
      else if (isGroupDue) {
        signalGroup(process.pgid, signal);
        isGroupDue = false;
      }
    }
  }

  /** A stopped process gets its stop signal only once it goes on. */
  #continueStopped(alive: ReadonlyMap<number, ProcessInfo>): void {
    for (const process of alive.values()) {
      if (process.state !== "T") continue;
      const id = process.pgid === this.#group ? -process.pgid : process.pid;
      if (this.#continued.has(id)) continue;
      this.#continued.add(id);
      if (id < 0) signalGroup(-id, "SIGCONT");
      else signalProcess(id, "SIGCONT");
    }
  }

  #killAll(alive: ReadonlyMap<number, ProcessInfo>): void {
    const group = this.#group;
    const members = [...alive.values()];
    if (group !== null && members.some((process) => process.pgid === group)) signalGroup(group, "SIGKILL");
    for (const process of members) if (process.pgid !== group) signalProcess(process.pid, "SIGKILL");
  }

  /** With all processes gone, whoever listens on a port of theirs is somebody else, or about to be cleared away. */
  #arePortsFree(now: number, table: ProcessTable, ports: () => PortTable): boolean {
    if (this.#target.ports.length === 0) return true;
    this.#goneAt ??= now;
    const listeners = ports();
    const taken = this.#target.ports.filter((port) => listeners.has(port));
    if (taken.length === 0 || now - this.#goneAt >= ownerlessPortMs) return true;
    return taken.every((port) => listenerOwners(table, listeners.get(port) ?? []).length > 0);
  }
}
