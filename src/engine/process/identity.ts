import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { bootTicks } from "./boot-ticks.ts";
import { areSameMarkers, type Markers, readMarkers } from "./markers.ts";
import { readProcDescriptor } from "./proc-file.ts";
import { isGone, type ProcessInfo, parseProcessStat } from "./process-info.ts";
import { readProcess } from "./process-table.ts";

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

let knownBootId: string | null = null;

/** Names the present boot of this machine. */
export function readBootId(): string {
  knownBootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  return knownBootId;
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

/** Where `/proc/<pid>/exe` or `cwd` points, also when the file is deleted; null where that is gone or hidden. */
export function readProcLink(pid: number, name: "exe" | "cwd"): string | null {
  try {
    return readlinkSync(`/proc/${pid}/${name}`).replace(/ \(deleted\)$/, "");
  } catch {
    return null;
  }
}

function isKnown(evidence: string | null | undefined): evidence is string {
  return evidence !== null && evidence !== undefined;
}

/**
 * A process that is not our child, held by an open descriptor of its `/proc/<pid>/stat`: reading that fails for ever
 * once the process is dead, even if another gets its pid. So while `isAlive()` says true, a signal to the pid is safe.
 */
export class HeldProcess {
  readonly identity: ProcessIdentity;
  #descriptor: number | null;
  #lastAliveTicks: number;

  private constructor(identity: ProcessIdentity, descriptor: number) {
    this.identity = identity;
    this.#descriptor = descriptor;
    this.#lastAliveTicks = bootTicks();
  }

  /** Null where the process that the identity names is gone. */
  static hold(identity: ProcessIdentity): HeldProcess | null {
    let descriptor: number;
    try {
      descriptor = openSync(`/proc/${identity.pid}/stat`, "r");
    } catch {
      return null;
    }
    const text = readProcDescriptor(descriptor);
    const process = text === null ? null : parseProcessStat(text);
    if (process !== null && !isGone(process) && isSameProcess(identity, process)) {
      return new HeldProcess(identity, descriptor);
    }
    closeSync(descriptor);
    return null;
  }

  /** Asks the system, in about 5 µs. Once false it stays false, and the descriptor is closed. */
  isAlive(): boolean {
    if (this.#descriptor === null) return false;
    const text = readProcDescriptor(this.#descriptor);
    const process = text === null ? null : parseProcessStat(text);
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
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
