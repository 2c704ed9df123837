/** The unit of process start times and of processor time, fixed by Linux's interface. */
export const ticksPerSecond = 100;

/** One process as the system showed it at one moment. Numbers are the kernel's own; ticks are hundredths of a second. */
export interface ProcessInfo {
  pid: number;
  ppid: number;
  pgid: number;
  /** Session; worked out from its relatives where the system does not tell (macOS). */
  sid: number;
  /** One letter: R S D T t Z X I. */
  state: string;
  /** Threads that have not ended; 1 where the system does not tell. */
  threads: number;
  /** When it started, in ticks of `bootTicks()`. With the pid it names a process for one boot. */
  startTicks: number;
  /** The program's name, cut to 15 bytes by the kernel. */
  comm: string;
  /** User and system time so far. */
  cpuTicks: number;
  /** The same of children that have ended and were waited for, with what those had waited for; 0 where not told. */
  waitedCpuTicks: number;
  /** Resident memory, in pages of `pageBytes()`. */
  residentPages: number;
}

/**
 * Reads one `/proc/<pid>/stat` line; null where it is none. The name may hold blanks, line ends and parentheses, so
 * the fields are counted from its last closing one.
 */
export function parseProcessStat(line: string): ProcessInfo | null {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  if (open < 1 || close < open) return null;
  const pid = Number(line.slice(0, open));
  // Numbered as in proc(5), from the third field (the state) on.
  const fields = line.slice(close + 2).split(" ", 22);
  if (!(pid > 0) || fields.length < 22) return null;
  return {
    pid,
    ppid: Number(fields[1]),
    pgid: Number(fields[2]),
    sid: Number(fields[3]),
    state: fields[0] as string,
    threads: Number(fields[17]),
    startTicks: Number(fields[19]),
    comm: line.slice(open + 1, close),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    waitedCpuTicks: Number(fields[13]) + Number(fields[14]),
    residentPages: Number(fields[21]),
  };
}

/**
 * True once it runs no more: a zombie that waits for its parent, or dead. A process whose first thread has ended while
 * others run shows as a zombie too, and is not gone.
 */
export function isGone(process: ProcessInfo): boolean {
  return (process.state === "Z" || process.state === "X") && process.threads <= 1;
}
