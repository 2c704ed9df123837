import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { readMarkers } from "../../src/engine/process/markers.ts";
import { findPortHolder } from "../../src/engine/process/port-holder.ts";
import { isGone } from "../../src/engine/process/process-info.ts";
import { readProcessTable } from "../../src/engine/process/process-table.ts";
import type { Subscription, Update } from "../../src/model/client.ts";
import type { Command, CommandReply, CommandRequest } from "../../src/model/command.ts";
import type { EngineEvent, StampedEvent } from "../../src/model/event.ts";
import { parseUnitId } from "../../src/model/ids.ts";
import type { LogLine } from "../../src/model/log.ts";
import { type Phase, pidOf, type ReplicaSnapshot } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import { applyEvent, type FleetSnapshot } from "../../src/model/snapshot.ts";
import { removeFleet } from "./docker/remove-fleet.ts";
import { aliveWithMarker, programCommand, tempFolder } from "./processes.ts";

/** Node runs it as it stands. */
export const forkServerProgram = join(import.meta.dirname, "../../src/engine/process/fork-server/fork-server-main.ts");

/** A program of fixtures/programs as a command line for `run:`, fit for a plain YAML scalar. */
export function program(name: string): string {
  const { file, args } = programCommand(name);
  return [file, ...args].join(" ");
}

type Kind<K extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: K }>;

/**
 * An engine on a fleet of the test's own, with real processes. When the test is finished everything is taken down, and
 * the test fails if a process of the fleet or a port is left, or if two generations of a unit ever lived at once.
 */
export class TestEngine {
  readonly root: string;
  /** Every event so far, of all engines that were opened on this fleet. */
  readonly events: StampedEvent[] = [];
  /** What the engine would have written to the daemon's log. */
  readonly logged: string[] = [];
  /** The environment that commands carry unless told otherwise. */
  readonly callerEnv: Record<string, string>;
  /** For the next engine that is opened. */
  hookPatienceMs: number | null = null;
  #engine: Engine | null = null;
  #snapshot: FleetSnapshot | null = null;
  #subscription: Subscription | null = null;
  readonly #waiting = new Set<() => void>();
  readonly #overlaps: string[] = [];
  readonly #ports = new Set<number>();
  readonly #dockerHost: string | null;
  #commands = 0;
  #isFinished = false;

  private constructor(root: string, dockerHost: string | null) {
    this.root = root;
    this.#dockerHost = dockerHost;
    const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
    // Go's caches stay where they are: a cold one costs half a minute.
    const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
    const go = { GOCACHE: join(caches, "go-build"), GOPATH: join(homedir(), "go") };
    this.callerEnv = { PATH: path, HOME: root, TEST_FLEET: root, ...go };
  }

  /** Writes `files` (path in the fleet → contents) and orchestra.yml, and opens an engine on them. */
  static async open(
    orchestraYml: string,
    files: Record<string, string> = {},
    { dockerHost = null }: { dockerHost?: string | null } = {},
  ): Promise<TestEngine> {
    const fleet = new TestEngine(tempFolder(), dockerHost);
    onTestFinished(() => fleet.#finish(), 30_000);
    // What a test edits is taken up when the test says so, unless it is about that.
    fleet.write("orchestra.yml", /^rerun:/m.test(orchestraYml) ? orchestraYml : `${orchestraYml}\nrerun: false\n`);
    for (const [file, contents] of Object.entries(files)) fleet.write(file, contents);
    mkdirSync(fleet.path(".orchestra"), { recursive: true, mode: 0o700 });
    await fleet.openEngine();
    return fleet;
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error("no engine is open");
    return this.#engine;
  }

  get snapshot(): FleetSnapshot {
    if (this.#snapshot === null) throw new Error("no engine was opened");
    return this.#snapshot;
  }

  path(file: string): string {
    return join(this.root, file);
  }

  write(file: string, contents: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), contents);
  }

  /** Opens an engine where there is none, as a new daemon does. */
  async openEngine(): Promise<void> {
    // A test that ran into its limit goes on behind its own back, and what it started now nobody would end.
    if (this.#isFinished) throw new Error("the test is over");
    this.#engine = await Engine.open({
      root: this.root,
      stateDir: this.path(".orchestra"),
      version: "test",
      log: (line) => this.logged.push(line),
      forkServer: forkServerProgram,
      // No test finds the machine's own engine by accident.
      dockerHost: this.#dockerHost ?? `unix://${this.path(".no-docker.sock")}`,
      ...(this.hookPatienceMs !== null && { hookPatienceMs: this.hookPatienceMs }),
    });
    this.#subscription = this.#engine.subscribe((update) => this.#take(update));
  }

  /** Hands over: the engine lets go of all that runs. */
  async release(): Promise<void> {
    const { engine } = this;
    this.#leave();
    await engine.release();
  }

  /** Takes the fleet down and closes the engine. */
  async down(): Promise<void> {
    const { engine } = this;
    await engine.down({ kind: "daemon", what: "stop" });
    this.#leave();
  }

  /** Looks on no longer, so that the engine has one subscriber less; `until` is of no use after this. */
  stopWatching(): void {
    this.#leave();
  }

  service(name: string): ServiceSnapshot {
    const service = this.snapshot.services.find((s) => s.name === name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  }

  /** The replica as it is now; throws where there is none. */
  replica(unit: string): ReplicaSnapshot {
    const replica = this.findReplica(unit);
    if (replica === undefined) throw new Error(`there is no replica ${unit}`);
    return replica;
  }

  findReplica(unit: string): ReplicaSnapshot | undefined {
    return this.snapshot.services.flatMap((s) => s.replicas).find((r) => r.id === unit);
  }

  phase(unit: string): Phase | undefined {
    return this.findReplica(unit)?.state.phase;
  }

  pid(unit: string): number {
    const pid = pidOf(this.replica(unit).state);
    if (pid === null) throw new Error(`${unit} has no process`);
    return pid;
  }

  port(unit: string): number {
    const port = Object.values(this.replica(unit).ports)[0];
    if (port === undefined) throw new Error(`${unit} has no port`);
    return port;
  }

  /** Pids of all processes that carry the fleet's marker. */
  processes(): number[] {
    return aliveWithMarker(this.snapshot.id);
  }

  /** Sends a command as the CLI would. */
  send(command: Command, request: Partial<Omit<CommandRequest, "command">> = {}): Promise<CommandReply> {
    this.#commands++;
    const commandId = `command-${this.#commands}`;
    return this.engine.send({
      command,
      origin: "cli",
      callerEnv: this.callerEnv,
      lease: null,
      commandId,
      ...request,
    });
  }

  /** Starts by names (nothing: all); the command must be accepted. */
  async start(...names: string[]): Promise<void> {
    await this.#accepted({ kind: "start", select: { names, except: [] }, noDeps: false, overrides: {} });
  }

  async stop(...names: string[]): Promise<void> {
    await this.#accepted({ kind: "stop", select: { names, except: [] } });
  }

  async kill(...names: string[]): Promise<void> {
    await this.#accepted({ kind: "kill", select: { names, except: [] } });
  }

  async restart(...names: string[]): Promise<void> {
    await this.#accepted({ kind: "restart", select: { names, except: [] }, noDeps: false, overrides: {} });
  }

  async build(...names: string[]): Promise<void> {
    await this.#accepted({ kind: "build", select: { names, except: [] } });
  }

  async scale(service: string, to: number): Promise<void> {
    await this.#accepted({ kind: "scale", service, change: { to } });
  }

  /** Waits until the condition holds; it is asked after every event, and never by a clock. */
  async until(what: string, condition: () => boolean, limitMs = 15_000): Promise<void> {
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      try {
        if (condition()) resolve();
      } catch (error) {
        reject(error);
      }
    };
    const timer = setTimeout(() => reject(new Error(this.#explain(what, limitMs))), limitMs);
    this.#waiting.add(check);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  /** Waits until all of these units are in this phase. */
  untilPhase(phase: Phase, ...units: string[]): Promise<void> {
    return this.until(`${units.join(", ")} ${phase}`, () => units.every((unit) => this.phase(unit) === phase));
  }

  /** Waits until a unit is ready in this generation, or a later one. */
  untilGeneration(unit: string, generation: number): Promise<void> {
    return this.until(`${unit} ready in generation ${generation}`, () => {
      const replica = this.findReplica(unit);
      return replica?.state.phase === "ready" && replica.generation >= generation;
    });
  }

  /** Waits until a unit's process of this generation runs, ready or not. */
  untilForked(unit: string, generation = 1): Promise<void> {
    return this.until(`${unit} forked in generation ${generation}`, () => {
      const replica = this.findReplica(unit);
      return replica !== undefined && replica.generation === generation && pidOf(replica.state) !== null;
    });
  }

  /** All events of one kind so far. */
  eventsOf<K extends EngineEvent["kind"]>(kind: K): Kind<K>[] {
    return this.events.map(({ event }) => event).filter((event): event is Kind<K> => event.kind === kind);
  }

  /** The phases that a unit went through, in order; two generations in the same phase are told apart. */
  trail(unit: string): Phase[] {
    const phases: Phase[] = [];
    let last = "";
    for (const { replica } of this.eventsOf("replicaChanged")) {
      if (replica.id !== unit) continue;
      const key = `${replica.state.phase} ${replica.generation}`;
      if (key !== last) phases.push(replica.state.phase);
      last = key;
    }
    return phases;
  }

  /** `phase unit` of each change of phase of any unit, in order; of these phases only. */
  history(...phases: Phase[]): string[] {
    return this.eventsOf("replicaChanged")
      .filter(({ replica, from }) => replica.state.phase !== from && phases.includes(replica.state.phase))
      .map(({ replica }) => `${replica.state.phase} ${replica.id}`);
  }

  /** All that a unit's generations have written, as the files hold it. */
  output(unit: string): string {
    const { name, index } = parseUnitId(unit);
    const folder = this.path(`.orchestra/logs/${name}/${index}`);
    const files = listFolder(folder).filter((file) => file.endsWith(".log"));
    const numbered = files.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    return numbered.map((file) => readFileSync(join(folder, file), "utf8")).join("");
  }

  /** All lines of a unit that the engine's logs have, separators included. */
  async lines(unit: string): Promise<LogLine[]> {
    const page = await this.engine.readLogs({ units: [unit], from: "start", direction: "forward", limit: 5_000 });
    return page.lines;
  }

  #take(update: Update): void {
    if (update.kind === "snapshot") this.#snapshot = update.snapshot;
    if (update.kind === "events") {
      for (const stamped of update.events) {
        this.#snapshot = applyEvent(this.snapshot, stamped);
        this.events.push(stamped);
        if (stamped.event.kind === "replicaChanged") this.#inspect(stamped.event.replica);
      }
    }
    for (const check of this.#waiting) check();
  }

  /** At the moment of a fork no process of an earlier generation may live. */
  #inspect({ id, service, index, generation, state, ports }: ReplicaSnapshot): void {
    for (const port of Object.values(ports)) this.#ports.add(port);
    if (state.phase !== "starting" || state.pid === null) return;
    for (const process of readProcessTable()) {
      if (isGone(process)) continue;
      const markers = readMarkers(process.pid);
      if (markers === null || markers.fleet !== this.snapshot.id) continue;
      if (markers.service !== service || markers.replica !== index || markers.generation >= generation) continue;
      this.#overlaps.push(
        `${process.pid} of generation ${markers.generation} of ${id} lived when ${generation} started`,
      );
    }
  }

  async #accepted(command: Command): Promise<void> {
    const reply = await this.send(command);
    if (!reply.ok) throw new Error(`${command.kind} was refused: ${reply.error.message}`);
  }

  #leave(): void {
    this.#subscription?.close();
    this.#subscription = null;
    this.#engine = null;
  }

  #explain(what: string, limitMs: number): string {
    const replicas = this.snapshot.services.flatMap((s) => s.replicas);
    const units = replicas.map(
      (r) => `${r.id} ${r.generation} ${JSON.stringify(r.state)}: ${this.trail(r.id).join(" ")}`,
    );
    return `still not so after ${limitMs} ms: ${what}\n${units.join("\n")}`;
  }

  async #finish(): Promise<void> {
    this.#isFinished = true;
    if (this.#engine !== null) await this.down();
    if (this.#dockerHost !== null) await removeFleet(this.#dockerHost, this.snapshot.id);
    const left = this.processes();
    const held = [...this.#ports].flatMap((port) => {
      const holder = findPortHolder(port, this.snapshot.id);
      return holder === null || holder.pid === process.pid ? [] : [`${port} by ${holder.pid} ${holder.command}`];
    });
    if (left.length > 0) throw new Error(`these processes outlived the fleet: ${left.join(", ")}`);
    if (held.length > 0) throw new Error(`these ports are still taken: ${held.join("; ")}`);
    if (this.#overlaps.length > 0) throw new Error(`two generations at once: ${this.#overlaps.join("; ")}`);
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
