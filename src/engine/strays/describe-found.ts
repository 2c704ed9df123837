import type { NamedProcess, Stray, StrayId } from "../../model/stray.ts";
import { timeOfTicks } from "../process/boot-ticks.ts";
import { openSocketsAmong, readListeners } from "../process/port-table.ts";
import { readOwner, readTracer } from "../process/process-facts.ts";
import type { ProcessInfo } from "../process/process-info.ts";
import { readProcess } from "../process/process-table.ts";
import { readCommandLine } from "../process/read-command-line.ts";
import type { FoundStray } from "./find-strays.ts";

/** A found stray as clients see it, before anybody has decided about it: with what only matters once it is one: ports, owner, tracer. Reads the system. */
export function describeFound(found: FoundStray): Stray {
  const { kind, service, first, processes, parent, evidence, isExact } = found;
  const { process, cwd, executable } = first;
  return {
    id: strayIdOf(process),
    kind,
    service,
    container: null,
    pid: process.pid,
    pids: processes.map(({ pid }) => pid),
    command: readCommandLine(process),
    cwd,
    executable,
    startedAt: timeOfTicks(process.startTicks),
    parent: parent === null ? null : named(parent),
    ports: portsOf(processes),
    evidence,
    isExact,
    tracer: tracerOf(found),
    isForeignUser: isAnothers(process.pid),
    standing: "asked",
  };
}

/** The same for the whole boot, whatever else is found out about it. */
function strayIdOf({ pid, startTicks }: Pick<ProcessInfo, "pid" | "startTicks">): StrayId {
  return `${pid}-${startTicks}` as StrayId;
}

function named(process: ProcessInfo): NamedProcess {
  return { pid: process.pid, command: readCommandLine(process) };
}

/** What it listens on. */
function portsOf(processes: readonly ProcessInfo[]): number[] {
  const listeners = readListeners();
  const wanted = new Set([...listeners.values()].flat());
  const open = new Set(processes.flatMap(({ pid }) => [...openSocketsAmong(pid, wanted)]));
  return [...listeners]
    .filter(([, inodes]) => inodes.some((inode) => open.has(inode)))
    .map(([port]) => port)
    .sort((a, b) => a - b);
}

/** Who traces one of its processes, or is the debugger that started it. */
function tracerOf({ processes, tracer }: FoundStray): NamedProcess | null {
  for (const { pid } of processes) {
    const by = readTracer(pid);
    if (typeof by === "string") continue;
    const process = readProcess(by);
    return process === null ? { pid: by, command: "a tracer" } : named(process);
  }
  return tracer === null ? null : named(tracer.process);
}

/** True for what is not this user's; the first user may do with all as with his own, but it is not his. */
function isAnothers(pid: number): boolean {
  const owner = readOwner(pid);
  return owner !== null && owner !== process.getuid?.();
}
