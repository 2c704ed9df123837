import type { NamedProcess, Stray } from "../../model/stray.ts";

/** One stray in `strays --json`. Documented and stable: keys may be added, none changes its meaning. */
export interface StrayJson {
  pid: number;
  /** All of its processes, `pid` first. */
  pids: number[];
  service: string;
  kind: Stray["kind"];
  standing: Stray["standing"];
  command: string;
  cwd: string | null;
  executable: string | null;
  /** ISO 8601. */
  startedAt: string;
  /** Null: it is an orphan. */
  parent: NamedProcess | null;
  ports: number[];
  evidence: string[];
  exact: boolean;
  tracer: NamedProcess | null;
  otherUser: boolean;
}

/** A stray in the published shape. */
export function toStrayJson(stray: Stray): StrayJson {
  const { pid, pids, service, kind, standing, command, cwd, executable, parent, ports, evidence, tracer } = stray;
  return {
    pid,
    pids,
    service,
    kind,
    standing,
    command,
    cwd,
    executable,
    startedAt: new Date(stray.startedAt).toISOString(),
    parent,
    ports,
    evidence,
    exact: stray.isExact,
    tracer,
    otherUser: stray.isForeignUser,
  };
}
