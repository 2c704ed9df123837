/** Names one stray for the whole boot, where a pid alone may come to name another process. */
export type StrayId = string & { readonly __brand: "StrayId" };

/**
 * How it was recognised. `foreign`: somebody else started it (a shell, an IDE, a test), and it matches how the service
 * runs. `leftover`: it carries this fleet's markers, but no daemon has its replica on record.
 */
export type StrayKind = "foreign" | "leftover";

/** A process that is not part of the stray, as evidence. */
export interface NamedProcess {
  pid: number;
  /** Command line, arguments joined by blanks. */
  command: string;
}

/** What is being done about a stray. `asked`: nothing before a person says what. */
export type StrayStanding = "asked" | "ignored" | "stopping";

/** A process that belongs to a service of this fleet, and that no daemon of this fleet has on record, with its descendants. */
export interface Stray {
  id: StrayId;
  kind: StrayKind;
  service: string;
  /** The first process of it: the parent of the others, or the only one. */
  pid: number;
  /** All of its processes, `pid` first. */
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

/** `go run . (pid 4711)`: fit for the middle of a sentence. */
export function describeStray({ command, pid }: NamedProcess): string {
  return `${command} (pid ${pid})`;
}
