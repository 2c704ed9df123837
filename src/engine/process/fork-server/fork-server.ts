import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { SharingEnvironment } from "../../../config/resolve-environment.ts";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import type { ExitStatus } from "../../../model/cause.ts";
import { forkServerGone } from "../../../model/failure.ts";
import { HeldProcess, type ProcessIdentity, readIdentity } from "../identity.ts";
import { markersFrom } from "../markers.ts";
import { processWatch } from "../process-watch.ts";
import type { SpawnedProcess, SpawnRequest, SpawnResult } from "../spawn-process.ts";
import type { ForkReply, ForkRequest } from "./protocol.ts";

/** How long the server may take to start a program, milliseconds. It is a fork; a machine that swaps takes seconds. */
const answerLimitMs = 30_000;

/** A process that was forked by a server that is gone shows its own environment after its exec, which takes this long at most. */
const untilExecMs = 100;

export interface ForkServerOptions {
  /** The server's program: a file that Node can run. */
  entry: string;
  /** Environment of the server itself; programs get nothing of it. */
  env: NodeJS.ProcessEnv;
  /** Notices the end of programs whose server is gone. */
  watchOrphan(held: HeldProcess): Promise<ExitStatus>;
}

/**
 * Starts programs by way of a small process of their own parent's; see fork-server-main.ts. A server that was killed
 * takes nothing with it: what it had started goes on, watched from outside, and the next spawn starts a new server.
 */
export class ForkServer {
  readonly #options: ForkServerOptions;
  #connection: Connection | null = null;
  #isClosed = false;
  readonly #gone = new Set<Promise<void>>();

  /** The server is started at once, so that it is there when the first program is to be. */
  constructor(options: ForkServerOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Resolves when the program runs, or it is known why not. Never rejects. */
  spawn(request: SpawnRequest): Promise<SpawnResult> {
    if (this.#isClosed) return Promise.resolve(failed(request, "ECANCELED", "the daemon is ending"));
    return (this.#connection ?? this.#connect()).spawn(request);
  }

  /** Ends the server, and leaves what it started running; resolves when it is gone, or only holds oneshots to their end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#connection?.close();
    await Promise.all(this.#gone);
  }

  #connect(): Connection {
    const connection = new Connection(this.#options);
    this.#connection = connection;
    this.#gone.add(connection.gone);
    void connection.gone.then(() => {
      this.#gone.delete(connection.gone);
      if (this.#connection === connection) this.#connection = null;
    });
    return connection;
  }
}

interface Pending {
  request: SpawnRequest;
  settle: (result: SpawnResult) => void;
}

/** One life of the server process. */
class Connection {
  readonly gone: Promise<void>;
  readonly #options: ForkServerOptions;
  readonly #server: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #children = new Map<number, ForkedProcess>();
  #lastId = 0;
  #shared: object | null = null;
  #cancelLimit: NodeJS.Timeout | null = null;

  constructor(options: ForkServerOptions) {
    this.#options = options;
    this.#server = spawn(
      process.execPath,
      ["--max-semi-space-size=1", "--disable-warning=ExperimentalWarning", options.entry],
      {
        env: options.env,
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const splitter = new NdjsonSplitter();
    this.#server.stdout?.on("data", (chunk: Buffer) => {
      for (const line of splitter.push(chunk)) this.#take(JSON.parse(line) as ForkReply);
    });
    // What cannot be written any more is told by its end.
    this.#server.stdin?.on("error", () => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    const end = (): void => {
      this.#abandon();
      resolve();
    };
    this.#server.once("error", end);
    this.#server.once("close", end);
    // One that holds oneshots lives on, and closes its side when it takes no requests any more.
    this.#server.stdout?.once("end", end);
    this.#unref();
  }

  spawn(request: SpawnRequest): Promise<SpawnResult> {
    const { promise, resolve } = Promise.withResolvers<SpawnResult>();
    const id = ++this.#lastId;
    this.#pending.set(id, { request, settle: resolve });
    const { isSharing, own, hidden } = this.#share(request.env);
    const { file, args, cwd, stdout, stderr, exitFile = null } = request;
    this.#send({ kind: "spawn", id, file, args, cwd, env: own, isSharing, hidden, stdout, stderr, exitFile });
    this.#limit();
    return promise;
  }

  close(): void {
    this.#server.stdin?.end();
  }

  /** An environment without what it shares; the server is told that first, where it does not know it yet. */
  #share(env: SharingEnvironment): { isSharing: boolean; own: Record<string, string>; hidden: string[] } {
    const prototype: unknown = Object.getPrototypeOf(env);
    const shared = prototype === null || prototype === Object.prototype ? null : (prototype as Record<string, string>);
    if (shared !== null && shared !== this.#shared) {
      this.#shared = shared;
      this.#send({ kind: "share", env: shared });
    }
    const own: Record<string, string> = {};
    const hidden: string[] = [];
    for (const name of Object.keys(env)) {
      const value = env[name];
      if (value === undefined) hidden.push(name);
      else own[name] = value;
    }
    return { isSharing: shared !== null, own, hidden };
  }

  #send(request: ForkRequest): void {
    (this.#server.stdin as Writable).write(`${JSON.stringify(request)}\n`);
  }

  #take(reply: ForkReply): void {
    if (reply.kind === "exited") {
      const child = this.#children.get(reply.pid);
      this.#children.delete(reply.pid);
      child?.end(reply.status, reply.ticks);
      return;
    }
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    this.#limit();
    if (reply.kind === "failed") pending?.settle({ ok: false, failure: reply.failure });
    else {
      const child = new ForkedProcess(reply.identity);
      this.#children.set(reply.identity.pid, child);
      pending?.settle({ ok: true, child });
    }
  }

  /** The event loop is kept by what is asked of the server, and not by the server. */
  #unref(): void {
    this.#server.unref();
    for (const stream of [this.#server.stdin, this.#server.stdout]) (stream as { unref?(): void } | null)?.unref?.();
  }

  /** A server that does not answer is stopped, or the machine is in great need: it is ended, and says so by that. */
  #limit(): void {
    if (this.#cancelLimit !== null) clearTimeout(this.#cancelLimit);
    this.#cancelLimit = this.#pending.size === 0 ? null : setTimeout(() => this.#server.kill("SIGKILL"), answerLimitMs);
  }

  #abandon(): void {
    if (this.#cancelLimit !== null) clearTimeout(this.#cancelLimit);
    for (const child of this.#children.values()) child.orphan((held) => this.#options.watchOrphan(held));
    this.#children.clear();
    if (this.#pending.size === 0) return;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    void this.#findForked(pending);
  }

  /** What was asked for last may have been forked, and nobody has told: it is known by its markers. */
  async #findForked(pending: readonly Pending[]): Promise<void> {
    await sleep(untilExecMs);
    const { table, marks } = processWatch.look({ isWhole: true, since: performance.now() });
    for (const { request, settle } of pending) {
      const markers = markersFrom(request.env);
      // It may have taken them off already; only its output goes to that file.
      const carriers = markers === null ? [] : [...marks.carriers(markers), ...marks.writers(request.stdout)];
      const leader = carriers.find((pid) => table.get(pid)?.sid === pid);
      const identity = leader === undefined ? null : readIdentity(leader);
      if (identity === null) {
        settle(failed(request, forkServerGone, "the daemon's fork server ended before it answered"));
        continue;
      }
      const child = new ForkedProcess(identity);
      child.orphan((held) => this.#options.watchOrphan(held));
      settle({ ok: true, child });
    }
  }
}

/** A child of the fork server: as certain as a child of ours, since it is also held. */
class ForkedProcess implements SpawnedProcess {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<ExitStatus>;
  exit: ExitStatus | null = null;
  exitTicks: number | null = null;
  readonly #held: HeldProcess | null;
  readonly #resolve: (status: ExitStatus) => void;

  constructor(identity: ProcessIdentity) {
    this.identity = identity;
    // Null where it has ended already; that is told in a moment.
    this.#held = HeldProcess.hold(identity);
    const { promise, resolve } = Promise.withResolvers<ExitStatus>();
    this.exited = promise;
    this.#resolve = resolve;
  }

  get isCertain(): boolean {
    return this.exit === null && this.#held?.isAlive() === true;
  }

  end(status: ExitStatus, ticks: number): void {
    this.#held?.close();
    this.exitTicks = ticks;
    this.exit = status;
    this.#resolve(status);
  }

  /** Nobody is left to tell how it ends; that it does is still seen. */
  orphan(watch: (held: HeldProcess) => Promise<ExitStatus>): void {
    const held = this.#held;
    const ended = held === null ? Promise.resolve<ExitStatus>({ kind: "unknown" }) : watch(held);
    void ended.then((status) => this.end(status, held?.lastAliveTicks ?? 0));
  }
}

function failed({ file }: SpawnRequest, errno: string, message: string): SpawnResult {
  const hint = "start it again; orchestra daemon logs may say more";
  return { ok: false, failure: { kind: "spawn-failed", file, errno, message, hint } };
}
