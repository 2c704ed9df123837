import { FreshRuns } from "../../lib/fresh-runs.ts";
import type { Cause, Origin } from "../../model/cause.ts";
import type { StrayAction } from "../../model/command.ts";
import type { EngineEvent } from "../../model/event.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { UnitId } from "../../model/ids.ts";
import type { Blocker } from "../../model/replica.ts";
import type { StopSpec } from "../../model/service.ts";
import { describeStray, type NamedStray, type Stray, type StrayId, type StrayStanding } from "../../model/stray.ts";
import { whyNot } from "../../model/stray-words.ts";
import type { AdoptableStray } from "../drivers/driver.ts";
import type { StrayCandidate, StrayHold, StraySource } from "./stray-source.ts";
import { strayVerdict } from "./stray-verdict.ts";

/** What the desk needs of the engine around it. */
export interface StrayDeskParts {
  /** A look at them is cheap, and no service starts without one. */
  processes: StraySource;
  /** A look at them may take long: whoever starts something else does not wait for it. */
  containers: StraySource;
  /** What is said in the config; null where the service is gone from it. */
  stopOf(service: string): StopSpec | null;
  policy(): StrayPolicy;
  /** True where the policy is to be followed now: the service is to run, or it is gone from the config and never will be. */
  isDue(service: string): boolean;
  /** Makes a replica of it; null where there is no place for one. */
  adopt(stray: AdoptableStray, cause: Cause): UnitId | null;
  publish(event: EngineEvent): void;
  /** Gates may open. */
  unsettle(): void;
}

interface Entry {
  stray: Stray;
  hold: StrayHold;
  /** Ends the watch of its end, and the hold. */
  letGo: () => void;
  /** It outlived SIGKILL. */
  isBeyondUs: boolean;
}

/** What came of what a person has decided. */
export interface StraysDecided {
  /** Ids that are no stray's; nothing is done then. */
  unknown: StrayId[];
  units: UnitId[];
  done: Stray[];
  /** What could not be done to which, as sentences. */
  refused: string[];
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
  readonly #processLooks = new FreshRuns(() => this.#look(this.#parts.processes, false));
  readonly #containerLooks = new FreshRuns(() => {
    const isAsked = this.#areContainersAsked;
    this.#areContainersAsked = false;
    return this.#look(this.#parts.containers, isAsked);
  });
  /** Somebody wants to know of containers, by the next look at them. */
  #areContainersAsked = false;
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

  /**
   * Looks, and does what the policy says; a look that began before this call does not count. Containers are looked at beside
   * it, where their engine is being followed. Never rejects.
   */
  look(): Promise<void> {
    void this.lookAtContainers(false);
    return this.#processLooks.run();
  }

  /** The same for whoever wants to know of all of them, containers too. */
  async lookEverywhere(): Promise<void> {
    await Promise.all([this.#processLooks.run(), this.lookAtContainers(true)]);
  }

  /** `isAsked`: also where nobody follows their engine. */
  lookAtContainers(isAsked: boolean): Promise<void> {
    this.#areContainersAsked ||= isAsked;
    return this.#containerLooks.run();
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
      const { standing } = entry.stray;
      if (standing === "stopping" || (standing === "ignored" && !entry.hold.isClaimed())) continue;
      this.#decide(entry);
      hasChanged ||= this.#entries.get(entry.stray.id)?.stray.standing !== "asked";
    }
    if (hasChanged) this.#publish();
  }

  /** What keeps a service from starting. */
  blockers(service: string): Blocker[] {
    if (!this.#hasLooked) return [{ kind: "strays", strays: [] }];
    const of = (standing: StrayStanding): NamedStray[] =>
      [...this.#entries.values()]
        .filter(({ stray, hold }) => stray.service === service && stray.standing === standing && !hold.isClaimed())
        .map(({ stray: { pid, command, container } }) => ({ pid, command, ...(container !== null && { container }) }));
    const [asked, stopping] = [of("asked"), of("stopping")];
    const blockers: Blocker[] = [];
    if (asked.length > 0) blockers.push({ kind: "strays", strays: asked });
    if (stopping.length > 0) blockers.push({ kind: "endingStrays", strays: stopping });
    return blockers;
  }

  /** Carries out what a person has decided about strays; none: all that are asked about. */
  carryOut(action: StrayAction, ids: readonly StrayId[], origin: Origin): StraysDecided {
    const unknown = ids.filter((id) => !this.#entries.has(id));
    const outcome: StraysDecided = { unknown, units: [], done: [], refused: [] };
    if (unknown.length > 0) return outcome;
    const chosen = [...this.#entries.values()].filter(({ stray }) =>
      ids.length === 0 ? stray.standing === "asked" : ids.includes(stray.id),
    );
    for (const entry of chosen) {
      const { stray } = entry;
      const reason = whyNot(stray, action);
      if (reason !== null) {
        outcome.refused.push(`${describeStray(stray)} ${reason}`);
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

  async #look(source: StraySource, isAsked: boolean): Promise<void> {
    if (this.#isClosed) return;
    const found = await source.find(isAsked);
    if (this.#isClosed || found === null) return;
    if (source === this.#parts.processes) this.#hasLooked = true;
    this.#take(source, found);
    this.#parts.unsettle();
  }

  /** What was found now takes the place of what was known; of what is gone nothing is heard any more. */
  #take(source: StraySource, found: readonly StrayCandidate[]): void {
    const before = new Map([...this.#entries].filter(([, { stray }]) => source.covers(stray)));
    for (const candidate of found) {
      const { id } = candidate.stray;
      const known = before.get(id);
      before.delete(id);
      if (known?.stray.standing === "stopping") continue;
      const hold = known?.hold ?? candidate.hold();
      if (hold === null) continue;
      const stray = { ...candidate.stray, standing: this.#ignored.has(id) ? "ignored" : "asked" } as const;
      const letGo = known?.letGo ?? this.#watch(id, hold);
      const entry = { stray, hold, letGo, isBeyondUs: known?.isBeyondUs ?? false };
      this.#entries.set(id, entry);
      if (stray.standing === "asked") this.#decide(entry);
    }
    for (const [id, entry] of before) if (entry.stray.standing !== "stopping") this.#forget(id);
    this.#publish();
  }

  #decide(entry: Entry): void {
    const { stray, hold } = entry;
    if (hold.isClaimed()) this.#forget(stray.id);
    if (hold.isClaimed() || entry.isBeyondUs) return;
    const { service } = stray;
    const policy = this.#policies.get(service) ?? this.#parts.policy();
    switch (strayVerdict(stray, policy, this.#parts.isDue(service))) {
      case "ask":
        return;
      case "stop":
        this.#stop(entry, becauseOf(stray, policy));
        return;
      case "adopt":
        if (whyNot(stray, "adopt") === null) this.#adopt(entry, { kind: "stray", pid: stray.pid, what: "adopted" });
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

  #adopt({ stray, hold }: Entry, cause: Cause): UnitId | null {
    if (!hold.isAlive()) return null;
    const unit = this.#parts.adopt(hold.adoptable(), cause);
    if (unit === null) return null;
    this.#entries.delete(stray.id);
    hold.handedOver();
    this.#notice("info", `${describeStray(stray)} was adopted as ${unit}: ${stray.evidence.join(", ")}`);
    return unit;
  }

  #stop(entry: Entry, because: string): void {
    const { stray, hold } = entry;
    if (stray.standing === "stopping") return;
    this.#entries.set(stray.id, { ...entry, stray: { ...stray, standing: "stopping" } });
    this.#notice("info", `stops ${describeStray(stray)}, ${because}: ${stray.evidence.join(", ")}`);
    const stop = this.#parts.stopOf(stray.service) ?? { signal: null, graceMs: 10_000 };
    void hold.stop(stop).then((left) => {
      if (this.#isClosed) return;
      if (left === null) this.#forget(stray.id);
      else {
        // In the kernel, or another user's: it is for a person again, and the policy has had its try.
        this.#entries.set(stray.id, { ...entry, isBeyondUs: true });
        this.#notice("warning", `${describeStray(stray)} ${left}`);
      }
      this.#publish();
    });
  }

  /** Who waits for a person's word goes on by itself once the stray has ended. */
  #watch(id: StrayId, hold: StrayHold): () => void {
    return hold.watch(() => {
      const entry = this.#entries.get(id);
      if (entry === undefined || entry.stray.standing === "stopping") return;
      this.#forget(id);
      this.#publish();
    });
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

/** What a stray was stopped for that nobody was asked about. */
function becauseOf({ kind, parent, container }: Stray, policy: StrayPolicy): string {
  if (kind === "leftover") return "a leftover";
  return parent === null && container === null ? "an orphan" : `strays: ${policy}`;
}
