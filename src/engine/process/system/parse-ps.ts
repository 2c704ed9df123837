import { type ProcessInfo, ticksPerSecond } from "../process-info.ts";

/** The columns that `parsePs` reads. The last one may hold blanks, the time is always six words. */
export const psColumns = "pid=,ppid=,pgid=,uid=,stat=,lstart=,time=,rss=,ucomm=";

/** A process as macOS's ps shows it. */
export interface PsProcess {
  info: ProcessInfo;
  uid: number;
  isTraced: boolean;
}

/** pid ppid pgid uid stat | Tue Nov 21 14:59:03 2026 (or 21 Nov) | 0:01.23 | rss | name */
const psLine =
  /^ *(\d+) +(\d+) +(-?\d+) +(\d+) +(\S+) +\S+ +(\S+) +(\S+) +(\d+):(\d+):(\d+) +(\d{4}) +(?:(\d+)-)?([\d:]+)[.,](\d\d) +(\d+) (.*)$/;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads `ps -axww -o <psColumns>` of a ps that runs with TZ=UTC and LANG=C. A line that is cut or garbled is left
 * out. macOS tells of a session only who leads it, so that of others is worked out: it is their group leader's, else
 * their parent's; what has neither has made a session or group that its leader has left, named by the group's number.
 */
export function parsePs(output: string): Map<number, PsProcess> {
  const processes = new Map<number, PsProcess>();
  for (const line of output.split("\n")) {
    const process = parsePsLine(line);
    if (process !== null) processes.set(process.info.pid, process);
  }
  const sidOf = (info: ProcessInfo): number => {
    const seen = new Set<number>();
    let at = info;
    while (at.sid === 0 && !seen.has(at.pid)) {
      seen.add(at.pid);
      const leader = at.pgid === at.pid ? undefined : processes.get(at.pgid)?.info;
      const next = leader ?? (at.ppid > 1 ? processes.get(at.ppid)?.info : undefined);
      if (next === undefined) return at.pgid;
      at = next;
    }
    return at.sid === 0 ? info.pgid : at.sid;
  };
  for (const { info } of processes.values()) info.sid = sidOf(info);
  return processes;
}

function parsePsLine(line: string): PsProcess | null {
  const match = psLine.exec(line);
  if (match === null) return null;
  const [, pid, ppid, pgid, uid, stat = "", word, other, hours, minutes, seconds, year, days, clock = "", part] = match;
  const [month, day] = months.includes(word ?? "") ? [word, other] : [other, word];
  const monthIndex = months.indexOf(month ?? "");
  if (monthIndex < 0 || !(Number(day) > 0)) return null;
  const startedMs = Date.UTC(Number(year), monthIndex, Number(day), Number(hours), Number(minutes), Number(seconds));
  const clockSeconds = clock.split(":").reduce((sum, figure) => sum * 60 + Number(figure), 0);
  const cpuSeconds = Number(days ?? 0) * 86_400 + clockSeconds + Number(part) / 100;
  const info: ProcessInfo = {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    // For now: 0 stands for not known.
    sid: stat.includes("s") ? Number(pid) : 0,
    state: stateOf(stat),
    threads: 1,
    startTicks: (startedMs / 1000) * ticksPerSecond,
    comm: (match[16] ?? "").trim(),
    cpuTicks: Math.round(cpuSeconds * ticksPerSecond),
    waitedCpuTicks: 0,
    residentPages: Number(match[15]),
  };
  return { info, uid: Number(uid), isTraced: stat.includes("X") };
}

/** macOS's letters as Linux has them: idle is asleep, U waits for a disk, and the rest is the same. */
function stateOf(stat: string): string {
  const letter = stat.charAt(0);
  if (letter === "I") return "S";
  return letter === "U" ? "D" : letter;
}

/** Reads `ps -axww -o pid=,command=`, with the environment behind the arguments where `-E` was given too. */
export function parsePsCommands(output: string): Map<number, string> {
  const commands = new Map<number, string>();
  for (const line of output.split("\n")) {
    const match = /^ *(\d+) (.*)$/.exec(line);
    if (match !== null) commands.set(Number(match[1]), (match[2] ?? "").trim());
  }
  return commands;
}

/**
 * The variables among the words of a command line with its environment, as `NAME=value` entries, each ended by a zero
 * byte, as latin1. A value ends at its first blank, since nothing marks its end. Null where there are none: ps hides them.
 */
export function variablesAmong(command: string): string | null {
  const words = command.split(" ").filter((word) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
  if (words.length === 0) return null;
  return Buffer.from(words.map((word) => `${word}\0`).join("")).toString("latin1");
}

/** The boot that `sysctl kern.bootsessionuuid kern.boottime` names: by its id, else by when it was. */
export function parseBootId(output: string): string {
  const uuid = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/i.exec(output)?.[0];
  return uuid ?? `booted ${/sec = (\d+)/.exec(output)?.[1] ?? "at an unknown time"}`;
}
