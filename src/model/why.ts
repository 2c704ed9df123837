import type { Cause } from "./cause.ts";
import type { EngineEvent, StampedEvent } from "./event.ts";
import type { Failure, PortHolder } from "./failure.ts";
import { parseUnitId, type UnitId } from "./ids.ts";
import { isServiceWell, isUnitWell } from "./is-well.ts";
import { type Blocker, type ReplicaSnapshot, shownName, type UnitState } from "./replica.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";
import type { FleetSnapshot } from "./snapshot.ts";
import { type NamedStray, strayArgument, strayTitle } from "./stray.ts";
import { buildStandingOf, groundOf, holderOf, speaksInLog, standingOf } from "./why-words.ts";

/** One link of a chain of causes. A face writes `subject text`, and then the times in its own way of writing them. */
export interface WhyLink {
  /** How far down the chain: 0 is what was asked about, 1 what it is so because of. */
  depth: number;
  /** The unit, service or port that the text is about; null where the text stands for itself. */
  subject: string | null;
  /** Command lines and messages of programs may be in it, escape sequences too. */
  text: string;
  isBad: boolean;
  /** When that began, where it goes on; milliseconds since the epoch. */
  since: number | null;
  /** When it happened, where it is over. */
  at: number | null;
  /** What will happen by itself, and when: `starts again`. */
  ahead: { what: string; at: number } | null;
  /** What went wrong; that of a build has its output. */
  failure: Failure | null;
  /** The run whose last lines belong under this link. */
  log: { unit: UnitId; generation: number } | null;
}

/** Why a unit or a service is as it is. */
export interface Explanation {
  /** As asked: `api#2`, or `api` for all of its replicas. */
  name: string;
  /** Nothing about it needs a person: it is as it was asked to be, or on its way there. */
  isWell: boolean;
  /** Never empty; each link comes after the one that it explains. */
  links: WhyLink[];
  /** What to do next, in order: command lines or short sentences. */
  next: string[];
  /** The other services and vendors that the chain leads through. */
  through: string[];
}

/**
 * The chain of causes of a unit, a service or a vendor: what it is and since when, because of what, what went wrong, what
 * holds it back, and the same again for each dependency that does. Pure. Null for a name that nobody bears.
 *
 * @param events of the unit, ascending, as an inspection has them: they tell what began the run that is under way.
 */
export function explain(
  snapshot: FleetSnapshot,
  name: string,
  events: readonly StampedEvent[] = [],
): Explanation | null {
  const chain = new Chain(snapshot, events);
  const { name: owner, index } = parseUnitId(name);
  const service = snapshot.services.find((s) => s.name === owner);
  if (service !== undefined) {
    const replicas = service.replicas.filter((r) => index === null || r.index === index);
    if (index !== null && replicas.length === 0) return null;
    chain.addService(service, replicas, 0);
    return chain.explanation(name, owner, isServiceWell(service, replicas));
  }
  return null;
}

/** A chain while it is put together. A service is gone through once, so that a circle ends. */
class Chain {
  readonly #snapshot: FleetSnapshot;
  readonly #events: readonly StampedEvent[];
  readonly #links: WhyLink[] = [];
  readonly #next = new Set<string>();
  readonly #visited = new Set<string>();

  constructor(snapshot: FleetSnapshot, events: readonly StampedEvent[]) {
    this.#snapshot = snapshot;
    this.#events = events;
  }

  explanation(name: string, owner: string, isWell: boolean): Explanation {
    const through = [...this.#visited].filter((visited) => visited !== owner);
    return { name, isWell, links: this.#links, next: [...this.#next], through };
  }

  addService(service: ServiceSnapshot, replicas: readonly ReplicaSnapshot[], depth: number): void {
    this.#visited.add(service.name);
    this.#addBuild(service, depth);
    if (replicas.length === 0) {
      const isScaledAway = service.scale === 0;
      this.#add(depth, service.name, isScaledAway ? "is scaled to 0" : "was not started");
      this.#next.add(isScaledAway ? `orchestra scale ${service.name}=1` : `orchestra start ${service.name}`);
    }
    for (const replica of replicas) this.#addReplica(service, replica, depth);
  }

  #addBuild(service: ServiceSnapshot, depth: number): void {
    const { name, build, rerun } = service;
    const text = buildStandingOf(build);
    const { failure } = build;
    if (text !== null) {
      const isBad = build.status === "failed";
      // What is over is told of as past.
      const when = build.status === "ok" ? { at: build.since } : { since: build.since };
      this.#add(depth, name, text, { isBad, failure: isBad ? failure : null, ...when });
      if (build.cause !== undefined) this.#addCause(build.cause, depth + 1);
      if (isBad) this.#advise(failure, adviceAfterBuild(service));
    }
    if (rerun?.isOn === true && rerun.trouble !== null && !service.oneshot) {
      this.#add(depth, name, `does not follow its sources: ${rerun.trouble}`, { isBad: true });
      this.#next.add(`once that is mended: orchestra rerun --on ${name}`);
    }
  }

  #addReplica(service: ServiceSnapshot, replica: ReplicaSnapshot, depth: number): void {
    const { state } = replica;
    const id = shownName(replica);
    if (state.phase === "stopped" && replica.generation === 0) {
      this.#add(depth, id, service.autostart ? "was not started" : "was not started: autostart is off for it");
      this.#next.add(`orchestra start ${service.name}`);
      return;
    }
    this.#addState(id, replica, service.oneshot, depth);
    this.#addOrigin(replica, depth + 1);
    this.#addFailure(replica, depth + 1);
    if (state.phase === "waiting") this.#addBlockers(service.name, state.blockers, depth + 1);
    if (hasWayBack(service, replica)) {
      this.#next.add(`orchestra rerun --back ${service.name}: it runs the program before again`);
    }
    if (state.phase === "stopped") this.#next.add(`orchestra start ${id}`);
    if (state.phase === "paused") this.#next.add(`orchestra resume ${id}`);
  }

  #addState(subject: string, { state, since }: { state: UnitState; since: number }, isOneshot: boolean, depth: number) {
    this.#add(depth, subject, standingOf(state, isOneshot), {
      isBad: !isUnitWell(state),
      since,
      ahead: aheadOf(state),
    });
  }

  /** What began the run that is under way, as far as the events reach back, and the newest change. */
  #addOrigin(replica: ReplicaSnapshot, depth: number): void {
    const origin = originOf(replica, this.#events);
    // How it ended is what its failure says.
    const isTold = (cause: Cause): boolean => cause.kind === "exit" && "failure" in replica.state;
    if (origin !== null && !isTold(origin.cause)) this.#addCause(origin.cause, depth, origin.at);
    if (!isTold(replica.cause)) this.#addCause(replica.cause, depth);
    if (replica.outputElsewhere) this.#add(depth, null, "it was started outside, and adopted as it ran");
    else if (replica.adopted) this.#add(depth, null, "an earlier daemon had started it; it was taken over as it ran");
    if (replica.restarts > 0) {
      const times = replica.restarts === 1 ? "once" : `${replica.restarts} times`;
      this.#add(depth, null, `it was restarted ${times} since somebody started it`);
    }
  }

  #addCause(cause: Cause, depth: number, at: number | null = null): void {
    const text = groundOf(cause);
    if (text !== null && this.#links.at(-1)?.text !== text) this.#add(depth, null, text, { at });
  }

  #addFailure(unit: ReplicaSnapshot, depth: number): void {
    const { id, state, generation } = unit;
    const failure = "failure" in state ? state.failure : unit.failure;
    const { name } = parseUnitId(id);
    if (failure === null) return;
    // The build is told of already, with its output.
    if (
      isOfBuild(failure) &&
      this.#links.some((l) => l.failure !== null && isOfBuild(l.failure) && l.subject === name)
    ) {
      return;
    }
    const isPast = !("failure" in state) && state.phase !== "waiting" && state.phase !== "starting";
    if (isPast) {
      this.#add(depth, null, `the last thing that went wrong: ${failure.message}`, { failure });
      return;
    }
    const log = speaksInLog(failure) && generation > 0 ? { unit: id, generation } : null;
    this.#add(depth, null, failure.message, { isBad: true, failure, log });
    const last = failure.kind === "gave-up" ? failure.last : failure;
    if (last.kind === "port-taken") this.#addHolder(last.port, last.holder, name, depth + 1);
    else if (last.kind === "dependency-failed") this.#addDependency(last.dependency, depth + 1);
    this.#advise(failure, log === null ? null : `orchestra logs ${shownName(unit)}`);
  }

  #addBlockers(owner: string, blockers: readonly Blocker[], depth: number): void {
    for (const blocker of blockers) {
      switch (blocker.kind) {
        case "dependency": {
          const { name, condition, now } = blocker;
          this.#add(depth, null, `it needs ${name} to be ${condition}, which is ${now}`, { isBad: true });
          this.#addDependency(name, depth + 1);
          break;
        }
        case "build":
          // It has a link of its own.
          break;
        case "port":
          this.#addHolder(blocker.port, blocker.holder, owner, depth);
          break;
        case "docker":
          this.#add(depth, null, blocker.detail, { isBad: true });
          if (blocker.hint !== undefined) this.#next.add(blocker.hint);
          // It has the environment and the groups of whoever started it.
          this.#next.add(
            "after a change of DOCKER_HOST or of your groups: orchestra daemon restart; see orchestra doctor",
          );
          break;
        case "strays":
          this.#addStrays(blocker.strays, depth);
          break;
        case "endingStrays":
          for (const { pid, command } of blocker.strays) {
            this.#add(depth, `pid ${pid}`, `was started outside, and is being stopped: ${command}`);
          }
          break;
      }
    }
  }

  #addDependency(name: string, depth: number): void {
    if (this.#visited.has(name)) {
      this.#add(depth, name, "is told of above");
      return;
    }
    const service = this.#snapshot.services.find((s) => s.name === name);
    if (service !== undefined) {
      const wanting = service.replicas.filter(({ state }) => state.phase !== "ready" && state.phase !== "completed");
      this.addService(service, wanting.length === 0 ? service.replicas : wanting, depth);
    } else this.#add(depth, name, "is not in this fleet", { isBad: true });
  }

  #addHolder(port: number, holder: PortHolder | null, owner: string, depth: number): void {
    if (holder === null) {
      this.#add(depth, `port ${port}`, "is taken, and by whom cannot be seen", { isBad: true });
      this.#next.add(`find out who has it: sudo ss -ltnp 'sport = :${port}'`);
      return;
    }
    this.#add(depth, `port ${port}`, holderOf(holder), { isBad: true, since: holder.startedAt });
    this.#next.add(holder.stopWith ?? `end pid ${holder.pid} (kill ${holder.pid}), or give ${owner} another port`);
  }

  #addStrays(strays: readonly NamedStray[], depth: number): void {
    if (strays.length === 0) this.#add(depth, null, "what already runs of it is being looked for");
    for (const named of strays) {
      const { command } = named;
      const title = strayTitle(named);
      const stray = this.#snapshot.strays.find((s) => strayTitle(s) === title);
      const evidence = stray === undefined ? "" : `: ${stray.evidence.join(", ")}`;
      this.#add(depth, title, `was started outside and may be it already: ${command}${evidence}`, {
        isBad: true,
        since: stray?.startedAt ?? null,
      });
      this.#next.add(`orchestra strays stop ${strayArgument(named)} (or adopt, or ignore)`);
    }
  }

  /** What the failure itself advises, else what is sensible. */
  #advise(failure: Failure | null, otherwise: string | null): void {
    const own = failure?.hint ?? (failure?.kind === "gave-up" ? failure.last.hint : undefined);
    const advice = own ?? otherwise;
    if (advice !== null) this.#next.add(advice);
  }

  #add(depth: number, subject: string | null, text: string, more: Partial<WhyLink> = {}): void {
    const plain = { isBad: false, since: null, at: null, ahead: null, failure: null, log: null };
    this.#links.push({ depth, subject, text, ...plain, ...more });
  }
}

function isOfBuild({ kind }: Failure): boolean {
  return kind === "build-failed" || kind === "test-failed";
}

/** A save is enough where sources are followed. */
function adviceAfterBuild({ name, rerun, wanted, oneshot }: ServiceSnapshot): string {
  const isFollowed = rerun?.isOn === true && rerun.trouble === null && wanted === "running" && !oneshot;
  return isFollowed ? "mend it: it is built again as soon as that is saved" : `mend it, then: orchestra start ${name}`;
}

/** True where it does not run well, and the program that ran before is kept. */
function hasWayBack({ rerun, wanted }: ServiceSnapshot, { state, failure }: ReplicaSnapshot): boolean {
  if (rerun?.canGoBack !== true || wanted !== "running") return false;
  return "failure" in state || (state.phase === "starting" && failure !== null);
}

function aheadOf(state: UnitState): WhyLink["ahead"] {
  if (state.phase === "backoff") return { what: "starts again", at: state.retryAt };
  if (state.phase === "stopping" && state.killAt !== null) return { what: "is killed", at: state.killAt };
  return null;
}

/** What a person, a file or a policy did, as against the steps that follow from it. */
const beginnings: ReadonlySet<Cause["kind"]> = new Set(["user", "config", "file", "policy", "daemon", "lease", "exit"]);

/** The newest cause that is no mere step on the way; null where the events do not reach back that far. */
function originOf(replica: ReplicaSnapshot, events: readonly StampedEvent[]): { cause: Cause; at: number } | null {
  for (const { event, at } of events.toReversed()) {
    if (!isChangeOf(event, replica.id) || !beginnings.has(event.replica.cause.kind)) continue;
    return { cause: event.replica.cause, at };
  }
  return null;
}

function isChangeOf(event: EngineEvent, unit: UnitId): event is Extract<EngineEvent, { kind: "replicaChanged" }> {
  return event.kind === "replicaChanged" && event.replica.id === unit;
}
