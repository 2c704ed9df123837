import { isSameProcess } from "./identity.ts";
import { isLeaderCertain, type Leader } from "./leader.ts";
import type { MarkerCache } from "./marker-cache.ts";
import type { Markers } from "./markers.ts";
import { isGone, type ProcessInfo } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";
import { treeOf } from "./tree.ts";

/** A generation of a unit, as its processes are found. */
export interface UnitProcessesTarget extends Leader {
  /** Null for what carries none (hooks, builds). */
  markers: Markers | null;
  /** A file that only its processes write to; null where its output goes elsewhere. */
  output?: string | null;
  /** `keep`: what made a session of its own is not the unit's any more. */
  detachedChildren: "stop" | "keep";
}

/**
 * Finds the living processes of one unit in one process table after the other. It remembers whom it found, so that a
 * descendant stays known when its parent ends and init inherits it. Who was never seen with its parent, in a session of its
 * own and without markers, is still known by the log that it writes to.
 */
export class UnitProcesses {
  readonly #target: UnitProcessesTarget;
  /** Start times by pid, of the last look. */
  #members = new Map<number, number>();
  /** Groups and sessions of its own, and when that was last certain. */
  readonly #ids = new Map<number, number>();

  constructor(target: UnitProcessesTarget) {
    this.#target = target;
  }

  /** Whom the last look has found alive. */
  get pids(): Iterable<number> {
    return this.#members.keys();
  }

  /** Everything of the unit that has not ended, by pid. */
  look(table: ProcessTable, marks: MarkerCache): Map<number, ProcessInfo> {
    const { identity, markers } = this.#target;
    this.#rememberLeader();
    const isExempt = (process: ProcessInfo): boolean => this.#isExempt(process, marks);
    const tree = treeOf(table, { pids: this.#confirmed(table, marks, markers), ids: this.#ids }, isExempt);
    const now = table.takenTicks;
    this.#members.clear();
    const alive = new Map<number, ProcessInfo>();
    for (const process of tree.values()) {
      if (!isGone(process)) {
        alive.set(process.pid, process);
        this.#members.set(process.pid, process.startTicks);
      }
      for (const id of [process.pid, process.pgid, process.sid]) {
        if (id === process.pid || id === identity.pid || tree.has(id) || this.#ids.has(id)) this.#ids.set(id, now);
      }
    }
    return alive;
  }

  /** Once the leader is dead, its group is known by when it last lived. */
  #rememberLeader(): void {
    const { identity, child, held } = this.#target;
    const seen = child === null ? held?.lastAliveTicks : child.exitTicks;
    if (seen === undefined || seen === null || identity.pgid !== identity.pid) return;
    this.#ids.set(identity.pid, Math.max(seen, this.#ids.get(identity.pid) ?? 0));
  }

  #confirmed(table: ProcessTable, marks: MarkerCache, markers: Markers | null): number[] {
    const pids: number[] = [];
    const { identity, output } = this.#target;
    if (isLeaderCertain(this.#target) && isSameProcess(identity, table.get(identity.pid))) pids.push(identity.pid);
    for (const [pid, startTicks] of this.#members) {
      if (table.get(pid)?.startTicks === startTicks) pids.push(pid);
    }
    if (markers !== null) pids.push(...marks.carriers(markers));
    if (output !== undefined && output !== null) pids.push(...marks.writers(output));
    return pids;
  }

  #isExempt(candidate: ProcessInfo, marks: MarkerCache): boolean {
    const { identity, detachedChildren, markers } = this.#target;
    if (candidate.pid === process.pid || candidate.pid <= 2) return true;
    if (candidate.pid === identity.pid || candidate.sid === identity.sid) return false;
    if (detachedChildren === "keep") return true;
    // An Orchestra that runs inside a service is a fleet of its own.
    const theirs = marks.of(candidate);
    return (
      theirs.daemonOf !== null ||
      (markers !== null && theirs.markers !== null && theirs.markers.fleet !== markers.fleet)
    );
  }
}
