import type { PortHolder } from "../../model/failure.ts";
import { ListenScanAnchor } from "./listen-scan-anchor.ts";
import { findPortHolder } from "./port-holder.ts";
import { type ListenScene, type ListenTarget, portsNotOwned } from "./port-ownership.ts";
import { type PortTable, readListeners, readSocketCounts } from "./port-table.ts";
import { type Look, processWatch } from "./process-watch.ts";

/** Told who else listens on a port of the unit. Not told where the system hides who (another user's process). */
export type OnForeign = (holder: PortHolder, port: number) => void;

const shortestTickMs = 4;
/** Where many start at once, ticks are this much longer for each that still waits, so that one look serves several. */
const tickMsPerWait = 1 / 4;
const longTickMs = 100;
const longestTickMs = 250;
/** A unit that did not listen in this long is in no hurry. */
const patientAfterMs = 10_000;
/** A tick never adds more than this part to the time that was waited already. */
const tickPart = 1 / 50;

/** Scans may take this part of a core (not of the time: where all wait for a core, a scan waits too), and a burst of this much before that counts: enough for one small fleet. */
const scanPart = 0.05;
const scanBurstMs = 25;

/** One socket closed and one opened between two ticks look like no change, so a scan is due anyhow after this long. */
const blindMs = 250;

/** A listener that was not the unit's is looked at again after this long, then twice as long, and so on. */
const firstRecheckMs = 20;
const lastRecheckMs = 500;

/** Scans that took this long in all show that they are dear here (see ListenScanAnchor). */
const dearScansMs = 15;
const dearScanMs = 1;

interface Wait {
  target: ListenTarget;
  onListening: () => void;
  onForeign: OnForeign;
  /** The listeners that were found not to be the unit's, and when to ask again about the same. */
  judged: string;
  judgements: number;
  recheckAt: number;
  /** What `onForeign` was told last, so that it is told once. */
  told: string;
}

/**
 * Tells when units listen on all of their ports: they themselves, not anybody. One look for all that wait: two counters
 * (5 µs) that change when anything begins to listen, then the list of listeners, then who holds the ones asked for.
 * Nothing runs while nobody waits.
 */
export class ListenerWatch {
  readonly #fleetId: string;
  readonly #waits = new Set<Wait>();
  readonly #anchors = { tcp: new ListenScanAnchor("tcp"), tcp6: new ListenScanAnchor("tcp6") };
  #timer: NodeJS.Timeout | null = null;
  /** When something last came or went; ticks grow longer from then. */
  #hurriedAt = 0;
  #countsAtScan = "";
  #scannedAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds that scans may take; below zero they wait. */
  #credit = scanBurstMs;
  #creditAt = 0;
  #dearMs = 0;

  /** `fleetId`: whose units holders are told as. */
  constructor(fleetId: string) {
    this.#fleetId = fleetId;
  }

  /**
   * Calls `onListening` once, from a later turn, when all ports are listened on by the unit's own processes, and
   * `onForeign` when somebody else holds one of them, once for each such holder. The result cancels both.
   */
  waitFor(target: ListenTarget, onListening: () => void, onForeign: OnForeign = () => {}): () => void {
    const wait: Wait = { target, onListening, onForeign, judged: "", judgements: 0, recheckAt: 0, told: "" };
    this.#waits.add(wait);
    this.#hurriedAt = performance.now();
    this.#tickIn(shortestTickMs);
    return () => {
      this.#waits.delete(wait);
      if (this.#waits.size > 0 || this.#timer === null) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    };
  }

  /** Asks the system now. */
  isListening(target: ListenTarget): boolean {
    return portsNotOwned(target, this.#scene(readListeners())).length === 0;
  }

  /** Ends all waits and lets go of what the watch holds. */
  close(): void {
    this.#waits.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#anchors.tcp.close();
    this.#anchors.tcp6.close();
  }

  #tickIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#tick(), ms);
  }

  #tick(): void {
    this.#timer = null;
    const now = performance.now();
    this.#credit = Math.min(scanBurstMs, this.#credit + (now - this.#creditAt) * scanPart);
    this.#creditAt = now;
    const counts = readSocketCounts();
    const isKnown = counts.tcp !== null;
    const key = `${counts.tcp} ${counts.tcp6}`;
    const isDue = !isKnown || key !== this.#countsAtScan || now - this.#scannedAt >= blindMs || this.#isRecheckDue(now);
    if (isDue && this.#credit > 0) {
      this.#countsAtScan = key;
      this.#scannedAt = now;
      this.#scan(now);
    }
    if (this.#waits.size > 0) this.#tickIn(this.#nextTickMs(now));
  }

  #isRecheckDue(now: number): boolean {
    for (const wait of this.#waits) if (wait.judged !== "" && now >= wait.recheckAt) return true;
    return false;
  }

  #nextTickMs(now: number): number {
    const shortest = Math.max(shortestTickMs, this.#waits.size * tickMsPerWait);
    if (this.#credit <= 0) return Math.max(shortest, -this.#credit / scanPart);
    const idleMs = now - this.#hurriedAt;
    if (idleMs > patientAfterMs) return longestTickMs;
    return Math.min(longTickMs, Math.max(shortest, idleMs * tickPart));
  }

  #scan(now: number): void {
    const before = cpuMs();
    const listeners = readListeners();
    const listedAt = cpuMs();
    const scene = this.#scene(listeners);
    const listening: Wait[] = [];
    const foreign: Array<{ wait: Wait; ports: number[] }> = [];
    for (const wait of this.#waits) {
      const open = wait.target.ports.filter((port) => listeners.has(port));
      if (open.length === 0) continue;
      const judged = open.map((port) => listeners.get(port)?.join()).join(" ");
      if (judged === wait.judged && now < wait.recheckAt) continue;
      const missing = portsNotOwned(wait.target, scene);
      const others = missing.filter((port) => listeners.has(port));
      if (missing.length === 0) listening.push(wait);
      else if (others.length > 0 && this.#judge(wait, judged, now)) foreign.push({ wait, ports: others });
    }
    this.#credit -= cpuMs() - before;
    this.#anchorIfDear(listedAt - before);
    for (const wait of listening) {
      if (!this.#waits.delete(wait)) continue;
      this.#hurriedAt = now;
      wait.onListening();
    }
    for (const { wait, ports } of foreign) this.#tellForeign(wait, ports, listeners);
  }

  /** Notes that these listeners are not the unit's; true from the second look on, as the first may meet a change. */
  #judge(wait: Wait, judged: string, now: number): boolean {
    wait.judgements = judged === wait.judged ? wait.judgements + 1 : 1;
    wait.judged = judged;
    wait.recheckAt = now + Math.min(lastRecheckMs, firstRecheckMs * 2 ** (wait.judgements - 1));
    return wait.judgements > 1 && wait.told !== judged;
  }

  #tellForeign(wait: Wait, ports: number[], listeners: PortTable): void {
    const before = cpuMs();
    for (const port of ports) {
      if (!this.#waits.has(wait)) break;
      wait.told = wait.judged;
      const holder = findPortHolder(port, this.#fleetId, listeners);
      if (holder !== null) wait.onForeign(holder, port);
    }
    this.#credit -= cpuMs() - before;
  }

  #scene(listeners: PortTable): ListenScene {
    let look: Look | null = null;
    return {
      listeners,
      look: () => {
        look ??= processWatch.look();
        return look;
      },
    };
  }

  #anchorIfDear(scanMs: number): void {
    if (scanMs < dearScanMs) return;
    this.#dearMs += scanMs;
    if (this.#dearMs < dearScansMs) return;
    this.#dearMs = 0;
    void this.#anchors.tcp.improve();
    if ((readSocketCounts().tcp6 ?? 0) > 0) void this.#anchors.tcp6.improve();
  }
}

/** Milliseconds of a core that this thread has had; where Node does not know (before 23.9), that the process has had. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
