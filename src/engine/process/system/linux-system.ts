import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { uptime } from "node:os";
import { readProcDescriptor, readProcFile } from "../proc-file.ts";
import { type ProcessInfo, parseProcessStat, ticksPerSecond } from "../process-info.ts";
import { readAuxiliaryPageBytes } from "./linux-page-bytes.ts";
import { openSocketsAmong, readFirstConnections, readListeners, readSocketCounts } from "./linux-sockets.ts";
import type { ProcessHold, ProcessSystem, Tracer } from "./process-system.ts";

let bootId: string | null = null;
let pageBytes: number | null = null;
let ownStartMs: number | null = null;

/** Linux, read from /proc. */
export const linuxSystem: ProcessSystem = {
  listPids() {
    const pids: number[] = [];
    for (const name of readdirSync("/proc")) {
      const first = name.charCodeAt(0);
      if (first >= 49 && first <= 57) pids.push(Number(name));
    }
    return pids;
  },
  readProcess,
  readEnvironment: (pid) => readProcFile(`/proc/${pid}/environ`),
  readPath(pid, what) {
    try {
      return readlinkSync(`/proc/${pid}/${what === "stdout" ? "fd/1" : what}`).replace(/ \(deleted\)$/, "");
    } catch {
      return null;
    }
  },
  readArguments(pid) {
    const text = readProcFile(`/proc/${pid}/cmdline`)?.replace(/\0+$/, "") ?? "";
    return text === "" ? [] : Buffer.from(text, "latin1").toString().split("\0");
  },
  readOwner(pid) {
    const match = /^Uid:\t\d+\t(\d+)/m.exec(readProcFile(`/proc/${pid}/status`) ?? "");
    return match === null ? null : Number(match[1]);
  },
  readTracer(pid): Tracer {
    const match = /^TracerPid:\t(\d+)/m.exec(readProcFile(`/proc/${pid}/status`) ?? "");
    if (match === null) return "unknown";
    return match[1] === "0" ? "none" : Number(match[1]);
  },
  hold(pid) {
    try {
      return new HeldDescriptor(openSync(`/proc/${pid}/stat`, "r"));
    } catch {
      return null;
    }
  },
  readListeners,
  openSocketsAmong,
  readSocketCounts,
  readFirstConnections,
  readBootId() {
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return bootId;
  },
  /**
   * The system's uptime counts suspended time but is the container's own under lxcfs; our own age is the other way
   * round: the later one is right.
   */
  nowMs() {
    ownStartMs ??= ((readProcess(process.pid)?.startTicks ?? 0) * 1000) / ticksPerSecond;
    return Math.max(ownStartMs + performance.now(), uptime() * 1000);
  },
  pageBytes() {
    pageBytes ??= readAuxiliaryPageBytes();
    return pageBytes;
  },
  prefetch: null,
};

function readProcess(pid: number): ProcessInfo | null {
  const text = readProcFile(`/proc/${pid}/stat`);
  return text === null ? null : parseProcessStat(text);
}

/** `/proc/<pid>/stat`, held open: reading it fails for ever once the process is dead, even if another gets its pid. */
class HeldDescriptor implements ProcessHold {
  #descriptor: number | null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  read(): ProcessInfo | null {
    const text = this.#descriptor === null ? null : readProcDescriptor(this.#descriptor);
    return text === null ? null : parseProcessStat(text);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
