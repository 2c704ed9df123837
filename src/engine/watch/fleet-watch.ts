import type { Stats } from "node:fs";
import { basename } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { InspectedWatch } from "../../model/inspection.ts";
import { canWatch } from "./can-watch.ts";
import { type Change, type ChangeKind, Coalescer, type Hearer } from "./coalesce.ts";
import { GitignoreFiles } from "./ignore-tree.ts";
import { LoopBreaker } from "./loop-breaker.ts";
import { PartIndex } from "./part-index.ts";
import { PollingSpell, pollMs } from "./polling-spell.ts";
import { SecondLook } from "./second-look.ts";
import { SeenFiles } from "./seen-files.ts";
import { SourceSurvey, type SurveyResult } from "./source-survey.ts";
import type { OpenWatcher } from "./watch-layer.ts";
import { WatchLayers } from "./watch-layers.ts";
import { partsOf, type WatchPart } from "./watch-part.ts";
import type { WatchPlan } from "./watch-plan.ts";
import { describeLoop, describeShortage, describeWatchError, reliefMessage, shortageOf } from "./watch-trouble.ts";

export interface FleetWatchOptions {
  clock: Clock;
  /** Files of a service changed and have been quiet for its time. Never called for a service that is not followed. */
  onChange: (service: string, change: Change) => void;
  /** A file of a service has changed just now; `onChange` follows once it is quiet. */
  onStir?: (service: string, path: string, kind: ChangeKind) => void;
  /** Something is not watched as it should be, as a sentence; null: for the whole fleet. Each trouble is told once. */
  onTrouble: (service: string | null, message: string) => void;
  /** A trouble of the whole fleet is over, as a sentence. */
  onRelief?: (message: string) => void;
  /** How the files are watched; for tests of a system that refuses. */
  open?: OpenWatcher;
  /** Whether the system can watch so many folders; see `canWatch`. */
  canWatch?: (folders: readonly string[]) => boolean;
}

/** How one service is watched. */
export interface FollowedSources extends SurveyResult {
  plan: WatchPlan;
  polling: InspectedWatch["polling"];
}

interface Followed {
  plan: WatchPlan;
  debounceMs: number;
  parts: Map<string, WatchPart>;
  /** Files that were written after this count as changed, also where the watch began later. */
  since: number;
  /** It restarts itself, and is not rerun any more. */
  isLooping: boolean;
}

/** What starts now has the machine; then ten thousand files are read within ten seconds, at a twentieth of a core. */
const learnAfterMs = 3000;
const learnEveryMs = 20;
/** A checkout changes many .gitignore files, and what they are about is looked through anew each time. */
const rulesPauseMs = 250;

/**
 * Watches what services are made of, and tells which of them a change is about. What several of them need is watched
 * once. Files that were only touched, or saved as they were, are told to nobody. While nothing changes, nothing runs.
 */
export class FleetWatch {
  readonly #options: FleetWatchOptions;
  readonly #services = new Map<string, Followed>();
  /** Who needs the parts that are wanted, by the keys of the parts. */
  readonly #users = new Map<string, { part: WatchPart; services: Set<string> }>();
  readonly #index = new PartIndex();
  readonly #layers: WatchLayers;
  readonly #seen = new SeenFiles();
  readonly #coalescer: Coalescer;
  readonly #loops = new LoopBreaker();
  readonly #told = new Set<string>();
  #gitignores = new GitignoreFiles();
  /** Counts changes of .gitignore files. */
  #version = 0;
  #cancelLearning: (() => void) | null = null;
  /** Not null: rules were read just now; `areRulesOld`: and have changed since. */
  #cancelRules: (() => void) | null = null;
  #areRulesOld = false;
  readonly #secondLook: SecondLook;
  readonly #polling: PollingSpell;
  readonly #survey: SourceSurvey;

  constructor(options: FleetWatchOptions) {
    this.#options = options;
    const { clock, open } = options;
    this.#coalescer = new Coalescer(
      clock,
      (service, change, at) => this.#tell(service, change, at),
      (files) => void this.#secondLook.after(files),
    );
    this.#layers = new WatchLayers({
      clock,
      open,
      onFound: (path, stats) => this.#found(path, stats),
      // What a checkout deletes and makes anew while its folder is looked through is not reported.
      onWatched: (paths) => this.#secondLook.compare(paths),
      onReport: (path) => this.#reported(path),
      onError: (error) => this.#failed(error),
      onTidied: () => this.#seen.keep((path) => this.#index.counts(path)),
    });
    this.#secondLook = new SecondLook({
      layers: this.#layers,
      seen: this.#seen,
      onAnother: (path) => this.#reported(path),
    });
    this.#polling = new PollingSpell({
      clock,
      layers: this.#layers,
      canWatch: options.canWatch ?? canWatch,
      onEnd: () => {
        this.#told.clear();
        options.onRelief?.(reliefMessage);
      },
    });
    this.#survey = new SourceSurvey(clock);
  }

  /**
   * Follows `service` by this plan from now on; at any time anew, with another one. Files written after `since`
   * (milliseconds since the epoch; when the last build began) count as changed even where they are watched only later.
   */
  follow(service: string, plan: WatchPlan, debounceMs: number, since: number = Date.now()): void {
    const before = this.#services.get(service);
    const joined = this.#follow(service, plan, debounceMs, since).filter(({ key }) => before?.parts.has(key) !== true);
    if (joined.length > 0) this.#catchUp(service, joined);
  }

  /** The parts of it that were watched already. */
  #follow(service: string, plan: WatchPlan, debounceMs: number, since: number): WatchPart[] {
    const before = this.#services.get(service);
    const parts = new Map(partsOf(plan, this.#gitignores, this.#version).map((part) => [part.key, part]));
    const isSameIgnore = JSON.stringify(before?.plan.ignore) === JSON.stringify(plan.ignore);
    if (!isSameIgnore) this.#loops.forget(service);
    this.#services.set(service, {
      plan,
      debounceMs,
      parts,
      since,
      isLooping: isSameIgnore && before?.isLooping === true,
    });
    this.#polling.planChanged();
    const watched = [...parts.values()].filter((part) => this.#use(service, part));
    for (const key of before?.parts.keys() ?? []) if (!parts.has(key)) this.#drop(service, key);
    return watched;
  }

  /** What others were told of, and this service was not, since it followed these parts only later. */
  #catchUp(service: string, parts: readonly WatchPart[]): void {
    const followed = this.#services.get(service);
    if (followed === undefined) return;
    const index = new PartIndex(parts);
    for (const path of this.#seen.changedAfter(followed.since)) {
      const kinds = index.find(path).map(({ kind }) => kind);
      if (kinds.length === 0 || basename(path) === ".gitignore") continue;
      const kind = kinds.includes("source") ? "source" : "test";
      this.#stir(path, new Map([[service, kind]]));
    }
  }

  unfollow(service: string): void {
    const followed = this.#services.get(service);
    if (followed === undefined) return;
    this.#survey.forget(service);
    this.#services.delete(service);
    this.#coalescer.drop(service);
    this.#loops.forget(service);
    for (const key of followed.parts.keys()) this.#drop(service, key);
  }

  /** A change that was told of led to a new generation of the service; the next one may be its own doing. */
  restarted(service: string): void {
    this.#loops.restarted(service, this.#options.clock.now());
  }

  /** How a service is watched; null where it is not followed. Looks through its folders, at most every ten seconds. */
  async look(service: string): Promise<FollowedSources | null> {
    const followed = this.#services.get(service);
    if (followed === undefined) return null;
    const found = await this.#survey.of(service, followed.parts);
    return { ...found, plan: followed.plan, polling: this.#polling.state };
  }

  /** Resolves when all that is followed, and is there, is watched. */
  settled(): Promise<void> {
    return this.#layers.settled();
  }

  /** Resolves when nothing is watched any more. Nothing is told after it was called. */
  async close(): Promise<void> {
    this.#services.clear();
    this.#cancelLearning?.();
    this.#cancelRules?.();
    this.#polling.close();
    this.#coalescer.close();
    await this.#layers.close();
  }

  /** True where it was wanted already. */
  #use(service: string, part: WatchPart): boolean {
    const use = this.#users.get(part.key);
    if (use !== undefined) {
      use.services.add(service);
      return true;
    }
    this.#users.set(part.key, { part, services: new Set([service]) });
    this.#index.add(part);
    this.#layers.want(part);
    return false;
  }

  #drop(service: string, key: string): void {
    const use = this.#users.get(key);
    if (use === undefined) return;
    use.services.delete(service);
    if (use.services.size > 0) return;
    this.#users.delete(key);
    this.#index.remove(use.part);
    this.#layers.unwant(use.part);
  }

  #found(path: string, stats: Stats): void {
    const services = this.#hearersOf(path);
    if (services.size === 0) return;
    // `since` is in whole milliseconds, rounded down.
    const writtenMs = Math.floor(stats.mtimeMs);
    const isLater = [...services.keys()].some((name) => writtenMs > (this.#services.get(name)?.since ?? Infinity));
    // What was written before it was first looked at has nothing to be compared with.
    if (isLater && !this.#seen.has(path)) this.#reported(path);
    else if (this.#seen.note(path, stats) || isLater) this.#reported(path);
    this.#cancelLearning ??= this.#options.clock.after(learnAfterMs, () => this.#learn());
  }

  #learn(): void {
    this.#cancelLearning = this.#seen.learn() ? this.#options.clock.after(learnEveryMs, () => this.#learn()) : null;
  }

  #reported(path: string): void {
    const kinds = this.#hearersOf(path);
    if (kinds.size === 0 || !this.#seen.hasChanged(path)) return;
    if (basename(path) === ".gitignore") {
      this.#readGitignoresAgain();
      return;
    }
    this.#stir(path, kinds);
  }

  #stir(path: string, kinds: ReadonlyMap<string, ChangeKind>): void {
    for (const [service, kind] of kinds) {
      if (this.#services.get(service)?.isLooping === false) this.#options.onStir?.(service, path, kind);
    }
    for (const kind of ["source", "test"] as const) {
      const hearers: Hearer[] = [];
      for (const [service, its] of kinds) {
        const debounceMs = this.#services.get(service)?.debounceMs;
        if (its === kind && debounceMs !== undefined) hearers.push({ service, debounceMs });
      }
      this.#coalescer.add(path, kind, hearers);
    }
  }

  /** The services that a file is a part of, and as what. A part of the program is more than a part of its tests. */
  #hearersOf(path: string): Map<string, ChangeKind> {
    const kinds = new Map<string, ChangeKind>();
    for (const { part, kind } of this.#index.find(path)) {
      for (const service of this.#users.get(part.key)?.services ?? []) {
        if (kinds.get(service) !== "source") kinds.set(service, kind);
      }
    }
    return kinds;
  }

  #tell(service: string, change: Change, firstAt: number): void {
    const followed = this.#services.get(service);
    if (followed === undefined || followed.isLooping) return;
    const sources = change.kind === "source" ? change.files : [];
    const file = this.#loops.changed(service, sources, firstAt);
    if (file === null) {
      this.#options.onChange(service, change);
      return;
    }
    followed.isLooping = true;
    this.#options.onTrouble(service, describeLoop(file, followed.plan.ignore.base));
  }

  #readGitignoresAgain(): void {
    this.#areRulesOld = this.#cancelRules !== null;
    if (this.#areRulesOld) return;
    this.#cancelRules = this.#options.clock.after(rulesPauseMs, () => {
      this.#cancelRules = null;
      if (this.#areRulesOld) this.#readGitignoresAgain();
    });
    this.#gitignores = new GitignoreFiles();
    this.#version += 1;
    for (const [service, { plan, debounceMs, since }] of this.#services) this.#follow(service, plan, debounceMs, since);
  }

  #failed(error: unknown): void {
    const shortage = shortageOf(error);
    if (shortage !== null) this.#polling.begin(shortage);
    const message = shortage === null ? describeWatchError(error) : describeShortage(shortage, pollMs);
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#options.onTrouble(null, message);
  }
}
