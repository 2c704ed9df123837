/** Names one stray for good, where a pid alone may come to name another process, and a container is run more than once. */
export type StrayId = string & { readonly __brand: "StrayId" };

/**
 * How it was recognised. `foreign`: somebody else started it (a shell, an IDE, a test), and it matches how the service
 * runs. `leftover`: it carries this fleet's markers, but no daemon has its replica on record. `container`: a container
 * with the fleet's labels that runs, and that no daemon has on record.
 */
export type StrayKind = "foreign" | "leftover" | "container";

/** A process that is not part of the stray, as evidence. */
export interface NamedProcess {
  pid: number;
  /** Command line, arguments joined by blanks. */
  command: string;
}

/** The container that a stray is. */
export interface StrayContainer {
  /** Sixty-four hex digits. */
  id: string;
  name: string;
  /** The name of what it is made of. */
  image: string;
  /** Why it cannot become a replica, as the rest of a sentence about it; null where it can. */
  obstacle: string | null;
}

/** What it takes to name a stray in a sentence. */
export interface NamedStray extends NamedProcess {
  /** Not there, or null: it is a process of this machine. */
  container?: StrayContainer | null;
}

/** What is being done about a stray. `asked`: nothing before a person says what. */
export type StrayStanding = "asked" | "ignored" | "stopping";

/**
 * A process that belongs to a service of this fleet, and that no daemon of this fleet has on record, with its descendants;
 * or a container of which the same is true.
 */
export interface Stray {
  id: StrayId;
  kind: StrayKind;
  service: string;
  /** Null: it is processes of this machine. */
  container: StrayContainer | null;
  /** The first process of it: the parent of the others, or the only one. 0: of a container whose engine does not tell. */
  pid: number;
  /** All of its processes, `pid` first; of a container the first alone, none where its engine does not tell. */
  pids: number[];
  /** Command line of `pid`, arguments joined by blanks. */
  command: string;
  /** Working directory and program; null where the system hides them. */
  cwd: string | null;
  executable: string | null;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Null: whoever started it is gone (it is an orphan). */
  parent: NamedProcess | null;
  /** TCP ports that its processes listen on. */
  ports: number[];
  /** Why it is taken for the service's: clauses without a subject, the strongest first. */
  evidence: string[];
  /** Program, arguments and folder are those of the service's own start. */
  isExact: boolean;
  /** The debugger or tracer that it runs under; then it is never stopped unasked. */
  tracer: NamedProcess | null;
  /** It belongs to another user, so it can neither be stopped nor adopted by us. */
  isForeignUser: boolean;
  standing: StrayStanding;
}

/** `go run . (pid 4711)`, `container shop-postgres`: fit for the middle of a sentence. */
export function describeStray({ command, pid, container }: NamedStray): string {
  return container == null ? `${command} (pid ${pid})` : `container ${container.name}`;
}

/** How a person names it to a verb: `4711`, `shop-postgres`. */
export function strayArgument({ pid, container }: Pick<NamedStray, "pid" | "container">): string {
  return container == null ? String(pid) : container.name;
}

/** The shortest name for it that tells it from all others: `pid 4711`, `container shop-postgres`. */
export function strayTitle({ pid, container }: Pick<NamedStray, "pid" | "container">): string {
  return container == null ? `pid ${pid}` : `container ${container.name}`;
}
