import type { Clock } from "../../lib/clock.ts";
import type { Cause } from "../../model/cause.ts";
import type { BuildState, TestCounts } from "../../model/service-snapshot.ts";
import { type ControlledService, isWanted } from "../controlled-service.ts";
import type { ServiceBuilds } from "../service-builds.ts";
import type { Supervisor } from "../supervisor.ts";
import type { TestOutcome } from "../tests/run-tests.ts";
import { stampOfProgram } from "./program-stamp.ts";

/** What a rerun is about. */
export interface RerunRequest {
  cause: Cause;
  withTests: boolean;
  /** Replaces what runs even by the same program: its environment is another. */
  mustReplace: boolean;
  /** False where only tests have changed: nothing is built, and nothing replaced. */
  builds: boolean;
}

export interface RerunnerParts {
  clock: Clock;
  supervisor: Supervisor;
  builds: ServiceBuilds;
  /** Runs the service's unit tests; aborting ends their whole process tree. It must have some. */
  test(service: ControlledService, signal: AbortSignal): Promise<TestOutcome>;
  /** What runs of the service is being replaced. */
  replaced(service: ControlledService): void;
}

/** What a build came to. */
interface Built {
  artifact: string | null;
  /** The content of a program that a command built; null where that cannot be told. */
  stamp: string | null;
  /** It made the program that runs. */
  isSame: boolean;
  /** How long it took; null where there is no build. */
  lastMs: number | null;
}

/** A rerun under way, and what has come since. */
interface Work {
  pending: RerunRequest | null;
  abort: AbortController;
}

/**
 * Build, test, replace. What runs goes on running until the new program is good, and for ever where it is not, or is the
 * same. A newer change ends what is in flight, and exactly one more turn follows, however many there were.
 */
export class Rerunner {
  readonly #parts: RerunnerParts;
  readonly #work = new Map<string, Work>();
  readonly #turns = new Set<Promise<void>>();
  /** By service: the program that a command had built when it was last started. */
  readonly #stamps = new Map<string, string | null>();
  /** By service: how long its tests took the last time. */
  readonly #testMs = new Map<string, number>();
  #isClosed = false;

  constructor(parts: RerunnerParts) {
    this.#parts = parts;
  }

  /** Takes a change up. Never rejects; the service's build state tells how it goes. */
  request(service: ControlledService, request: RerunRequest): void {
    if (this.#isClosed) return;
    const { name } = service.spec;
    const work = this.#work.get(name);
    if (work !== undefined) {
      work.pending = work.pending === null ? request : merge(work.pending, request);
      work.abort.abort();
      this.#parts.builds.cancel(service);
      return;
    }
    const begun: Work = { pending: request, abort: new AbortController() };
    this.#work.set(name, begun);
    const turn = this.#run(service, begun).finally(() => this.#turns.delete(turn));
    this.#turns.add(turn);
  }

  /** A change was seen, and is going to be taken up: the service is as good as building. */
  stir(service: ControlledService, cause: Cause): void {
    const { spec, build } = service;
    if (this.#isClosed || spec.build.kind === "none" || build.status === "building" || build.status === "queued")
      return;
    this.#parts.supervisor.setBuild(service, this.#state(service, "building", cause), cause);
  }

  /** Nothing follows after all. */
  settle(service: ControlledService): void {
    if (this.#work.has(service.spec.name) || service.build.status !== "building") return;
    this.#parts.supervisor.setBuild(service, this.#state(service, "ok", service.cause), service.cause);
  }

  /** Gives up what is in flight for a service, and what waits. */
  cancel(service: ControlledService): void {
    const work = this.#work.get(service.spec.name);
    if (work === undefined) return;
    work.pending = null;
    work.abort.abort();
    this.#parts.builds.cancel(service);
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const work of this.#work.values()) {
      work.pending = null;
      work.abort.abort();
    }
    await Promise.all(this.#turns);
  }

  async #run(service: ControlledService, work: Work): Promise<void> {
    try {
      for (let request = work.pending; request !== null; request = work.pending) {
        work.pending = null;
        work.abort = new AbortController();
        await this.#turn(service, request, work);
      }
    } finally {
      // At once, so that a request that comes now begins anew, and is not put down where nobody looks any more.
      this.#work.delete(service.spec.name);
    }
  }

  async #turn(service: ControlledService, request: RerunRequest, work: Work): Promise<void> {
    const { signal } = work.abort;
    const { cause } = request;
    const built = await this.#build(service, request);
    if (built === null || signal.aborted || this.#isClosed) return;
    const isUnchanged = built.isSame && !request.mustReplace;
    const mustTest =
      request.withTests && service.spec.test !== null && (!isUnchanged || !request.builds || cause.kind === "user");
    const tests = mustTest ? await this.#test(service, cause, signal) : undefined;
    if (tests === null || signal.aborted || this.#isClosed) return;
    if (request.builds && service.spec.build.kind !== "none") this.#parts.builds.use(service, built.artifact);
    if (built.lastMs !== null || tests !== undefined) {
      const lastMs = built.lastMs ?? service.build.lastMs;
      const more = {
        ...(request.builds && isUnchanged ? { isUnchanged } : {}),
        ...(tests === undefined ? {} : { tests }),
      };
      this.#parts.supervisor.setBuild(service, { ...this.#state(service, "ok", cause), lastMs, ...more }, cause);
    }
    if (isUnchanged || !service.wanted.isRunning) return;
    const wanted = [...service.replicas.keys()].filter((index) => isWanted(service, index));
    this.#stamps.set(service.spec.name, built.stamp);
    this.#parts.supervisor.replace(service, wanted, cause);
    this.#parts.replaced(service);
  }

  /** What the build came to; null where there is nothing to go on with. `lastMs`: null where there is no build. */
  async #build(service: ControlledService, { cause, builds }: RerunRequest): Promise<Built | null> {
    const { artifact } = service;
    if (!builds) return { artifact, stamp: null, isSame: true, lastMs: null };
    if (service.spec.build.kind === "none") return { artifact, stamp: null, isSame: false, lastMs: null };
    const { name } = service.spec;
    const before = this.#stamps.get(name) ?? (await stampOfProgram(service.spec));
    const outcome = await this.#parts.builds.build(service, false, cause, { isLast: false });
    if (!outcome.ok) return null;
    const running = [...service.replicas.values()].flatMap((runner) => runner.running ?? []);
    const after = await stampOfProgram(service.spec);
    // A build before this one may have made what has not been started yet.
    this.#stamps.set(name, before);
    const isSame =
      outcome.artifact === null
        ? before !== null && before === after
        : running.every(({ record }) => record.executable === outcome.artifact);
    return {
      artifact: outcome.artifact,
      stamp: after,
      isSame: isSame && running.length > 0,
      lastMs: outcome.durationMs,
    };
  }

  /** Null where they failed, which is told then, or were cut short. */
  async #test(service: ControlledService, cause: Cause, signal: AbortSignal): Promise<TestCounts | null> {
    const { name } = service.spec;
    const lastTestMs = this.#testMs.get(name);
    const testing = { ...this.#state(service, "testing", cause), ...(lastTestMs === undefined ? {} : { lastTestMs }) };
    this.#parts.supervisor.setBuild(service, testing, cause);
    const outcome = await this.#parts.test(service, signal);
    if (signal.aborted) return null;
    // Where they could not be run, that took no time.
    const isRun = outcome.ok || ("failure" in outcome && outcome.failure.kind === "test-failed");
    if (isRun) this.#testMs.set(name, outcome.counts.ms);
    if (outcome.ok) return outcome.counts;
    if ("failure" in outcome) {
      const { failure, counts: tests } = outcome;
      this.#parts.supervisor.setBuild(service, { ...this.#state(service, "failed", cause), failure, tests }, cause);
    }
    return null;
  }

  #state(service: ControlledService, status: BuildState["status"], cause: Cause): BuildState {
    return { status, since: this.#parts.clock.now(), lastMs: service.build.lastMs, failure: null, cause };
  }
}

/** Two changes at once: whatever one of them asks for. */
function merge(a: RerunRequest, b: RerunRequest): RerunRequest {
  return {
    cause: b.cause,
    withTests: a.withTests || b.withTests,
    mustReplace: a.mustReplace || b.mustReplace,
    builds: a.builds || b.builds,
  };
}
