import { linkSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeDaemonFile } from "../../src/daemon/daemon-file.ts";
import { HttpServer } from "../../src/daemon/http-server.ts";
import { paths } from "../../src/daemon/paths.ts";
import { protocolVersion } from "../../src/daemon/protocol.ts";
import { RemoteClient } from "../../src/daemon/remote-client.ts";
import { version as ownVersion } from "../../src/lib/version.ts";
import type { Update } from "../../src/model/client.ts";
import { FakeEngine } from "./fake-engine.ts";

/** A fleet's root of its own with a `.orchestra`, removed when the test is finished. */
export function tempRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "orchestra-wire-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(paths.stateDir(root), { mode: 0o700 });
  return root;
}

/** A server and the engine behind it; `log` is what it told the daemon's log. */
export interface WireFixture {
  root: string;
  engine: FakeEngine;
  server: HttpServer;
  socket: string;
  log: string[];
}

/** Serves a fake engine as the daemon of `root`, in this process, and writes its daemon.json. */
export async function serveFake(root: string, options: { version?: string; name?: string } = {}): Promise<WireFixture> {
  const version = options.version ?? ownVersion;
  const engine = new FakeEngine(root, version);
  const socket = join(root, `${options.name ?? "a"}.sock`);
  const log: string[] = [];
  const server = await HttpServer.listen({
    engine,
    socket,
    version,
    hello: () => ({
      version,
      protocol: protocolVersion,
      pid: process.pid,
      fleet: "0123456789abcdef",
      root,
      socket,
      startedAt: Date.now() - 1000,
      rssBytes: 1,
    }),
    stop: () => engine.down({ kind: "user", verb: "daemon stop", origin: "cli" }),
    release: () => engine.release(),
    log: (line) => log.push(line),
  });
  onTestFinished(() => server.close("the test is over"));
  writeDaemonFile(root, { pid: process.pid, version, socket, startedAt: Date.now(), protocol: protocolVersion });
  return { root, engine, server, socket, log };
}

/** A client of `root` that is closed when the test is finished. */
export function clientOf(root: string, options: { version?: string } = {}): RemoteClient {
  const client = new RemoteClient(root, options);
  onTestFinished(() => client.close());
  return client;
}

/** Everything a subscriber is told, in short: `snapshot 3`, `events 4-6`, `disconnected`. */
export class Recorder {
  readonly updates: Update[] = [];

  readonly listener = (update: Update): void => {
    this.updates.push(update);
  };

  get kinds(): string[] {
    return this.updates.map((update) => {
      if (update.kind === "snapshot") return `snapshot ${update.snapshot.revision}`;
      if (update.kind === "events") return `events ${update.events[0]?.revision}-${update.events.at(-1)?.revision}`;
      return update.kind;
    });
  }

  /** The revision that the last update brought the subscriber to; null after a loss. Throws where one does not follow. */
  get revision(): number | null {
    let revision: number | null = null;
    for (const update of this.updates) {
      if (update.kind === "disconnected") revision = null;
      else if (update.kind === "snapshot") revision = update.snapshot.revision;
      else {
        for (const event of update.events) {
          if (revision === null || event.revision !== revision + 1) {
            throw new Error(`event ${event.revision} after revision ${revision}: ${this.kinds.join(", ")}`);
          }
          revision = event.revision;
        }
      }
    }
    return revision;
  }
}

/** Leaves a socket file behind that nobody listens on, as a killed daemon does. */
export async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve));
  linkSync(`${path}.live`, path);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(`${path}.live`, { force: true });
}
