import type { Clock } from "../lib/clock.ts";
import type { Cause } from "../model/cause.ts";
import type { BuildState } from "../model/service-snapshot.ts";
import type { BuildChange, BuildOutcome } from "./build/build-outcome.ts";
import type { BuildQueue } from "./build/build-queue.ts";
import { type ControlledService, isBuilt } from "./controlled-service.ts";
import type { Supervisor } from "./supervisor.ts";

/** Builds come together, and each look at what is old reads the records of all: some 60 kB for each program. */
const pruneAfterMs = 3_000;

/** Asks for builds and brings their progress and outcome to the services. A failing build never touches what runs. */
export class ServiceBuilds {
  readonly #queue: BuildQueue;
  readonly #supervisor: Supervisor;
  readonly #environment: (service: ControlledService) => Record<string, string>;
  readonly #clock: Clock;
  readonly #causes = new Map<string, Cause>();
  #cancelPrune: (() => void) | null = null;

  constructor(parts: {
    queue: BuildQueue;
    supervisor: Supervisor;
    environment: (service: ControlledService) => Record<string, string>;
    clock: Clock;
  }) {
    this.#queue = parts.queue;
    this.#supervisor = parts.supervisor;
    this.#environment = parts.environment;
    this.#clock = parts.clock;
  }

  /** Builds the service, unless (without `force`) nothing has changed since its last build. True where it built well. */
  async request(service: ControlledService, force: boolean, cause: Cause, onGood?: () => void): Promise<boolean> {
    return (await this.build(service, force, cause, { onGood })).ok;
  }

  /**
   * The same, with all that came of it. `isLast`: false where tests follow, so that it is not done yet. `onGood` is
   * called in the very moment in which the build is told to be good, so that nobody takes it for the end of more.
   */
  async build(
    service: ControlledService,
    force: boolean,
    cause: Cause,
    { isLast = true, onGood }: { isLast?: boolean; onGood?: (() => void) | undefined } = {},
  ): Promise<BuildOutcome> {
    if (service.spec.build.kind === "none") {
      onGood?.();
      return { ok: true, artifact: null, durationMs: 0, skipped: true };
    }
    this.#causes.set(service.spec.name, cause);
    // Said before anything is awaited: a start that follows in this turn must find its gate closed.
    this.follow(service.spec.name, { status: "queued", since: this.#clock.now() });
    const outcome = await this.#queue.request({ service: service.spec, env: this.#environment(service), force });
    if (!outcome.ok) return outcome;
    if (!isLast) return outcome;
    // Said here and not in `follow`: whoever hears "ok" must find the binary already there.
    this.use(service, outcome.artifact);
    const build: BuildState = {
      status: "ok",
      since: this.#clock.now(),
      lastMs: outcome.durationMs,
      failure: null,
      cause,
    };
    this.#supervisor.setBuild(service, build, cause);
    onGood?.();
    if (!outcome.skipped) this.#pruneSoon();
    return outcome;
  }

  /** From now on starts of the service run this binary; the one before it is kept, to go back to. */
  use(service: ControlledService, artifact: string | null): void {
    if (service.artifact !== null && artifact !== service.artifact) service.previous = service.artifact;
    service.artifact = artifact;
  }

  /** What the queue says of a service's build on its way. */
  follow(name: string, change: BuildChange): void {
    const service = this.#supervisor.services.get(name);
    if (service === undefined) return;
    const cause = this.#causes.get(name) ?? service.cause;
    const { lastMs } = service.build;
    const { since } = change;
    switch (change.status) {
      case "queued":
      case "building":
        if (service.build.status === change.status) return;
        if (change.status === "queued" && service.build.status === "building") return;
        this.#supervisor.setBuild(service, { status: change.status, since, lastMs, failure: null, cause }, cause);
        return;
      case "ok":
        return;
      case "failed":
        this.#supervisor.setBuild(service, { status: "failed", since, lastMs, failure: change.failure, cause }, cause);
        return;
      case "cancelled": {
        const status = isBuilt(service) ? "ok" : "none";
        this.#supervisor.setBuild(service, { status, since: this.#clock.now(), lastMs, failure: null }, cause);
        return;
      }
    }
  }

  #pruneSoon(): void {
    this.#cancelPrune ??= this.#clock.after(pruneAfterMs, () => {
      this.#cancelPrune = null;
      void this.#queue.prune(this.#binariesInUse());
    });
  }

  /** What runs, and what the next start of each service would run. */
  #binariesInUse(): Set<string> {
    const running = this.#supervisor.runners().map((r) => r.running?.record.executable);
    const next = this.#supervisor.services.all().flatMap((s) => [s.artifact, s.previous]);
    return new Set([...running, ...next].filter((file) => file !== null && file !== undefined));
  }

  cancel(service: ControlledService): void {
    this.#queue.cancel(service.spec.name);
  }

  close(): Promise<void> {
    this.#cancelPrune?.();
    return this.#queue.close();
  }
}
