import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { messageOf } from "../lib/message-of.ts";
import { forgetAllocator } from "./allocator.ts";
import { readDaemonFile, removeDaemonFile, writeDaemonFile } from "./daemon-file.ts";
import { DaemonLog } from "./daemon-log.ts";
import type { OpenEngine } from "./engine-handle.ts";
import { HttpServer } from "./http-server.ts";
import { isListening } from "./is-listening.ts";
import type { LaunchOptions } from "./launch-daemon.ts";
import { DaemonLock } from "./lock.ts";
import { paths } from "./paths.ts";
import { protocolVersion } from "./protocol.ts";
import { prepareSocketDir, socketPathOf } from "./socket-path.ts";
import { prepareStateDir } from "./state-dir.ts";
import { WatchdogKeeper } from "./watchdog-keeper.ts";

/** How long a daemon waits for one before it to give the lock up, or to listen. */
const handOverLimitMs = 10_000;

export interface DaemonOptions {
  /** Real path of the fleet's root. */
  root: string;
  version: string;
  openEngine: OpenEngine;
  /** How to make another daemon like this one; without it nobody watches over what hangs on a lease. */
  launch?: Pick<LaunchOptions, "daemonEntry" | "nodePath">;
  /** A watchdog has made it. If it meets a bug of ours no other one follows, which would meet it too. */
  isAfterDeath?: boolean;
}

/**
 * The life of the fleet's one daemon, from the lock to its release; resolves with the process's exit code:
 * 0 when it was stopped or released, or when another daemon is there already; 70 after a bug of ours, with the report in
 * daemon.log and the services left running for the next daemon. Owns the process: installs its signal handlers.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { root } = options;
  // The terminal that it was started from may close, and an Orchestra inside a service is a fleet of its own.
  process.on("SIGHUP", () => {});
  for (const name of Object.keys(process.env)) if (name.startsWith("ORCHESTRA_")) delete process.env[name];
  forgetAllocator(process.env);

  try {
    prepareStateDir(root);
    const socket = socketPathOf(root);
    prepareSocketDir(dirname(socket));
    const lock = await lockOrDefer(root, socket);
    if (lock === null) return exitCodes.ok;
    // After the lock: two processes must not rotate the log at once.
    const log = new DaemonLog(paths.daemonLog(root));
    try {
      return await holdLock({ ...options, socket, log });
    } finally {
      log.close();
      lock.release();
    }
  } catch (error) {
    // Stderr is daemon.log; whoever launched this process shows its end.
    console.error(error instanceof Abort ? describeAbort(error) : error);
    return error instanceof Abort ? error.exitCode : exitCodes.bug;
  }
}

/** The lock; or null once another daemon is there to talk to. Waits for one that is about to end. */
async function lockOrDefer(root: string, socket: string): Promise<DaemonLock | null> {
  const deadline = Date.now() + handOverLimitMs;
  while (true) {
    const lock = takeLock(root);
    if (lock !== null) {
      // Somebody removed `.orchestra`, and the lock with it, under a living daemon.
      if (!(await isListening(socket))) return lock;
      lock.release();
      return null;
    }
    const owner = readDaemonFile(root);
    if (owner !== null && (await isListening(owner.socket))) return null;
    if (Date.now() > deadline) {
      const limit = `${handOverLimitMs / 1000}s`;
      throw new Abort(
        exitCodes.unreachable,
        `another daemon holds ${paths.lockFile(root)} but did not listen within ${limit}`,
      );
    }
    await sleep(10);
  }
}

function takeLock(root: string): DaemonLock | null {
  const file = paths.lockFile(root);
  try {
    return DaemonLock.take(file);
  } catch (error) {
    const message = messageOf(error);
    throw new Abort(
      exitCodes.unreachable,
      `cannot lock ${file}: ${message}`,
      `where no daemon runs, remove it: rm ${file}`,
    );
  }
}

/** What made the daemon end. `bug`: its report is written already. */
type End = "stopped" | "released" | "bug";

async function holdLock(options: DaemonOptions & { socket: string; log: DaemonLog }): Promise<number> {
  const { root, version, socket, log } = options;
  const startedAt = Date.now();
  const end = Promise.withResolvers<End>();
  const watchdog =
    options.launch === undefined
      ? null
      : new WatchdogKeeper(root, { ...options.launch, env: process.env }, (line) => log.write(line));
  const asked = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => asked.resolve(signal));
  process.on("uncaughtException", (error) => {
    log.write(report(error, version));
    end.resolve("bug");
  });

  const serve = async (): Promise<HttpServer> => {
    const engine = await options.openEngine({
      root,
      stateDir: paths.stateDir(root),
      version,
      log: (line) => log.write(line),
      onWatchdogNeed: (isNeeded) => watchdog?.need(isNeeded),
    });
    // We hold the lock, so whatever is left there is nobody's.
    rmSync(socket, { force: true });
    const { id } = await engine.snapshot();
    const server = await HttpServer.listen({
      engine,
      socket,
      version,
      hello: () => ({
        version,
        protocol: protocolVersion,
        pid: process.pid,
        fleet: id,
        root,
        socket,
        startedAt,
        rssBytes: process.memoryUsage.rss(),
      }),
      stop: async () => {
        await engine.down({ kind: "user", verb: "daemon stop", origin: "cli" });
        end.resolve("stopped");
      },
      release: async () => {
        await engine.release();
        end.resolve("released");
      },
      log: (line) => log.write(line),
    });
    writeDaemonFile(root, { pid: process.pid, version, socket, startedAt, protocol: protocolVersion });
    log.write(`daemon ${version} (pid ${process.pid}) serves ${root} on ${socket}`);
    engine.ended.then(() => end.resolve("stopped"), end.reject);
    void asked.promise.then(async (signal) => {
      log.write(`${signal}: stopping everything`);
      await engine.down({ kind: "daemon", what: "stop" });
      end.resolve("stopped");
    });
    return server;
  };

  try {
    const serving = serve();
    // An engine that cannot be opened is the end as well.
    serving.catch(end.reject);
    const outcome = await end.promise;
    if (outcome === "bug") return exitCodes.bug;
    watchdog?.need(false);
    const server = await serving;
    await server.close(outcome === "released" ? "the daemon is being replaced" : "the fleet was taken down");
    log.write(`daemon (pid ${process.pid}) ends: ${outcome}`);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof Abort) {
      log.write(describeAbort(error));
      return error.exitCode;
    }
    log.write(report(error, version));
    return exitCodes.bug;
  } finally {
    if (options.isAfterDeath === true) watchdog?.need(false);
    rmSync(socket, { force: true });
    removeDaemonFile(root, process.pid);
  }
}

function describeAbort(abort: Abort): string {
  return abort.hint === null ? abort.message : `${abort.message}\n  ${abort.hint}`;
}

function report(error: unknown, version: string): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    "a bug in Orchestra ended the daemon; services keep running and the next daemon takes them over",
    `version ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    what,
  ].join("\n");
}
