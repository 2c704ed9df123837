import { exitCodes } from "../../lib/exit-codes.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { EngineEvent, StampedEvent } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { parseUnitId } from "../../model/ids.ts";
import type { ReplicaSnapshot, UnitState } from "../../model/replica.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";
import { type FleetSnapshot, vendorsOf } from "../../model/snapshot.ts";
import type { FailureStory } from "../output/failure-report.ts";
import type { Accepted } from "../run-command.ts";
import type { Reporter } from "./reporter.ts";
import type { RunAccount, ServiceAccount } from "./run-account.ts";

/** More is no remark any more. */
const mostRemarks = 100;
/** Of a build's output, where nobody has told its story. */
const mostOutput = 40;

interface UnitRecord {
  state: UnitState;
  startedAt: number | null;
  readyAt: number | null;
  /** It was ready, or had completed, when the run began, and was not started since. */
  wasReady: boolean;
  failedAt: number | null;
  /** Of the failure for good. */
  failure: Failure | null;
  isTroubled: boolean;
}

interface BuildRecord {
  startedAt: number | null;
  /** When the build itself was done; its tests follow. */
  builtAt: number | null;
  failure: Failure | null;
  tests: TestCounts | null;
}

/** Keeps what a run's account is written from: a few numbers for each unit, however long it lasts. */
export class RunRecord implements Reporter {
  readonly #now: () => number;
  readonly #units = new Map<string, UnitRecord>();
  readonly #builds = new Map<string, BuildRecord>();
  readonly #failed: FailureStory[] = [];
  /** Units that waited for something else at the moment in which the run gave them up. */
  readonly #heldBack = new Set<string>();
  readonly #remarks: string[] = [];
  #fleet: string;
  #startedAt: number;
  #accepted: Accepted | null = null;
  #pending: readonly FailureStory[] = [];
  #timedOutMs: number | null = null;
  #command: RunAccount["command"] = null;
  /** Vendors that the run can do without. */
  readonly #optional = new Set<string>();
  #hasBegun = false;

  /** @param fleet what it is called before anybody has asked it */
  constructor(fleet: string, now: () => number) {
    this.#fleet = fleet;
    this.#now = now;
    this.#startedAt = now();
  }

  fleet(snapshot: FleetSnapshot): void {
    this.#fleet = snapshot.name;
    for (const { name, vendor } of vendorsOf(snapshot)) if (vendor.isOptional) this.#optional.add(name);
    const replicas = snapshot.services.flatMap((s) => s.replicas);
    if (this.#hasBegun) {
      for (const replica of replicas) this.#see(replica, this.#now());
      return;
    }
    this.#hasBegun = true;
    this.#startedAt = this.#now();
    // How they stood before is no doing of the run.
    for (const { id, state } of replicas) {
      const wasReady = state.phase === "ready" || state.phase === "completed";
      this.#units.set(id, { ...unseen(state), wasReady });
    }
  }

  accepted(reply: Accepted): void {
    this.#accepted = reply;
  }

  event({ event, at }: StampedEvent): void {
    if (event.kind === "replicaAdded" || event.kind === "replicaChanged") this.#see(event.replica, at);
    if (event.kind === "buildChanged") this.#seeBuild(event, at);
    if (event.kind === "noticed" && event.level === "warning") {
      this.say(event.unit === null ? event.message : `${event.unit} ${event.message}`);
    }
  }

  logs(): void {
    // They are in files.
  }

  failed(stories: readonly FailureStory[]): void {
    this.#failed.push(...stories);
    for (const { target } of stories) {
      const isWaiting = this.#units.get(target.name)?.state.phase === "waiting";
      if (target.failure === null && isWaiting) this.#heldBack.add(target.name);
    }
  }

  timedOut(stories: readonly FailureStory[], tookMs: number): void {
    this.#pending = stories;
    this.#timedOutMs = tookMs;
  }

  commandEnded(text: string, exitCode: number, tookMs: number): void {
    this.#command = { text, exitCode, tookMs };
  }

  say(text: string): void {
    if (this.#remarks.length < mostRemarks) this.#remarks.push(text.trim());
  }

  /** The account of a run that is over; `end` is what kept it from its usual end. */
  account(exitCode: number, end: string | null): RunAccount {
    return {
      fleet: this.#fleet,
      startedAt: this.#startedAt,
      tookMs: Math.max(0, this.#now() - this.#startedAt),
      exitCode,
      services: (this.#accepted?.services ?? []).map((name) => this.#accountOf(name, exitCode)),
      command: this.#command,
      timedOutMs: this.#timedOutMs,
      end,
      remarks: [...this.#remarks],
    };
  }

  #accountOf(name: string, exitCode: number): ServiceAccount {
    const ids = (this.#accepted?.units ?? []).filter((unit) => parseUnitId(unit).name === name);
    const units = ids.flatMap((id) => this.#units.get(id) ?? []);
    const build = this.#builds.get(name);
    const isReady = units.every((u) => u.readyAt !== null || u.wasReady);
    const isOld = units.length > 0 && units.every((u) => u.wasReady);
    const readyAt = Math.max(this.#startedAt, ...units.map((u) => u.readyAt ?? 0));
    const begin = firstOf([build?.startedAt, ...units.map((u) => u.startedAt)]);
    const good = isOld ? "was ready before" : `ready after ${formatDuration(readyAt - this.#startedAt)}`;
    const verdict = this.#verdictOf(name, isReady ? good : null, exitCode);
    const over = verdict.outcome === "passed" ? readyAt : (lastOf(units.map((u) => u.failedAt)) ?? build?.builtAt);
    return {
      name,
      ...verdict,
      buildMs: build?.startedAt == null || build.builtAt === null ? null : build.builtAt - build.startedAt,
      tests: build?.tests ?? null,
      readyMs: isReady && !isOld && units.length > 0 ? readyAt - this.#startedAt : null,
      tookMs: begin === null ? 0 : Math.max(0, (over ?? this.#now()) - begin),
      troubled: ids.filter((id) => this.#units.get(id)?.isTroubled === true),
    };
  }

  #verdictOf(
    name: string,
    ready: string | null,
    exitCode: number,
  ): Pick<ServiceAccount, "outcome" | "what" | "kind" | "stories"> {
    const isOf = ({ target }: FailureStory): boolean => parseUnitId(target.name).name === name;
    const told = this.#failed.filter((story) => isOf(story) && !this.#heldBack.has(story.target.name));
    const stories = told.length > 0 ? told : this.#untold(name);
    const [first] = stories;
    if (first !== undefined && told.length === 0 && this.#optional.has(name)) {
      const what = `is optional, and cannot be had: ${first.target.failure?.message ?? first.target.what}`;
      return { outcome: "skipped", what, kind: null, stories: [] };
    }
    if (first !== undefined) {
      const kind = first.target.failure?.kind ?? "failed";
      return { outcome: "failed", what: first.target.what, kind, stories };
    }
    const pending = this.#pending.filter(isOf);
    const [late] = pending;
    if (late !== undefined) {
      const limit = formatDuration(this.#timedOutMs ?? 0);
      const what = `was not ready within ${limit}: ${late.target.what}`;
      return { outcome: "failed", what, kind: "timeout", stories: pending };
    }
    if (ready !== null) return { outcome: "passed", what: ready, kind: null, stories: [] };
    const held = this.#failed.find((story) => isOf(story));
    const isInterrupted = exitCode === 129 || exitCode === exitCodes.interrupted || exitCode === exitCodes.terminated;
    if (isInterrupted) {
      return { outcome: "interrupted", what: "was not ready when the run was interrupted", kind: null, stories: [] };
    }
    return {
      outcome: "skipped",
      what: held?.target.what ?? "was not ready when the run ended",
      kind: null,
      stories: [],
    };
  }

  /** Failures that nobody waited for: what has failed while the run came to its end. */
  #untold(name: string): FailureStory[] {
    const build = this.#builds.get(name)?.failure;
    const failures = [...this.#units].flatMap(([id, { failure }]) =>
      failure !== null && parseUnitId(id).name === name ? [{ name: id, failure }] : [],
    );
    if (build != null) failures.unshift({ name, failure: build });
    return failures.slice(0, build == null ? undefined : 1).map(({ name: unit, failure }) => ({
      target: { name: unit, what: `failed: ${failure.message}`, failure },
      step: null,
      lines: "output" in failure ? failure.output.slice(-mostOutput) : [],
    }));
  }

  #see({ id, state }: ReplicaSnapshot, at: number): void {
    const unit = this.#units.get(id) ?? unseen(state);
    this.#units.set(id, unit);
    const isNews = state.phase !== unit.state.phase;
    unit.state = state;
    switch (state.phase) {
      case "starting":
        unit.startedAt ??= at;
        unit.wasReady = false;
        break;
      case "ready":
      case "completed":
        if (!unit.wasReady) unit.readyAt ??= at;
        unit.failure = null;
        break;
      case "failed":
        if (!isNews) break;
        unit.failure = state.failure;
        unit.failedAt = at;
        unit.isTroubled = true;
        break;
      case "backoff":
      case "unready":
        unit.isTroubled = true;
        break;
    }
  }

  #seeBuild({ service, build }: EngineEvent & { kind: "buildChanged" }, at: number): void {
    const record = this.#builds.get(service) ?? { startedAt: null, builtAt: null, failure: null, tests: null };
    this.#builds.set(service, record);
    if (build.status === "building") record.startedAt ??= at;
    else if (build.status !== "queued" && record.startedAt !== null) record.builtAt ??= at;
    record.tests = build.tests ?? record.tests;
    record.failure = build.status === "failed" ? build.failure : null;
  }
}

function unseen(state: UnitState): UnitRecord {
  const times = { startedAt: null, readyAt: null, failedAt: null };
  return { state, ...times, wasReady: false, failure: null, isTroubled: false };
}

function firstOf(times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((t) => t != null);
  return known.length === 0 ? null : Math.min(...known);
}

function lastOf(times: readonly (number | null)[]): number | null {
  const known = times.filter((t) => t !== null);
  return known.length === 0 ? null : Math.max(...known);
}
