import { type Clock, systemClock } from "../../lib/clock.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { BuildChange, BuildJob, BuildOutcome } from "./build-outcome.ts";
import { CommandToolchain } from "./command-toolchain.ts";
import type { BuildInputs } from "./fingerprint.ts";
import { GoToolchain } from "./go-toolchain.ts";
import { StatCache } from "./stat-cache.ts";
import { takeNext } from "./take-next.ts";
import type { SharedCommand, Toolchain } from "./toolchain.ts";

export interface BuildQueueOptions {
  /** Builds at once; the number of cores. */
  concurrency: number;
  /** Where binaries and what is known of them are kept. Owned by this queue. */
  binDir: string;
  clock?: Clock;
  /** Hears each step of each service, before the outcome is known to whoever asked. */
  onChange: (service: string, change: BuildChange) => void;
  /** Greater is built sooner; those of one priority in the order in which they were asked for. */
  priority?: (service: string) => number;
  /** Hears the keys (see `keyOf`) of builds whose inputs are known anew; that is some time after the builds. */
  onInputs?: (keys: readonly string[]) => void;
  /** How a service is built; null: not at all. */
  toolchainOf?: (service: ServiceSpec) => Toolchain | null;
}

/** `checking`: whether there is anything to do. `behind`: an earlier build of the same key, whose inputs may be old. */
type Stage = "behind" | "checking" | "queued" | "building" | "ended";

interface Ask {
  outcome: Promise<BuildOutcome>;
  settle: (outcome: BuildOutcome) => void;
}

/** One build, and all services that wait for it. */
interface Build {
  readonly key: string;
  readonly toolchain: Toolchain;
  readonly job: BuildJob;
  readonly asks: Map<string, Ask>;
  readonly abort: AbortController;
  stage: Stage;
  isForced: boolean;
  /** Null: it is built by a command of its own. */
  shared: SharedCommand | null;
  /** Who gave up last, and waits for the processes to end. */
  leaving: Ask | null;
}

/**
 * Builds what is asked for, so many at once. Requests of one turn of the event loop are checked together; those with
 * the same toolchain, package and settings are one build. A request that comes while the build already runs gets one
 * of its own after it, because the sources may have changed in between; that one is skipped where they did not.
 * Builds that wait at the same time may be carried out by one command; one that it does not make is queued again.
 */
export class BuildQueue {
  readonly #options: BuildQueueOptions;
  readonly #clock: Clock;
  readonly #toolchains: { go: Toolchain; command: Toolchain };
  /** The newest build of each key that has not ended. */
  readonly #newest = new Map<string, Build>();
  readonly #all = new Set<Build>();
  #toCheck: Build[] = [];
  #queued: Build[] = [];
  #running = 0;
  #isClosed = false;
  #onIdle: (() => void) | null = null;

  constructor(options: BuildQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#toolchains = { go: new GoToolchain(options.binDir, options.onInputs), command: new CommandToolchain() };
  }

  /** Never rejects. A request for what is queued already joins it. */
  request(job: BuildJob): Promise<BuildOutcome> {
    if (this.#isClosed) return Promise.resolve({ ok: false, cancelled: true });
    const toolchain = this.#toolchainOf(job.service);
    if (toolchain === null) return Promise.resolve({ ok: true, artifact: null, durationMs: 0, skipped: true });
    const key = toolchain.keyOf(job);
    const last = this.#newest.get(key);
    if (last === undefined || last.stage === "building") return this.#add(key, toolchain, job, last !== undefined);
    last.isForced ||= job.force;
    return this.#join(last, job.service.name);
  }

  /** What `onInputs` calls this job's build by; null where nothing is built. */
  keyOf(job: BuildJob): string | null {
    return this.#toolchainOf(job.service)?.keyOf(job) ?? null;
  }

  /** What the last build of this job was made of; null where that is not known. Reads one small file. */
  inputsOf(job: BuildJob): BuildInputs | null {
    const toolchain = this.#toolchainOf(job.service);
    return toolchain === null ? null : toolchain.inputsOf(toolchain.keyOf(job));
  }

  /**
   * Gives up what `service` waits for. A build that others wait for too goes on; one that runs is killed with all its
   * processes.
   */
  cancel(service: string): void {
    for (const build of this.#all) {
      const ask = build.asks.get(service);
      if (ask === undefined) continue;
      build.asks.delete(service);
      this.#options.onChange(service, { status: "cancelled", since: this.#clock.now() });
      if (build.stage === "building" && build.asks.size === 0) {
        build.leaving = ask;
        build.abort.abort();
      } else {
        ask.settle({ ok: false, cancelled: true });
        if (build.asks.size === 0) this.#forget(build);
      }
    }
  }

  /** Removes old binaries that nobody runs, but for the newest few of each program. */
  async prune(inUse: ReadonlySet<string>): Promise<void> {
    await this.#toolchains.go.prune(inUse);
  }

  /** Cancels everything; resolves when no process of a build is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const build of [...this.#all]) for (const service of [...build.asks.keys()]) this.cancel(service);
    if (this.#running > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await promise;
    }
    await Promise.all([this.#toolchains.go.close(), this.#toolchains.command.close()]);
  }

  #toolchainOf(service: ServiceSpec): Toolchain | null {
    if (this.#options.toolchainOf !== undefined) return this.#options.toolchainOf(service);
    return service.build.kind === "none" ? null : this.#toolchains[service.build.kind];
  }

  #add(key: string, toolchain: Toolchain, job: BuildJob, isBehind: boolean): Promise<BuildOutcome> {
    const build: Build = {
      key,
      toolchain,
      job,
      asks: new Map(),
      abort: new AbortController(),
      stage: isBehind ? "behind" : "checking",
      isForced: job.force,
      shared: null,
      leaving: null,
    };
    this.#newest.set(key, build);
    this.#all.add(build);
    if (!isBehind) this.#checkSoon(build);
    return this.#join(build, job.service.name);
  }

  #join(build: Build, service: string): Promise<BuildOutcome> {
    const known = build.asks.get(service);
    if (known !== undefined) return known.outcome;
    const { promise, resolve } = Promise.withResolvers<BuildOutcome>();
    build.asks.set(service, { outcome: promise, settle: resolve });
    if (build.stage === "queued") this.#options.onChange(service, { status: "queued", since: this.#clock.now() });
    return promise;
  }

  #checkSoon(build: Build): void {
    build.stage = "checking";
    if (this.#toCheck.push(build) === 1) setImmediate(() => this.#check());
  }

  #check(): void {
    const builds = this.#toCheck;
    this.#toCheck = [];
    const stats = new StatCache();
    for (const build of builds) {
      if (build.stage !== "checking") continue;
      const settling = build.isForced ? null : build.toolchain.settling(build.key);
      if (settling !== null) {
        void settling.then(() => build.stage === "checking" && this.#checkSoon(build));
        continue;
      }
      const fresh = build.isForced ? null : build.toolchain.findFresh(build.key, build.job, stats);
      if (fresh !== null) {
        this.#end(build, { ok: true, ...fresh, skipped: true });
        continue;
      }
      this.#enqueue(build, build.toolchain.sharedCommandOf(build.job, stats));
    }
    this.#fill();
  }

  #enqueue(build: Build, shared: SharedCommand | null): void {
    build.shared = shared;
    build.stage = "queued";
    this.#queued.push(build);
    this.#tell(build, { status: "queued", since: this.#clock.now() });
  }

  #fill(): void {
    while (this.#running < this.#options.concurrency && this.#queued.length > 0) {
      const priority = this.#options.priority ?? (() => 0);
      const waiting = this.#queued.map(({ asks, shared }) => ({
        priority: Math.max(...[...asks.keys()].map(priority)),
        shared,
      }));
      const [first, ...rest] = takeNext(waiting).flatMap((at) => this.#queued[at] ?? []);
      if (first === undefined) return;
      this.#queued = this.#queued.filter((build) => build !== first && !rest.includes(build));
      void this.#run(first, rest);
    }
  }

  /** By one command, which takes one place among those that run at once. */
  async #run(first: Build, rest: readonly Build[]): Promise<void> {
    this.#running += 1;
    const builds = [first, ...rest];
    for (const build of builds) build.stage = "building";
    for (const build of builds) this.#tell(build, { status: "building", since: this.#clock.now() });
    if (rest.length > 0) await this.#runTogether(first.toolchain, builds);
    else this.#end(first, await first.toolchain.build(first.key, first.job, first.abort.signal));
    this.#running -= 1;
    if (this.#running === 0) this.#onIdle?.();
    this.#fill();
  }

  async #runTogether(toolchain: Toolchain, builds: readonly Build[]): Promise<void> {
    const parts = builds.map(({ key, job, abort }) => ({ key, job, signal: abort.signal }));
    const { outcomes, ended } = toolchain.buildTogether(parts);
    for (const [at, build] of builds.entries()) {
      void outcomes[at]?.then((outcome) => {
        if (outcome !== null) this.#end(build, outcome);
        else if (build.abort.signal.aborted) this.#end(build, { ok: false, cancelled: true });
        else this.#enqueue(build, null);
      });
    }
    await ended;
  }

  #end(build: Build, outcome: BuildOutcome): void {
    this.#forget(build);
    const since = this.#clock.now();
    if (outcome.ok) {
      const { durationMs, skipped } = outcome;
      this.#tell(build, { status: "ok", since, durationMs, skipped });
    } else if ("failure" in outcome) {
      this.#tell(build, { status: "failed", since, failure: outcome.failure });
    }
    for (const ask of build.asks.values()) ask.settle(outcome);
    build.leaving?.settle({ ok: false, cancelled: true });
  }

  /** Takes it out of all lists, and lets the next one of its key go on. */
  #forget(build: Build): void {
    build.stage = "ended";
    this.#all.delete(build);
    const at = this.#queued.indexOf(build);
    if (at !== -1) this.#queued.splice(at, 1);
    const newest = this.#newest.get(build.key);
    if (newest === build) this.#newest.delete(build.key);
    else if (newest?.stage === "behind") this.#checkSoon(newest);
  }

  #tell(build: Build, change: BuildChange): void {
    for (const service of [...build.asks.keys()]) {
      // Who listens may cancel right there.
      if (build.asks.has(service)) this.#options.onChange(service, change);
    }
  }
}
