import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RemoteClient } from "../../src/daemon/remote-client.ts";
import { replicaId } from "../../src/model/ids.ts";
import type { LogCursor } from "../../src/model/log.ts";
import { isAlive } from "../../src/model/replica.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import type { Resident } from "./census.ts";
import { oneshot } from "./chaos-fleet.ts";
import type { ChaosWorld } from "./chaos-world.ts";
import { checkDescriptors, type DescriptorCount } from "./checks/descriptors.ts";
import { checkGenerations } from "./checks/generations.ts";
import { checkAnswer, checkLines } from "./checks/lines.ts";
import { checkPorts } from "./checks/ports.ts";
import { checkProcesses, checkZombies, replicasOf } from "./checks/processes.ts";
import { type AskedRuns, checkRuns } from "./checks/runs.ts";
import { checkSignals } from "./checks/signals.ts";
import { checkState } from "./checks/state.ts";
import { type Violation, violations } from "./checks/violation.ts";
import { countDescriptors, portsHeldBy } from "./descriptors.ts";
import { type Notes, readNotes } from "./notes.ts";
import type { WishBook } from "./wish-book.ts";

/** All that has to be true of a fleet at rest, looked up from outside: in /proc and in files. */
export class RestChecks {
  readonly #world: ChaosWorld;
  readonly #client: RemoteClient;
  readonly #wishes: WishBook;
  /** By process: what it had at the first rest that met it. */
  readonly #firstDescriptors = new Map<string, DescriptorCount>();
  /** By unit: the first generation that may have been told to stop since the last rest, and how many daemons had gone by then. */
  readonly #lastRest = new Map<string, { from: number; daemonsGone: number }>();
  #doubtedGeneration = 0;

  constructor(world: ChaosWorld, client: RemoteClient, wishes: WishBook) {
    this.#world = world;
    this.#client = client;
    this.#wishes = wishes;
  }

  /**
   * @param asked of the oneshot, for which it is noted where nobody can know
   * @param daemonsGone how many daemons were killed or replaced so far
   */
  async check(snapshot: FleetSnapshot, asked: AskedRuns, daemonsGone: number): Promise<Violation[]> {
    const { census, notes: folder } = this.#world;
    census.look();
    const residents = census.residents();
    const notes = readNotes(folder);
    const runs = readLines(join(folder, `${oneshot}.runs`));
    this.#doubtLastRun(snapshot, asked);
    return [
      ...checkProcesses(residents, snapshot),
      ...checkZombies(census.zombies(), residents),
      ...violations("never two generations of a replica at once", census.overlaps()),
      ...checkGenerations(notes),
      ...checkPorts(portsHeldBy(residents), snapshot),
      ...checkState(this.#world.stateText(), snapshot),
      ...this.#wishes.check(snapshot),
      ...checkRuns(runs, asked),
      ...this.#checkDescriptors(residents, snapshot),
      ...this.#checkSignals(snapshot, daemonsGone),
      ...(await this.#checkLogs(notes)),
    ];
  }

  /** All of that held: what has ended by now need not be checked again. */
  passed(snapshot: FleetSnapshot, daemonsGone: number): void {
    for (const { id, generation, state } of replicasOf(snapshot)) {
      // One that has ended may have been told by several daemons, and is told no more.
      this.#lastRest.set(id, { from: isAlive(state.phase) ? generation : generation + 1, daemonsGone });
    }
    const alive = new Set(this.#world.census.programs().map((r) => r.pid));
    for (const { file, pid } of readNotes(this.#world.notes)) {
      if (!alive.has(pid)) rmSync(join(this.#world.notes, file), { force: true });
    }
  }

  /** Where all who could have seen the last run's end were killed, the engine says so, and does not run it again by itself. */
  #doubtLastRun(snapshot: FleetSnapshot, asked: AskedRuns): void {
    const replica = replicasOf(snapshot).find((r) => r.service === oneshot);
    if (replica?.state.phase !== "failed" || replica.state.failure.kind !== "exit-unknown") return;
    if (this.#doubtedGeneration === replica.generation) return;
    this.#doubtedGeneration = replica.generation;
    asked.certain--;
    asked.uncertain++;
  }

  #checkDescriptors(residents: readonly Resident[], snapshot: FleetSnapshot): Violation[] {
    const alive = replicasOf(snapshot).filter((r) => isAlive(r.state.phase)).length;
    return residents
      .filter((r) => r.role !== "program")
      .flatMap(({ pid, role, startTicks }) => {
        const key = `${pid} ${startTicks}`;
        const now = countDescriptors(pid, role, alive);
        const first = this.#firstDescriptors.get(key);
        if (first === undefined) this.#firstDescriptors.set(key, now);
        return first === undefined ? [] : checkDescriptors(now, first);
      });
  }

  /** Of all generations since the last rest: whoever was there then had not been told to stop. */
  #checkSignals(snapshot: FleetSnapshot, daemonsGone: number): Violation[] {
    return replicasOf(snapshot).flatMap(({ id, service, index, generation }) => {
      const before = this.#lastRest.get(id) ?? { from: 1, daemonsGone: 0 };
      const daemons = 1 + daemonsGone - before.daemonsGone;
      const all = Array.from({ length: Math.max(0, generation - before.from + 1) }, (_, i) => before.from + i);
      return all.flatMap((g) =>
        checkSignals(`${id} generation ${g}`, this.#world.logLines(service, index, g), daemons),
      );
    });
  }

  async #checkLogs(notes: readonly Notes[]): Promise<Violation[]> {
    const found: Violation[] = [];
    const runs = Map.groupBy(notes, (n) => `${n.service}#${n.replica} generation ${n.generation}`);
    const residents = this.#world.census.residents();
    for (const [what, own] of runs) {
      const [{ service, replica, generation }] = own as [Notes];
      const lines = this.#world.logLines(service, replica, generation);
      const hasEnded = ({ pid }: Notes): boolean =>
        !residents.some((r) => r.pid === pid && r.generation === generation && r.service === service);
      found.push(...checkLines(lines, own, hasEnded));
      found.push(...checkAnswer(what, lines, await this.#answer(service, replica, generation)));
    }
    return found;
  }

  /** The complete lines of a generation, as the engine tells them. */
  async #answer(service: string, replica: number, generation: number): Promise<string[]> {
    const lines: string[] = [];
    let from: LogCursor | "start" = "start";
    for (;;) {
      const page = await this.#client.readLogs({
        units: [replicaId(service, replica)],
        generation,
        from,
        direction: "forward",
        limit: 5_000,
      });
      lines.push(...page.lines.filter((l) => l.kind === "line" && !l.isPartial).map((l) => l.text));
      if (page.atEnd || page.lines.length === 0) return lines;
      from = page.after;
    }
  }
}

function readLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
}
