import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { endDaemon } from "../../src/daemon/daemon-control.ts";
import { readDaemonFile } from "../../src/daemon/daemon-file.ts";
import { ensureDaemon } from "../../src/daemon/ensure-daemon.ts";
import type { RemoteClient } from "../../src/daemon/remote-client.ts";
import type { Command } from "../../src/model/command.ts";
import { type Phase, pidOf, type ReplicaSnapshot } from "../../src/model/replica.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import { aliveWithMarker, isAlive, tempFolder } from "../helpers/processes.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const checkout = resolve(import.meta.dirname, "../..");
const daemonEntry = join(checkout, "dist/daemon.js");
const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
/** Replacing a daemon is the start of a program, which takes its time on a machine that is busy with others. */
const patienceMs = 30_000;

/** A fleet with real daemons that a test may kill; whoever asks next gets a new one. */
export class MortalFleet {
  readonly root = tempFolder();
  readonly #moreEnv: Record<string, string>;
  #commands = 0;

  /** `moreEnv`: what its daemons and commands have in their environment besides the usual. */
  constructor(orchestraYml: string, moreEnv: Record<string, string> = {}) {
    this.#moreEnv = moreEnv;
    writeFileSync(this.path("orchestra.yml"), orchestraYml);
    mkdirSync(this.path("run"), { mode: 0o700 });
  }

  path(file: string): string {
    return join(this.root, file);
  }

  get env(): Record<string, string> {
    return {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
      HOME: this.root,
      XDG_RUNTIME_DIR: this.path("run"),
      ...this.#moreEnv,
    };
  }

  /** SIGKILL to the daemon that there is; resolves in the same turn, so nothing happens in between. */
  kill(): void {
    const pid = this.daemonPid();
    if (pid !== null) process.kill(pid, "SIGKILL");
  }

  /** Of the daemon that lives; null where none does. */
  daemonPid(): number | null {
    const pid = readDaemonFile(this.root)?.pid ?? null;
    return pid !== null && isAlive(pid) ? pid : null;
  }

  /** The fork server of the daemon that lives. */
  forkServer(): number {
    const daemon = this.daemonPid() ?? -1;
    for (const pid of childrenOf(daemon)) {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("fork-server")) return pid;
    }
    throw new Error("there is no fork server");
  }

  start(...names: string[]): Promise<void> {
    return this.send({ kind: "start", select: { names, except: [] }, noDeps: false, overrides: {} });
  }

  stop(...names: string[]): Promise<void> {
    return this.send({ kind: "stop", select: { names, except: [] } });
  }

  scale(service: string, to: number): Promise<void> {
    return this.send({ kind: "scale", service, change: { to } });
  }

  /** Rejects where the daemon died before its reply, or refused. */
  async send(command: Command, lease: string | null = null): Promise<void> {
    await this.with(async (client) => {
      this.#commands++;
      const commandId = `command-${this.#commands}`;
      const reply = await client.send({ command, origin: "cli", callerEnv: this.env, lease, commandId });
      if (!reply.ok) throw new Error(reply.error.message);
    });
  }

  snapshot(): Promise<FleetSnapshot> {
    return this.with((client) => client.snapshot());
  }

  async replica(unit: string): Promise<ReplicaSnapshot> {
    const replica = replicasOf(await this.snapshot()).find((r) => r.id === unit);
    if (replica === undefined) throw new Error(`there is no replica ${unit}`);
    return replica;
  }

  /** Of the unit's process, once the daemon knows it. */
  pidOf(unit: string): Promise<number> {
    return waitUntil(`${unit} has a process`, async () => pidOf((await this.replica(unit)).state));
  }

  /** Asks the daemon again and again; one that was killed is replaced by that. */
  async until(what: string, condition: (snapshot: FleetSnapshot) => boolean): Promise<void> {
    let last: FleetSnapshot | null = null;
    await waitUntil(
      what,
      async () => {
        last = await this.snapshot().catch(() => null);
        return last !== null && condition(last);
      },
      patienceMs,
    ).catch((error: unknown) => {
      const units =
        last === null ? [] : replicasOf(last).map((r) => `${r.id} ${r.generation} ${JSON.stringify(r.state)}`);
      throw new Error(`${String(error)}\n${units.join("\n")}`);
    });
  }

  untilPhase(phase: Phase, ...units: string[]): Promise<void> {
    return this.until(`${units.join(", ")} ${phase}`, (snapshot) =>
      units.every((unit) => replicasOf(snapshot).find((r) => r.id === unit)?.state.phase === phase),
    );
  }

  /** Pids of all processes that carry the fleet's marker. */
  processes(): number[] {
    return aliveWithMarker(fleetIdOf(this.root));
  }

  /** Takes the fleet down, however it was left. */
  async end(): Promise<void> {
    await this.with(async () => {});
    await endDaemon(this.root, "stop");
  }

  async with<T>(work: (client: RemoteClient) => Promise<T>): Promise<T> {
    const { client } = await ensureDaemon(this.root, {
      daemonEntry,
      nodePath: process.execPath,
      env: this.env,
      version,
    });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
}

function replicasOf(snapshot: FleetSnapshot): ReplicaSnapshot[] {
  return snapshot.services.flatMap((s) => s.replicas);
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return (
          Number.isInteger(pid) && new RegExp(`\\) \\S ${parent} `).test(readFileSync(`/proc/${pid}/stat`, "utf8"))
        );
      } catch {
        return false;
      }
    });
}
