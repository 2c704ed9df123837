import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endDaemon } from "../../src/daemon/daemon-control.ts";
import { readDaemonFile } from "../../src/daemon/daemon-file.ts";
import { paths } from "../../src/daemon/paths.ts";
import type { RemoteClient } from "../../src/daemon/remote-client.ts";
import type { Subscription } from "../../src/model/client.ts";
import type { Command } from "../../src/model/command.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import { describeResident, livesOn, type Resident } from "./census.ts";
import { ChaosFailure } from "./chaos-failure.ts";
import { filler, oneshot, withDependencies } from "./chaos-fleet.ts";
import type { ChaosWorld } from "./chaos-world.ts";
import { replicasOf } from "./checks/processes.ts";
import type { AskedRuns } from "./checks/runs.ts";
import { violations } from "./checks/violation.ts";
import { RestChecks } from "./rest-checks.ts";
import { describeCommand, describeStep, type Step, startOf } from "./round-plan.ts";
import { signalResident } from "./signal-resident.ts";
import type { Timeline } from "./timeline.ts";
import { unrestOf } from "./unrest.ts";
import { type Fate, WishBook } from "./wish-book.ts";

/** How often the process table is looked at. */
const lookEveryMs = 25;
/** A wait for happenings ends after this, where nothing happens. */
const happeningLimitMs = 1_500;
const restLimitMs = 60_000;
/** What is true at rest may take this long to show everywhere: in state.json, in the process table. */
const truthLimitMs = 10_000;
const downLimitMs = 20_000;
const replyLimitMs = 30_000;

/** What was done to the fleet so far. */
export interface ChaosCounts {
  commands: number;
  daemonKills: number;
  handOvers: number;
  forkServerKills: number;
  processKills: number;
  fullDisks: number;
}

/** One fleet that is mistreated round after round. Each method throws a ChaosFailure where a promise is broken. */
export class ChaosRun {
  readonly counts: ChaosCounts = {
    commands: 0,
    daemonKills: 0,
    handOvers: 0,
    forkServerKills: 0,
    processKills: 0,
    fullDisks: 0,
  };
  readonly #world: ChaosWorld;
  readonly #timeline: Timeline;
  readonly #client: RemoteClient;
  readonly #subscription: Subscription;
  readonly #wishes: WishBook;
  readonly #checks: RestChecks;
  readonly #asked: AskedRuns = { certain: 0, uncertain: 0 };
  #events = 0;
  #isDaemonDead = false;
  #isDiskFull = false;
  #inFlight: Promise<void> = Promise.resolve();
  #onHappening: (() => void) | null = null;
  #isOver = false;
  #looking: Promise<void> = Promise.resolve();

  /** A fleet of which nothing runs yet. */
  static async begin(world: ChaosWorld, timeline: Timeline): Promise<ChaosRun> {
    const client = await world.connect();
    return new ChaosRun(world, timeline, client, await client.snapshot());
  }

  private constructor(world: ChaosWorld, timeline: Timeline, client: RemoteClient, snapshot: FleetSnapshot) {
    this.#world = world;
    this.#timeline = timeline;
    this.#client = client;
    const { services } = world;
    const restless = new Set(services.filter((s) => s.isRestless).map((s) => s.name));
    const starting = services.filter((s) => !s.isSpecial).map((s) => s.name);
    this.#wishes = new WishBook(snapshot, starting, (names) => withDependencies(services, names));
    this.#checks = new RestChecks(world, client, this.#wishes);
    this.#subscription = client.subscribe((update) => {
      if (update.kind === "events") {
        this.#events += update.events.length;
        for (const event of update.events) timeline.event(event, restless);
      } else if (update.kind === "snapshot")
        timeline.add(`   snapshot #${update.snapshot.revision} of daemon ${update.snapshot.daemon.pid}`);
      else timeline.add(`   disconnected: ${update.reason}`);
      this.#happened();
    });
    this.#looking = this.#keepLooking();
  }

  /** Starts all that starts by itself, and checks it once. */
  async warmUp(): Promise<void> {
    await this.#command(startOf([]), true);
    await this.#comeToRest();
  }

  async round(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (this.#isOver) return;
      this.#timeline.add(describeStep(step));
      await this.#carryOut(step);
    }
    await this.#inFlight;
    await this.#comeToRest();
  }

  /** Takes the fleet down, after which nothing may be left of it. */
  async finish(): Promise<void> {
    this.#timeline.add("down");
    await this.#revive();
    const { census, root } = this.#world;
    const reply = await this.#client.send(requestOf({ kind: "down" }, this.#world.env));
    if (!reply.ok) throw new ChaosFailure(violations("down is carried out", [reply.error.message]));
    const left = (): string[] => {
      census.look();
      const file = existsSync(paths.daemonFile(root)) ? ["daemon.json is still there"] : [];
      return [...census.residents().map(describeResident), ...file];
    };
    const deadline = performance.now() + downLimitMs;
    let found = left();
    while (found.length > 0 && performance.now() < deadline) {
      await sleep(50);
      found = left();
    }
    if (found.length > 0) throw new ChaosFailure(violations("down leaves nothing", found));
  }

  /** Lets go of the fleet. A round that is under way goes no further. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#subscription.close();
    await this.#client.close();
    await this.#looking;
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isOver) {
      this.#world.census.look();
      this.#happened();
      await sleep(lookEveryMs);
    }
  }

  get #happenings(): number {
    return this.#events + this.#world.census.comings;
  }

  #happened(): void {
    this.#onHappening?.();
  }

  // Steps

  async #carryOut(step: Step): Promise<void> {
    switch (step.kind) {
      case "command":
        return await this.#command(step.command, step.isAwaited);
      case "waitFor":
        return await this.#waitFor(step.happenings);
      case "kill": {
        const blind = new Set(this.#world.services.filter((s) => s.isBlind).map((s) => s.name));
        const leaders = leadersOf(this.#ordinary());
        const victims = this.#ordinary().filter((r) =>
          step.whom === "leader" ? leaders.has(r.pid) : !leaders.has(r.pid) && !blind.has(r.service ?? ""),
        );
        // Most descendants are a `sleep` on its way out; others tell more.
        const telling = victims.filter((r) => !r.command.startsWith("sleep"));
        if (this.#hit(telling.length > 0 ? telling : victims, step.at, "SIGKILL")) this.counts.processKills++;
        return;
      }
      case "freeze":
        this.#hit(
          this.#ordinary().filter((r) => !r.command.startsWith("sleep")),
          step.at,
          "SIGSTOP",
        );
        return;
      case "thaw":
        this.#thaw();
        return;
      case "killDaemon":
        return this.#killDaemon();
      case "releaseDaemon":
        return await this.#releaseDaemon();
      case "killForkServer":
        this.#killForkServer();
        return;
      case "fillDisk":
        return await this.#fillDisk();
      case "freeDisk":
        return await this.#freeDisk();
    }
  }

  async #command(command: Command, isAwaited: boolean): Promise<void> {
    // One at a time: of two that are under way nobody knows which comes first.
    await this.#inFlight;
    await this.#revive();
    this.counts.commands++;
    const what = describeCommand(command);
    const sent = this.#client.send(requestOf(command, this.#world.env)).then(
      (reply) => {
        this.#timeline.add(`   reply to ${what}: ${reply.ok ? "ok" : reply.error.message}`);
        this.#note(command, reply.ok ? "accepted" : this.#isDiskFull ? "unknown" : "refused");
      },
      (error: Error) => {
        this.#timeline.add(`   no reply to ${what}: ${error.message}`);
        this.#note(command, "unknown");
      },
    );
    const limit = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        limit.reject(
          new ChaosFailure(violations("a command is answered", [`${what} was not within ${replyLimitMs} ms`])),
        ),
      replyLimitMs,
    );
    this.#inFlight = Promise.race([sent, limit.promise]).finally(() => clearTimeout(timer));
    this.#inFlight.catch(() => {});
    if (isAwaited) await this.#inFlight;
  }

  #note(command: Command, fate: Fate): void {
    this.#wishes.note(command, fate);
    if (command.kind !== "start" || !command.select.names.includes(oneshot)) return;
    if (fate === "accepted") this.#asked.certain++;
    else if (fate === "unknown") this.#asked.uncertain++;
  }

  async #waitFor(happenings: number): Promise<void> {
    const wanted = this.#happenings + happenings;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, happeningLimitMs);
    this.#onHappening = () => {
      if (this.#happenings >= wanted) resolve();
    };
    this.#onHappening();
    await promise;
    this.#onHappening = null;
    clearTimeout(timer);
  }

  #ordinary(): Resident[] {
    const special = new Set(this.#world.services.filter((s) => s.isSpecial).map((s) => s.name));
    return this.#world.census
      .programs()
      .filter((r) => r.unit !== null && r.service !== null && !special.has(r.service))
      .sort((a, b) => (a.unit ?? "").localeCompare(b.unit ?? "") || a.pid - b.pid);
  }

  #hit(victims: readonly Resident[], at: number, name: NodeJS.Signals): boolean {
    const victim = victims[Math.floor(at * victims.length)];
    if (victim === undefined || !livesOn(victim)) return false;
    this.#timeline.add(`   ${name} to ${describeResident(victim)}`);
    signalResident(victim, name);
    return true;
  }

  #thaw(): void {
    for (const resident of this.#world.census.programs()) {
      if (resident.state === "T") signalResident(resident, "SIGCONT");
    }
  }

  #killDaemon(): void {
    const pid = readDaemonFile(this.#world.root)?.pid;
    this.#world.census.look();
    const daemon = this.#world.census.residents().find((r) => r.pid === pid && r.role === "daemon");
    if (daemon === undefined || this.#isDaemonDead) return;
    signalResident(daemon, "SIGKILL");
    this.#timeline.add(`   killed ${describeResident(daemon)}`);
    this.#isDaemonDead = true;
    this.counts.daemonKills++;
  }

  async #releaseDaemon(): Promise<void> {
    if (this.#isDaemonDead) return;
    await endDaemon(this.#world.root, "release");
    this.#isDaemonDead = true;
    this.counts.handOvers++;
  }

  #killForkServer(): void {
    const server = this.#world.census.residents().find((r) => r.role === "fork-server");
    if (server === undefined) return;
    signalResident(server, "SIGKILL");
    this.#timeline.add(`   killed ${describeResident(server)}`);
    this.counts.forkServerKills++;
  }

  async #revive(): Promise<void> {
    if (!this.#isDaemonDead || this.#isOver) return;
    const client = await this.#world.connect();
    const hello = await client.hello();
    this.#timeline.add(`   a new daemon, pid ${hello?.pid}`);
    await client.close();
    this.#isDaemonDead = false;
  }

  async #fillDisk(): Promise<void> {
    const sign = join(this.#world.notes, `${filler}.full`);
    rmSync(sign, { force: true });
    await this.#command(startOf([filler]), true);
    this.#isDiskFull = true;
    this.counts.fullDisks++;
    const deadline = performance.now() + restLimitMs;
    while (!existsSync(sign)) {
      if (performance.now() > deadline) throw new ChaosFailure(violations("the disk fills", ["it did not"]));
      await sleep(10);
    }
    this.#timeline.add("   the disk is full");
  }

  async #freeDisk(): Promise<void> {
    // First of all by hand: nothing may be needed of the engine for that.
    rmSync(join(this.#world.root, filler, "filling"), { force: true });
    await this.#command({ kind: "stop", select: { names: [filler], except: [] } }, true);
    this.#isDiskFull = false;
  }

  // Rest

  async #comeToRest(): Promise<void> {
    await this.#revive();
    this.#timeline.add("come to rest");
    const deadline = performance.now() + restLimitMs;
    for (;;) {
      this.#thaw();
      const snapshot = await this.#client.snapshot();
      const paused = replicasOf(snapshot)
        .filter((r) => r.state.phase === "paused")
        .map((r) => r.id as string);
      if (paused.length > 0) await this.#command({ kind: "resume", select: { names: paused, except: [] } }, true);
      const unrest = unrestOf(snapshot, this.#world.services, Date.now());
      if (unrest.length === 0 && paused.length === 0) break;
      if (performance.now() > deadline) {
        const what = `the fleet comes to rest within ${restLimitMs / 1000} s`;
        throw new ChaosFailure(violations(what, unrest));
      }
      await sleep(50);
    }
    await this.#checkUntilTrue();
  }

  async #checkUntilTrue(): Promise<void> {
    const deadline = performance.now() + truthLimitMs;
    for (;;) {
      this.#thaw();
      const found = await this.#checks.check(await this.#client.snapshot(), this.#asked, this.#daemonsGone);
      if (found.length === 0) break;
      if (performance.now() > deadline) throw new ChaosFailure(found);
      await sleep(100);
    }
    const snapshot = await this.#client.snapshot();
    this.#wishes.observe(snapshot);
    this.#checks.passed(snapshot, this.#daemonsGone);
  }

  /** Daemons that were killed or replaced so far. */
  get #daemonsGone(): number {
    return this.counts.daemonKills + this.counts.handOvers;
  }
}

/** The oldest of each unit: the one that the engine started. */
function leadersOf(residents: readonly Resident[]): Set<number> {
  const byUnit = Map.groupBy(residents, (r) => `${r.unit} ${r.generation}`);
  const oldest = [...byUnit.values()].map((own) => own.reduce((a, b) => (isOlder(a, b) ? a : b)));
  return new Set(oldest.map((r) => r.pid));
}

function isOlder(a: Resident, b: Resident): boolean {
  return a.startTicks === b.startTicks ? a.pid < b.pid : a.startTicks < b.startTicks;
}

function requestOf(command: Command, callerEnv: Record<string, string>): Parameters<RemoteClient["send"]>[0] {
  return { command, origin: "cli", callerEnv, lease: null, commandId: crypto.randomUUID() };
}
