import type { NamedProcess, Stray } from "../../model/stray.ts";

/** One stray in `strays --json`. Documented and stable: keys may be added, none changes its meaning. */
export interface StrayJson {
  /** Null: of a container whose engine does not tell. */
  pid: number | null;
  /** All of its processes, `pid` first; of a container the first alone. */
  pids: number[];
  /** Null: it is processes of this machine. */
  container: { id: string; name: string; image: string } | null;
  service: string;
  kind: Stray["kind"];
  standing: Stray["standing"];
  command: string;
  cwd: string | null;
  executable: string | null;
  /** ISO 8601. */
  startedAt: string;
  /** Null: it is an orphan, or a container. */
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
  const container = stray.container === null ? null : { ...stray.container, obstacle: undefined };
  return {
    pid: pid === 0 ? null : pid,
    pids,
    container,
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
