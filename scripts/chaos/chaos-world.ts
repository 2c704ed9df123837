import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { ensureDaemon } from "../../src/daemon/ensure-daemon.ts";
import { paths } from "../../src/daemon/paths.ts";
import type { RemoteClient } from "../../src/daemon/remote-client.ts";
import { Census } from "./census.ts";
import { type ChaosService, chaosConfig, chaosServices } from "./chaos-fleet.ts";

const repository = resolve(import.meta.dirname, "../..");
/** Of the file system that is filled: enough for logs and state. */
const diskSize = "12m";

/**
 * A fleet of its own in a temporary folder: with its own home and runtime folder, a copy of the built program that no
 * build replaces meanwhile, and where the system permits it a small file system of its own that may be filled.
 */
export class ChaosWorld {
  readonly base: string;
  readonly root: string;
  /** Where programs note what they do: never on the disk that is filled. */
  readonly notes: string;
  readonly services: ChaosService[];
  readonly hasOwnDisk: boolean;
  readonly census: Census;
  /** What a person's shell would give to those it starts. */
  readonly env: Record<string, string>;
  readonly #version: string;
  readonly #program: string;

  /** @param options `dist`: the built program; `without`: services that are left out */
  static async make(options: { isSmall: boolean; dist: string; without: readonly string[] }): Promise<ChaosWorld> {
    const services = chaosServices({ isSmall: options.isSmall, port: await freePort() });
    return new ChaosWorld(
      services.filter((s) => !options.without.includes(s.name)),
      options.dist,
    );
  }

  private constructor(services: ChaosService[], dist: string) {
    this.base = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-chaos-")));
    this.root = join(this.base, "fleet");
    this.notes = join(this.base, "notes");
    this.#program = join(this.base, "program");
    this.services = services;
    const home = join(this.base, "home");
    const run = join(this.base, "run");
    for (const folder of [this.root, this.notes, this.#program, home, run]) mkdirSync(folder, { mode: 0o700 });
    this.hasOwnDisk = mountDisk(this.root);
    this.#version = versionOf(repository);
    cpSync(dist, this.#program, {
      recursive: true,
      filter: (file) => !file.includes(".compile-cache"),
    });
    for (const { name } of services) mkdirSync(join(this.root, name));
    writeFileSync(join(this.root, "orchestra.yml"), chaosConfig(services, this.notes));
    const { PATH = "/usr/bin:/bin" } = process.env;
    this.env = {
      PATH: `${dirname(process.execPath)}:${PATH}`,
      HOME: home,
      TMPDIR: tmpdir(),
      XDG_RUNTIME_DIR: run,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_STATE_HOME: join(home, ".local/state"),
    };
    // Where the client looks for the daemon's socket.
    process.env.XDG_RUNTIME_DIR = run;
    this.census = new Census({
      fleet: fleetIdOf(this.root),
      root: this.root,
      notes: this.notes,
      daemonEntry: join(this.#program, "daemon.js"),
      forkServerEntry: join(this.#program, "fork-server.js"),
    });
  }

  /** A client of the fleet's daemon, which is started where there is none. */
  async connect(): Promise<RemoteClient> {
    const { client } = await ensureDaemon(this.root, {
      daemonEntry: join(this.#program, "daemon.js"),
      nodePath: process.execPath,
      env: this.env,
      version: this.#version,
    });
    return client;
  }

  /** The complete lines of a generation's log; none where there is no log. */
  logLines(service: string, replica: number, generation: number): string[] {
    const file = join(paths.stateDir(this.root), "logs", service, String(replica), `${generation}.log`);
    try {
      return readFileSync(file, "utf8").split("\n").slice(0, -1);
    } catch {
      return [];
    }
  }

  stateText(): string {
    return readFileSync(join(paths.stateDir(this.root), "state.json"), "utf8");
  }

  /** The newest lines of what the daemons said. */
  daemonLog(): string[] {
    const folder = paths.stateDir(this.root);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.startsWith("daemon.log"))
      .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
      .slice(-20);
  }

  remove(): void {
    if (this.hasOwnDisk) succeeds("umount", ["--lazy", this.root]);
    rmSync(this.base, { recursive: true, force: true, maxRetries: 5 });
  }
}

function mountDisk(folder: string): boolean {
  if (process.getuid?.() !== 0) return false;
  return succeeds("mount", ["-t", "tmpfs", "-o", `size=${diskSize},mode=0700`, "tmpfs", folder]);
}

function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

function freePort(): Promise<number> {
  const { promise, resolve: found, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
}
