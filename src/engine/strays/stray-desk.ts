import type { Cause, Origin } from "../../model/cause.ts";
import type { StrayAction } from "../../model/command.ts";
import type { EngineEvent } from "../../model/event.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { UnitId } from "../../model/ids.ts";
import type { Blocker } from "../../model/replica.ts";
import type { StopSpec } from "../../model/service.ts";
import { describeStray, type NamedProcess, type Stray, type StrayId, type StrayStanding } from "../../model/stray.ts";
import type { AdoptableStray } from "../drivers/driver.ts";
import type { ExitPoll } from "../drivers/exit-poll.ts";
import { HeldProcess, readIdentity } from "../process/identity.ts";
import type { Terminator } from "../process/terminator.ts";
import { describeFound } from "./describe-found.ts";
import type { FoundStray } from "./find-strays.ts";
import type { StrayFinder } from "./stray-finder.ts";
import { strayVerdict } from "./stray-verdict.ts";

/** What the desk needs of the engine around it. */
export interface StrayDeskParts {
  finder: StrayFinder;
  terminator: Terminator;
  exits: ExitPoll;
  /** What is said in the config; null where the service is gone from it. */
  stopOf(service: string): StopSpec | null;
  policy(): StrayPolicy;
  /** True where the service is to run. */
  isWanted(service: string): boolean;
  /** Makes a replica of it; null where there is no place for one. */
  adopt(stray: AdoptableStray, cause: Cause): UnitId | null;
  publish(event: EngineEvent): void;
  /** Gates may open. */
  unsettle(): void;
}

interface Entry {
  stray: Stray;
  found: FoundStray;
  held: HeldProcess;
  /** Ends the watch of its end, and the hold. */
  letGo: () => void;
  /** It outlived SIGKILL. */
  isBeyondUs: boolean;
}

/**
 * Looks for strays when a service starts, when the daemon does, and when somebody asks; does what the policy says, and
 * keeps those that a person has to decide about. Nothing is looked at otherwise, except whether those have ended.
 */
export class StrayDesk {
  readonly #parts: StrayDeskParts;
  readonly #entries = new Map<StrayId, Entry>();
  readonly #ignored = new Set<StrayId>();
  /** What a start said for this time, by service. */
  readonly #policies = new Map<string, StrayPolicy>();
  #current: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #hasLooked = false;
  /** What was last told, so that a look that finds nothing new is no event. */
  #published = "[]";
  #isClosed = false;

  constructor(parts: StrayDeskParts) {
    this.#parts = parts;
  }

  /** As of the last look, oldest first. */
  get strays(): Stray[] {
    return [...this.#entries.values()].map(({ stray }) => stray);
  }

  /** Looks, and does what the policy says; a look that began before this call does not count. Never rejects. */
  look(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#current === null) {
      this.#current = this.#look().finally(() => {
        this.#current = null;
      });
      return this.#current;
    }
    this.#next ??= this.#current.then(() => {
      this.#next = null;
      return this.look();
    });
    return this.#next;
  }

  /** The same before services start: `policy` is for this start, null for what the config says. */
  async lookBeforeStart(services: Iterable<string>, policy: StrayPolicy | null): Promise<void> {
    for (const service of services) {
      if (policy === null) this.#policies.delete(service);
      else this.#policies.set(service, policy);
    }
    await this.look();
  }

  /** Does what is said about services that have just come to be wanted. */
  reconsider(): void {
    let hasChanged = false;
    for (const entry of [...this.#entries.values()]) {
      if (entry.stray.standing !== "asked") continue;
      this.#decide(entry);
      hasChanged ||= this.#entries.get(entry.stray.id)?.stray.standing !== "asked";
    }
    if (hasChanged) this.#publish();
  }

  /** What keeps a service from starting. */
  blockers(service: string): Blocker[] {
    if (!this.#hasLooked) return [{ kind: "strays", strays: [] }];
    const of = (standing: StrayStanding): NamedProcess[] =>
      this.strays
        .filter((stray) => stray.service === service && stray.standing === standing)
        .map(({ pid, command }) => ({ pid, command }));
    const [asked, stopping] = [of("asked"), of("stopping")];
    const blockers: Blocker[] = [];
    if (asked.length > 0) blockers.push({ kind: "strays", strays: asked });
    if (stopping.length > 0) blockers.push({ kind: "endingStrays", strays: stopping });
    return blockers;
  }

  /**
   * What a person has decided about strays, by pid; none: all that are asked about. `unknown` are pids that are no
   * stray's, and nothing is done then; `refused` says what could not be done to which.
   */
  carryOut(
    action: StrayAction,
    pids: readonly number[],
    origin: Origin,
  ): { unknown: number[]; units: UnitId[]; done: Stray[]; refused: string[] } {
    const unknown = pids.filter((pid) => !this.strays.some((stray) => stray.pids.includes(pid)));
    const outcome = { unknown, units: [] as UnitId[], done: [] as Stray[], refused: [] as string[] };
    if (unknown.length > 0) return outcome;
    const chosen = [...this.#entries.values()].filter(({ stray }) =>
      pids.length === 0 ? stray.standing === "asked" : stray.pids.some((pid) => pids.includes(pid)),
    );
    for (const entry of chosen) {
      const { stray } = entry;
      if (stray.isForeignUser && action !== "ignore") {
        outcome.refused.push(`${describeStray(stray)} belongs to another user`);
        continue;
      }
      if (action === "ignore") this.#ignore(entry);
      else if (action === "stop") this.#stop(entry, `asked for by ${origin}`);
      else {
        const unit = this.#adopt(entry, { kind: "user", verb: "adopt", origin });
        if (unit === null) {
          outcome.refused.push(
            `${describeStray(stray)} cannot be adopted: it is gone, or ${stray.service} has no place for it`,
          );
          continue;
        }
        outcome.units.push(unit);
      }
      outcome.done.push(stray);
    }
    this.#publish();
    return outcome;
  }

  /** Lets go of all of them; what is being stopped is stopped by nobody any more. */
  close(): void {
    this.#isClosed = true;
    for (const { letGo } of this.#entries.values()) letGo();
  }

  async #look(): Promise<void> {
    const found = await this.#parts.finder.find();
    if (this.#isClosed) return;
    this.#hasLooked = true;
    this.#take(found);
    this.#parts.unsettle();
  }

  /** What was found now takes the place of what was known; of what is gone nothing is heard any more. */
  #take(found: readonly FoundStray[]): void {
    const before = new Map(this.#entries);
    const isStopping = (id: StrayId): boolean => before.get(id)?.stray.standing === "stopping";
    for (const one of found) {
      const described = describeFound(one, this.#standingOf(one));
      const { id } = described;
      if (isStopping(id)) {
        before.delete(id);
        continue;
      }
      const known = before.get(id);
      before.delete(id);
      const held = known?.held ?? hold(one);
      if (held === null) continue;
      const entry = {
        stray: described,
        found: one,
        held,
        letGo: known?.letGo ?? this.#watch(id, held),
        isBeyondUs: known?.isBeyondUs ?? false,
      };
      this.#entries.set(id, entry);
      if (described.standing === "asked") this.#decide(entry);
    }
    for (const [id, entry] of before) if (entry.stray.standing !== "stopping") this.#forget(id);
    this.#publish();
  }

  #standingOf(found: FoundStray): StrayStanding {
    return this.#ignored.has(describeFound(found, "asked").id) ? "ignored" : "asked";
  }

  #decide(entry: Entry): void {
    const { stray } = entry;
    if (entry.isBeyondUs) return;
    const { service } = stray;
    const policy = this.#policies.get(service) ?? this.#parts.policy();
    const because =
      stray.kind === "leftover" ? "a leftover" : stray.parent === null ? "an orphan" : `strays: ${policy}`;
    switch (strayVerdict(stray, policy, this.#parts.isWanted(service))) {
      case "ask":
        return;
      case "stop":
        this.#stop(entry, because);
        return;
      case "adopt":
        this.#adopt(entry, { kind: "stray", pid: stray.pid, what: "adopted" });
        return;
      case "ignore":
        this.#ignore(entry);
        return;
    }
  }

  #ignore({ stray, ...rest }: Entry): void {
    this.#ignored.add(stray.id);
    this.#entries.set(stray.id, { ...rest, stray: { ...stray, standing: "ignored" } });
    this.#parts.unsettle();
  }

  #adopt(entry: Entry, cause: Cause): UnitId | null {
    const { stray, found } = entry;
    if (!entry.held.isAlive()) return null;
    const unit = this.#parts.adopt(
      {
        service: stray.service,
        held: entry.held,
        executable: stray.executable,
        startedAt: stray.startedAt,
        ports: stray.ports,
        markers: stray.kind === "leftover" ? found.first.marks.markers : null,
      },
      cause,
    );
    if (unit === null) return null;
    this.#entries.delete(stray.id);
    this.#notice("info", `${describeStray(stray)} was adopted as ${unit}: ${stray.evidence.join(", ")}`);
    return unit;
  }

  #stop(entry: Entry, because: string): void {
    const { stray, found, held } = entry;
    if (stray.standing === "stopping") return;
    const stop = this.#parts.stopOf(stray.service) ?? { signal: "SIGTERM", graceMs: 10_000 };
    this.#entries.set(stray.id, { ...entry, stray: { ...stray, standing: "stopping" } });
    this.#notice("info", `stops ${describeStray(stray)}, ${because}: ${stray.evidence.join(", ")}`);
    const { done } = this.#parts.terminator.terminate({
      identity: held.identity,
      child: null,
      held,
      markers: stray.kind === "leftover" ? found.first.marks.markers : null,
      detachedChildren: "stop",
      ports: stray.ports,
      signal: stop.signal ?? "SIGTERM",
      graceMs: stop.graceMs,
    });
    void done.then(({ survivors }) => {
      if (survivors.length === 0) this.#forget(stray.id);
      else {
        // In the kernel, or another user's: it is for a person again, and the policy has had its try.
        this.#entries.set(stray.id, { ...entry, isBeyondUs: true });
        this.#notice("warning", `${describeStray(stray)} outlived SIGKILL (${survivors.join(", ")})`);
      }
      this.#publish();
    });
  }

  /** Who waits for a person's word goes on by itself once the stray has ended. */
  #watch(id: StrayId, held: HeldProcess): () => void {
    const { exited, cancel } = this.#parts.exits.watch(held);
    void exited.then(() => {
      const entry = this.#entries.get(id);
      if (entry === undefined || entry.stray.standing === "stopping") return;
      this.#forget(id);
      this.#publish();
    });
    return cancel;
  }

  #forget(id: StrayId): void {
    this.#entries.get(id)?.letGo();
    if (!this.#entries.delete(id)) return;
    this.#ignored.delete(id);
    this.#parts.unsettle();
  }

  #notice(level: "info" | "warning", message: string): void {
    this.#parts.publish({ kind: "noticed", level, unit: null, message });
  }

  #publish(): void {
    if (this.#isClosed) return;
    const { strays } = this;
    const text = JSON.stringify(strays);
    if (text === this.#published) return;
    this.#published = text;
    this.#parts.publish({ kind: "straysChanged", strays });
  }
}

/** Null where it is gone, or its pid names another by now. */
function hold({ first: { process } }: FoundStray): HeldProcess | null {
  const identity = readIdentity(process.pid);
  return identity?.startTicks === process.startTicks ? HeldProcess.hold(identity) : null;
}
