import type { Clock } from "../../lib/clock.ts";
import { HeldProcess, isSameProcess, readBootId } from "../process/identity.ts";
import { descendantsOf, type ListenTarget } from "../process/port-ownership.ts";
import { openSocketsAmong, type PortTable, readListeners } from "../process/port-table.ts";
import { readProcess } from "../process/process-table.ts";
import { processWatch } from "../process/process-watch.ts";
import type { ExitPoll } from "./exit-poll.ts";

/** Units that become ready within this time are looked at together: the list of listeners is read once for all of them. */
const firstLookMs = 250;
/** A list that was read amid a change may miss somebody, so only what two looks in a row do not find is lost. */
const secondLookMs = 20;
/** How long a look at many may hold up the event loop at a time. */
const sliceMs = 4;

/** A unit whose ports are listened on. */
interface Kept {
  target: ListenTarget;
  onLost: (ports: number[]) => void;
  /** Lets go of whose end is waited for. */
  release: () => void;
  /** The last look found nobody. */
  isDoubted: boolean;
}

/**
 * Notices when nobody of a unit listens on its ports any more because the process that did has died. Where that is the
 * leader there is nothing to do, since its end is noticed anyhow; others are held (ExitPoll), and when one dies it is
 * looked who listens now. A process that stops to listen and lives on is not noticed: that would take a look at the
 * ports over and over.
 */
export class ListenerKeeper {
  readonly #exits: ExitPoll;
  readonly #clock: Clock;
  readonly #fresh = new Set<Kept>();
  #cancel: (() => void) | null = null;

  constructor(exits: ExitPoll, clock: Clock) {
    this.#exits = exits;
    this.#clock = clock;
  }

  /**
   * To be called when the unit listens on all its ports. Calls `onLost` once, from a later turn, with the ports that no
   * process of its tree listens on any more. The result ends this.
   */
  keep(target: ListenTarget, onLost: (ports: number[]) => void): () => void {
    const kept: Kept = { target, onLost, release: () => {}, isDoubted: false };
    this.#fresh.add(kept);
    this.#cancel ??= this.#clock.after(firstLookMs, () => this.#lookAtFresh());
    return () => {
      this.#fresh.delete(kept);
      kept.release();
      kept.release = () => {};
      if (this.#fresh.size > 0) return;
      this.#cancel?.();
      this.#cancel = null;
    };
  }

  #lookAtFresh(): void {
    this.#cancel = null;
    const until = performance.now() + sliceMs;
    const listeners = readListeners();
    for (const kept of this.#fresh) {
      this.#fresh.delete(kept);
      this.#look(kept, listeners);
      if (performance.now() > until) break;
    }
    if (this.#fresh.size > 0) this.#cancel = this.#clock.after(0, () => this.#lookAtFresh());
  }

  #look(kept: Kept, listeners: PortTable): void {
    const { missing, held } = holdListeners(kept.target, listeners);
    if (missing.length === 0) {
      const watches = held.map((one) => this.#exits.watch(one));
      kept.isDoubted = false;
      const release = (): void => {
        for (const watch of watches) watch.cancel();
      };
      kept.release = release;
      for (const { exited } of watches) void exited.then(() => this.#lookAgain(kept, release));
      return;
    }
    for (const one of held) one.close();
    if (kept.isDoubted) {
      kept.release = () => {};
      kept.onLost(missing);
      return;
    }
    kept.isDoubted = true;
    kept.release = this.#clock.after(secondLookMs, () => this.#look(kept, readListeners()));
  }

  /** One of those that were held has died. Several may at once, and each says so. */
  #lookAgain(kept: Kept, release: () => void): void {
    if (kept.release !== release) return;
    release();
    this.#look(kept, readListeners());
  }
}

/**
 * Holds, for each of the ports that the leader does not listen on itself, one process of the tree that does. `missing`:
 * those that nobody of the tree listens on.
 */
function holdListeners(target: ListenTarget, listeners: PortTable): { missing: number[]; held: HeldProcess[] } {
  const { leader } = target;
  const inodesOf = (ports: readonly number[]): Set<string> => new Set(ports.flatMap((p) => listeners.get(p) ?? []));
  let missing = [...target.ports];
  const held: HeldProcess[] = [];
  const without = (owned: ReadonlySet<string>): number[] =>
    missing.filter((port) => listeners.get(port)?.some((inode) => owned.has(inode)) !== true);
  if (isSameProcess(leader, readProcess(leader.pid)))
    missing = without(openSocketsAmong(leader.pid, inodesOf(missing)));
  if (missing.length === 0 || inodesOf(missing).size === 0) return { missing, held };
  for (const { pid, startTicks, pgid, sid } of descendantsOf(target, processWatch.look())) {
    const left = without(openSocketsAmong(pid, inodesOf(missing)));
    if (left.length === missing.length) continue;
    const one = HeldProcess.hold({ pid, startTicks, pgid, sid, bootId: readBootId() });
    if (one === null) continue;
    held.push(one);
    missing = left;
    if (missing.length === 0) break;
  }
  return { missing, held };
}
