import type { Stray } from "../../model/stray.ts";
import type { ExitPoll } from "../drivers/exit-poll.ts";
import { HeldProcess, readIdentity } from "../process/identity.ts";
import type { Terminator } from "../process/terminator.ts";
import { describeFound } from "./describe-found.ts";
import type { FoundStray } from "./find-strays.ts";
import type { StrayFinder } from "./stray-finder.ts";
import type { StrayCandidate, StrayHold, StraySource } from "./stray-source.ts";

/** What strays need that are processes of this machine. */
export interface ProcessStraysParts {
  finder: StrayFinder;
  terminator: Terminator;
  exits: ExitPoll;
}

/** Strays among the processes of this machine. A look reads the process table. */
export class ProcessStrays implements StraySource {
  readonly #parts: ProcessStraysParts;

  constructor(parts: ProcessStraysParts) {
    this.#parts = parts;
  }

  covers({ kind }: Stray): boolean {
    return kind !== "container";
  }

  async find(): Promise<StrayCandidate[]> {
    const found = await this.#parts.finder.find();
    return found.map((one) => {
      const stray = describeFound(one);
      return { stray, hold: () => this.#hold(one, stray) };
    });
  }

  #hold(found: FoundStray, stray: Stray): StrayHold | null {
    const { terminator, exits } = this.#parts;
    const { process, marks } = found.first;
    const identity = readIdentity(process.pid);
    const held = identity?.startTicks === process.startTicks ? HeldProcess.hold(identity) : null;
    if (held === null) return null;
    const markers = stray.kind === "leftover" ? marks.markers : null;
    return {
      isAlive: () => held.isAlive(),
      isClaimed: () => false,
      watch(onEnd) {
        const { exited, cancel } = exits.watch(held);
        void exited.then(onEnd);
        return cancel;
      },
      async stop({ signal, graceMs }) {
        const { survivors } = await terminator.terminate({
          identity: held.identity,
          child: null,
          held,
          markers,
          detachedChildren: "stop",
          ports: stray.ports,
          signal: signal ?? "SIGTERM",
          graceMs,
        }).done;
        return survivors.length === 0 ? null : `outlived SIGKILL (${survivors.join(", ")})`;
      },
      adoptable: () => ({
        kind: "process",
        service: stray.service,
        held,
        executable: stray.executable,
        startedAt: stray.startedAt,
        ports: stray.ports,
        markers,
      }),
      handedOver() {},
    };
  }
}
