import type { Readable } from "node:stream";
import type { LayerProgress } from "../../model/container.ts";
import type { FailureOr } from "../failure-or.ts";
import type { ExecEnds } from "./exec-ends.ts";

/** What shapes a container that is to be made: as Docker understands it, and nothing of ours. */
export interface ContainerPlan {
  name: string;
  image: string;
  /** Null: the image's own. */
  command: string[] | null;
  entrypoint: string[] | null;
  env: Record<string, string>;
  labels: Record<string, string>;
  hostname: string;
  user: string | null;
  /** `network`, and the names that it has there. */
  network: string;
  aliases: string[];
  /** Ports inside, and where each is published. */
  ports: { inner: number; protocol: "tcp" | "udp"; hostIp: string; hostPort: number }[];
  mounts: (
    | { kind: "volume"; name: string; target: string; isReadOnly: boolean }
    | { kind: "anonymous"; target: string }
    | { kind: "bind"; source: string; target: string; isReadOnly: boolean }
    | { kind: "tmpfs"; target: string; sizeBytes: number | null }
  )[];
  shmBytes: number | null;
  ulimits: Record<string, { soft: number; hard: number }>;
  init: boolean;
  /** `host.docker.internal` and the like: name → address. */
  extraHosts: Record<string, string>;
  /** The signal that `docker stop` would send, and we do; null: the image's own. */
  stopSignal: string | null;
}

/** A container as its engine tells. Times are milliseconds since the epoch; 0 where there was none. */
export interface ContainerState {
  id: string;
  /** Without the slash in front. */
  name: string;
  labels: Record<string, string>;
  status: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** Of its first process, as this machine counts; 0 where it does not run. */
  pid: number;
  /** Of its last run; meaningless while it runs. */
  exitCode: number;
  isOutOfMemory: boolean;
  startedAt: number;
  /** As Docker wrote them, nanoseconds and all: `since` of a log stream. */
  startedAtText: string;
  finishedAtText: string;
  /** `sha256:…` */
  imageId: string;
  /** As it was asked for. */
  image: string;
  hasTty: boolean;
  /** Of the image's HEALTHCHECK; `none` where it has none. */
  health: "none" | "starting" | "healthy" | "unhealthy";
  /** What the last health check printed; "" where there is none. */
  healthOutput: string;
  /** Volumes that it has mounted: destination → the volume's name. */
  volumes: Record<string, string>;
  /** What asks it to end: as it was made, else as its image says, else SIGTERM. */
  stopSignal: string;
  /** Why its last start was refused; "" where it was not. */
  error: string;
}

/** A container of ours, in a list. */
export interface ListedContainer {
  id: string;
  name: string;
  labels: Record<string, string>;
  image: string;
  imageId: string;
  status: ContainerState["status"];
  /** `Up 2 hours`, as Docker says it. */
  statusText: string;
  createdAt: number;
  /** What its first process executes, arguments joined by blanks. */
  command: string;
  /** TCP ports inside, and where each is published on this machine; none while it does not run. */
  published: { inner: number; hostPort: number }[];
}

/** Something of ours has happened to a container; what it was is asked by `inspect`, for events may be missed. */
export type DockerEvent =
  /** The engine answers, for the first time or again: whoever follows a container has to look at it. */
  | { kind: "connected" }
  /** It does not answer any more. It is tried again, with backoff, for as long as anybody follows. */
  | { kind: "lost"; detail: string }
  | {
      kind: "container";
      id: string;
      action: "create" | "start" | "die" | "oom" | "kill" | "pause" | "unpause" | "destroy" | "rename" | "health";
      /** Only with `die`. */
      exitCode: number | null;
    };

/** One piece of what a container printed. Without TTY it is a whole line, or a part of one that is too long for Docker. */
export interface LogPiece {
  stream: "out" | "err";
  /**
   * When Docker took it, as Docker writes it (nanoseconds). Never falls within one stream of a container; a piece of the
   * other stream may come after one that Docker took a moment later.
   */
  time: string;
  /** What was printed, line end included where it had one. */
  bytes: Buffer;
}

/** One look at what a container takes. */
export interface ContainerUsage {
  /** Cores, since the look before; null in the first. */
  cpu: number | null;
  memoryBytes: number;
  processes: number;
}

/**
 * A command that was run inside of a container. `exitCode`: 124 where it was given up on. `output` is the end of its stdout
 * and stderr, some kilobytes at most.
 */
export interface ExecResult {
  exitCode: number;
  output: string;
}

/** An image on this machine. */
export interface ImageFacts {
  /** `sha256:…` */
  id: string;
  hasHealthcheck: boolean;
  /** Ports that it says to listen on, as in `5432/tcp`. */
  exposed: string[];
  /** Destinations of the volumes that it declares. */
  volumes: string[];
  repoDigests: string[];
}

/**
 * An engine for containers, as the rest of Orchestra sees it: the only way to it. No method rejects because of the outside
 * world. What an engine refuses is a `Failure` with its words; one that cannot be asked is `docker-unreachable`, with what
 * to do about it.
 */
export interface Docker {
  /** Where it is, as a person would write it: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** Its version; the cheapest way to learn whether it answers. */
  version(): Promise<FailureOr<{ version: string; apiVersion: string; isLocal: boolean }>>;

  /** All that carry these labels, running or not. An empty value means: any. */
  list(labels: Record<string, string>): Promise<FailureOr<{ containers: ListedContainer[] }>>;
  /** Null: there is no such container. `container`: its id or name. */
  inspect(container: string): Promise<FailureOr<{ state: ContainerState | null }>>;
  create(plan: ContainerPlan): Promise<FailureOr<{ id: string }>>;
  start(container: string): Promise<FailureOr<object>>;
  /** One signal to its first process; to one that does not run, nothing happens. */
  signal(container: string, signal: string): Promise<FailureOr<object>>;
  pause(container: string): Promise<FailureOr<object>>;
  unpause(container: string): Promise<FailureOr<object>>;
  rename(container: string, name: string): Promise<FailureOr<object>>;
  /** By force; volumes stay. One that is not there is removed. */
  remove(container: string): Promise<FailureOr<object>>;

  /**
   * Runs a command inside to its end, or until the signal is aborted: then it comes to 124, and goes on inside, since Docker
   * cannot end it. The same command is not begun again while it does, and comes to 124 at once. One that is not in the image
   * comes to 126 or 127, and `output` names it.
   */
  exec(
    container: string,
    argv: readonly string[],
    options: { env?: Record<string, string>; signal?: AbortSignal },
  ): Promise<FailureOr<ExecResult>>;
  /** Runs a command inside to its end, joined to the caller's two ends. */
  attachExec(container: string, argv: readonly string[], ends: ExecEnds): Promise<FailureOr<{ exitCode: number }>>;
  /**
   * What it has printed from `since` on (Docker's time as text, that moment included; "" for all), and, where `follow`, what
   * it goes on to print, until it ends, the engine is gone or the signal is aborted. `onPiece` may return a promise, which
   * holds the stream back. Resolves at the end: with a failure where it was cut short.
   */
  logs(
    container: string,
    options: { since: string; follow: boolean; hasTty: boolean; signal: AbortSignal },
    onPiece: (piece: LogPiece) => void | Promise<void>,
  ): Promise<FailureOr<object>>;
  /** A look a second until the result is called. */
  watchUsage(container: string, listener: (usage: ContainerUsage) => void): () => void;

  /** Null: not on this machine. */
  image(reference: string): Promise<FailureOr<{ image: ImageFacts | null }>>;
  /** Fetches it, with the login that `docker login` left for its registry. `onProgress` hears at most ten times a second. */
  pull(
    reference: string,
    options: { signal: AbortSignal; onProgress: (layers: LayerProgress[]) => void },
  ): Promise<FailureOr<object>>;
  /** Makes an image of a tar with a Dockerfile in it, and destroys it. Needs no network where the Dockerfile needs none. */
  build(tag: string, tar: Readable | Buffer, labels: Record<string, string>): Promise<FailureOr<{ id: string }>>;
  images(
    labels: Record<string, string>,
  ): Promise<FailureOr<{ images: { id: string; tags: string[]; sizeBytes: number }[] }>>;
  removeImage(reference: string): Promise<FailureOr<object>>;

  /** Makes the network where it is not there. */
  ensureNetwork(name: string, labels: Record<string, string>): Promise<FailureOr<object>>;
  networks(
    labels: Record<string, string>,
  ): Promise<FailureOr<{ networks: { id: string; name: string; containers: number }[] }>>;
  removeNetwork(name: string): Promise<FailureOr<object>>;
  /** Makes the volume where it is not there. */
  ensureVolume(name: string, labels: Record<string, string>): Promise<FailureOr<object>>;
  volumes(
    labels: Record<string, string>,
  ): Promise<FailureOr<{ volumes: { name: string; labels: Record<string, string> }[] }>>;
  /** All containers that have the volume, running or not, whoever made them: while there are any it cannot be removed. */
  volumeUsers(name: string): Promise<FailureOr<{ containers: ListedContainer[] }>>;
  removeVolume(name: string): Promise<FailureOr<object>>;

  /**
   * Hears what happens to containers with this label until the result is called; begins with `connected` or `lost`. One
   * stream serves all that follow.
   */
  follow(label: string, listener: (event: DockerEvent) => void): () => void;
  /** Ends what is under way. */
  close(): void;
}
