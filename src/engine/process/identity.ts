import { bootTicks } from "./boot-ticks.ts";
import { areSameMarkers, type Markers, readMarkers } from "./markers.ts";
import { isGone, type ProcessInfo } from "./process-info.ts";
import { readProcess } from "./process-table.ts";
import type { ProcessHold, ProcessPath } from "./system/process-system.ts";
import { system } from "./system/this-system.ts";

/** Names one process for ever, where a pid alone may come to name another. Plain data, fit for a file. */
export interface ProcessIdentity {
  pid: number;
  /** In ticks since boot. */
  startTicks: number;
  pgid: number;
  sid: number;
  /** Start times count from the boot that this names. */
  bootId: string;
}

/** What else a process may be known by. Each is enough; what is left out or null proves nothing. */
export interface Evidence {
  markers?: Markers;
  /** Real path of its program; a replaced file still counts. */
  executable?: string | null;
  /** Real path of its working directory. */
  cwd?: string | null;
}

/** Names the present boot of this machine. */
export function readBootId(): string {
  return system.readBootId();
}

/** The identity of what has this pid now, a zombie too; null where nothing has. */
export function readIdentity(pid: number): ProcessIdentity | null {
  const process = readProcess(pid);
  if (process === null) return null;
  return { pid, startTicks: process.startTicks, pgid: process.pgid, sid: process.sid, bootId: readBootId() };
}

/** True where `process` is the one that `identity` names, in the present boot. */
export function isSameProcess(identity: ProcessIdentity, process: ProcessInfo | null | undefined): boolean {
  if (process === null || process === undefined) return false;
  return process.pid === identity.pid && process.startTicks === identity.startTicks && identity.bootId === readBootId();
}

/** True where the process lives, and one piece of the evidence holds: certain enough to take it over. */
export function matchesIdentity(identity: ProcessIdentity, evidence: Evidence): boolean {
  const process = readProcess(identity.pid);
  if (process === null || isGone(process) || !isSameProcess(identity, process)) return false;
  if (evidence.markers !== undefined) {
    const markers = readMarkers(identity.pid);
    if (markers !== null && areSameMarkers(markers, evidence.markers)) return true;
  }
  if (isKnown(evidence.executable) && readProcLink(identity.pid, "exe") === evidence.executable) return true;
  return isKnown(evidence.cwd) && readProcLink(identity.pid, "cwd") === evidence.cwd;
}

/** The program, working directory or output of a process, also when that is deleted; null where it is gone or hidden. */
export function readProcLink(pid: number, name: ProcessPath): string | null {
  return system.readPath(pid, name);
}

function isKnown(evidence: string | null | undefined): evidence is string {
  return evidence !== null && evidence !== undefined;
}

/**
 * A process that is not our child, held so that another which gets its pid is never taken for it. On Linux by an open
 * descriptor of its `/proc/<pid>/stat`: reading that fails for ever once the process is dead. So while `isAlive()` says
 * true, a signal to the pid is safe.
 */
export class HeldProcess {
  readonly identity: ProcessIdentity;
  #hold: ProcessHold | null;
  #lastAliveTicks: number;

  private constructor(identity: ProcessIdentity, hold: ProcessHold) {
    this.identity = identity;
    this.#hold = hold;
    this.#lastAliveTicks = bootTicks();
  }

  /** Null where the process that the identity names is gone. */
  static hold(identity: ProcessIdentity): HeldProcess | null {
    const hold = system.hold(identity.pid);
    if (hold === null) return null;
    const process = hold.read();
    if (process !== null && !isGone(process) && isSameProcess(identity, process)) {
      return new HeldProcess(identity, hold);
    }
    hold.close();
    return null;
  }

  /** Asks the system, on Linux in about 5 µs. Once false it stays false, and nothing is held any more. */
  isAlive(): boolean {
    const process = this.#hold?.read() ?? null;
    if (process === null || isGone(process)) {
      this.close();
      return false;
    }
    this.#lastAliveTicks = bootTicks();
    return true;
  }

  /** When it was last known to live, in ticks since boot. */
  get lastAliveTicks(): number {
    return this.#lastAliveTicks;
  }

  close(): void {
    this.#hold?.close();
    this.#hold = null;
  }
}
