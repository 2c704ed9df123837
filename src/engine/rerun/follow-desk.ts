import { relative } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Cause } from "../../model/cause.ts";
import type { EngineEvent } from "../../model/event.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { InspectedWatch } from "../../model/inspection.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { ControlledService } from "../controlled-service.ts";
import type { ServiceRegistry } from "../service-registry.ts";
import type { FleetWatch } from "../watch/fleet-watch.ts";
import type { WatchPlan } from "../watch/watch-plan.ts";
import { watchedPlacesOf } from "../watch/watched-places.ts";
import { affectedByConfig } from "./config-change.ts";
import { isFollowed, rerunStateOf, rerunWish } from "./rerun-state.ts";
import type { RerunRequest } from "./rerunner.ts";

/** What stands for the fleet's own files among the names of services, which have no blank. */
const configFiles = "the config";
/** What starts has the machine first; then its sources are watched. What changes meanwhile is found by its time. */
const patienceMs = 500;
const mostPatienceMs = 5_000;

export interface FollowDeskParts {
  clock: Clock;
  services: ServiceRegistry;
  fleet(): FleetSpec;
  /** The files that the config was read from, and folders where more may appear. */
  configFiles(): string[];
  /** Reads the config again; false where it has mistakes, which are told then. */
  reload(cause: Cause): boolean;
  /** True while something is being built or started. */
  isStarting(): boolean;
  planOf(service: ControlledService): WatchPlan;
  /** What `inputsKnown` calls the build of the service by; null where nothing is built. */
  keyOf(service: ControlledService): string | null;
  rerun(service: ControlledService, request: RerunRequest): void;
  /** A change has been seen, and a rerun will follow. */
  stir(service: ControlledService, cause: Cause): void;
  /** No rerun follows after all. */
  settle(service: ControlledService): void;
  publish(event: EngineEvent): void;
}

/** Follows the sources of what runs, and the config: says what a change means for whom. */
export class FollowDesk {
  readonly #parts: FollowDeskParts;
  readonly #told = new Map<string, string>();
  #watch: Promise<FleetWatch> | null = null;
  #cancel: (() => void) | null = null;
  readonly #followed = new Map<string, { plan: WatchPlan; debounceMs: number }>();
  /** A plan of a Go service is made of a file of some 60 kB; 50 of them are read again only where they are others. */
  readonly #plans = new Map<string, { spec: ServiceSpec; key: string | null; plan: WatchPlan }>();
  /** When what each is made of was last certain to be what runs: its start, or the beginning of its last build. */
  readonly #since = new Map<string, number>();
  #following: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: FollowDeskParts) {
    this.#parts = parts;
  }

  /** Something that decides about it may have changed; looked at in a moment, once for all. */
  changed(): void {
    if (this.#isClosed) return;
    this.#tell();
    this.#wait(this.#parts.clock.now() + mostPatienceMs);
  }

  /** What the programs of these builds are made of is on record anew. */
  inputsKnown(keys: readonly string[]): void {
    for (const [name, { key }] of this.#plans) if (key !== null && keys.includes(key)) this.#plans.delete(name);
    this.changed();
  }

  #wait(deadline: number): void {
    this.#cancel ??= this.#parts.clock.after(patienceMs, () => {
      this.#cancel = null;
      if (this.#parts.isStarting() && this.#parts.clock.now() < deadline) this.#wait(deadline);
      else this.#begin();
    });
  }

  /** A build of the service has begun: what changes from now on is not in it. */
  building(service: string): void {
    this.#since.set(service, this.#parts.clock.now());
  }

  /** Resolves when all that is to be followed by now is watched. */
  async settled(): Promise<void> {
    if (this.#cancel !== null) this.#begin();
    await this.#following;
    await (await this.#watch)?.settled();
  }

  #begin(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#following = this.#following.then(() => this.#follow());
  }

  /** A rerun has replaced the service: what it writes right after that is likely to be its own doing. */
  restarted(service: ControlledService): void {
    void this.#watch?.then((watch) => watch.restarted(service.spec.name));
    this.#tell();
  }

  /** What of the disk a service follows; null where it follows nothing, or not yet. */
  async watched({ spec }: ControlledService): Promise<InspectedWatch | null> {
    const found = await (await this.#watch)?.look(spec.name);
    if (found === null || found === undefined) return null;
    const { plan, ...watched } = found;
    return { places: watchedPlacesOf(spec, plan), ...watched };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await (await this.#watch)?.close();
  }

  /** Says how each service stands, where that is news. */
  #tell(): void {
    const { services, fleet, publish } = this.#parts;
    for (const service of services.configured()) {
      const { name } = service.spec;
      const rerun = rerunStateOf(service, fleet().rerun);
      const text = JSON.stringify(rerun);
      const before = this.#told.get(name);
      this.#told.set(name, text);
      if (!isFollowed(service, fleet().rerun)) this.#since.delete(name);
      else if (!this.#since.has(name)) this.#since.set(name, this.#parts.clock.now());
      if (before !== undefined && before !== text) {
        publish({ kind: "rerunChanged", service: name, rerun, cause: service.cause });
      }
    }
  }

  async #follow(): Promise<void> {
    const { services, fleet } = this.#parts;
    const followed = services
      .configured()
      .filter((service) => isFollowed(service, fleet().rerun) && service.trouble === null);
    // A fleet that follows nothing needs no watcher, and loads none.
    if (followed.length === 0 && this.#watch === null) return;
    const watch = await this.#open();
    if (this.#isClosed) return;
    const plans = new Map<string, { plan: WatchPlan; debounceMs: number }>();
    for (const service of followed) {
      plans.set(service.spec.name, { plan: this.#planOf(service), debounceMs: service.spec.watch.debounceMs });
    }
    if (followed.length > 0) plans.set(configFiles, { plan: this.#configPlan(), debounceMs: 200 });
    for (const name of [...this.#followed.keys()]) {
      if (plans.has(name)) continue;
      this.#followed.delete(name);
      this.#plans.delete(name);
      watch.unfollow(name);
    }
    for (const [name, { plan, debounceMs }] of plans) {
      const before = this.#followed.get(name);
      this.#followed.set(name, { plan, debounceMs });
      if (before?.debounceMs === debounceMs && isSamePlan(before.plan, plan)) continue;
      watch.follow(name, plan, debounceMs, this.#since.get(name));
    }
  }

  #planOf(service: ControlledService): WatchPlan {
    const { spec } = service;
    const key = this.#parts.keyOf(service);
    const known = this.#plans.get(spec.name);
    if (known?.spec === spec && known.key === key) return known.plan;
    const plan = this.#parts.planOf(service);
    this.#plans.set(spec.name, { spec, key, plan });
    return plan;
  }

  #configPlan(): WatchPlan {
    const [root = "", ...files] = this.#parts.configFiles();
    const ignore = { globs: [], base: root, files: [] };
    return { directories: [{ dir: root, recursive: false, filter: "all", gitignore: false }], files, ignore };
  }

  #open(): Promise<FleetWatch> {
    this.#watch ??= import("../watch/fleet-watch.ts").then(
      ({ FleetWatch }) =>
        new FleetWatch({
          clock: this.#parts.clock,
          onChange: (name, change) => this.#onChange(name, change),
          onStir: (name, path, kind) => this.#onStir(name, path, kind),
          onTrouble: (name, message) => this.#onTrouble(name, message),
          onRelief: (message) => this.#parts.publish({ kind: "noticed", level: "info", unit: null, message }),
        }),
    );
    return this.#watch;
  }

  #onChange(name: string, { files, kind }: { files: readonly string[]; kind: "source" | "test" }): void {
    if (this.#isClosed) return;
    const { services, fleet, rerun } = this.#parts;
    const path = relative(fleet().root, files[0] ?? "");
    if (name === configFiles) {
      this.#onConfig(files[0] ?? "");
      return;
    }
    const service = services.get(name);
    if (service === undefined || !isFollowed(service, fleet().rerun)) return;
    const { withTests } = rerunWish(service, fleet().rerun);
    if (kind === "test" && !withTests) return;
    rerun(service, { cause: { kind: "file", path }, withTests, mustReplace: false, builds: kind === "source" });
  }

  /** Whoever saves sees at once that it was seen, although it is waited for more. */
  #onStir(name: string, file: string, kind: "source" | "test"): void {
    const { services, fleet, stir } = this.#parts;
    const service = services.get(name);
    if (this.#isClosed || service === undefined || kind === "test" || !isFollowed(service, fleet().rerun)) return;
    stir(service, { kind: "file", path: relative(fleet().root, file) });
  }

  /** What a config change affects is replaced; a mistake in it leaves the fleet as it was. */
  #onConfig(file: string): void {
    const { services, fleet, reload, rerun } = this.#parts;
    const before = fleet();
    const cause: Cause = { kind: "config", file };
    if (!reload(cause)) return;
    for (const name of affectedByConfig(before, fleet())) {
      const service = services.get(name);
      if (service === undefined || !isFollowed(service, fleet().rerun)) continue;
      const { withTests } = rerunWish(service, fleet().rerun);
      rerun(service, { cause, withTests, mustReplace: true, builds: true });
    }
    this.changed();
  }

  #onTrouble(name: string | null, message: string): void {
    const { services, publish } = this.#parts;
    const service = name === null ? undefined : services.get(name);
    if (service === undefined) {
      publish({ kind: "noticed", level: "warning", unit: null, message });
      return;
    }
    service.trouble = message;
    this.#parts.settle(service);
    this.changed();
  }
}

function isSamePlan(a: WatchPlan, b: WatchPlan): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
