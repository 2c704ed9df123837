import type { Clock } from "../../lib/clock.ts";

/** Whether a file is a part of the program, or of its tests alone. */
export type ChangeKind = "source" | "test";

/** Changes of one service that belong together. */
export interface Change {
  /** Absolute paths, each once, in the order in which they were seen; sources first. The first twenty. */
  files: string[];
  /** How many there were besides. */
  more: number;
  /** `test`: nothing but tests. */
  kind: ChangeKind;
}

/** Who is to hear of a change, and after how much quiet. */
export interface Hearer {
  service: string;
  debounceMs: number;
}

interface Burst {
  debounceMs: number;
  firstAt: number;
  lastAt: number;
  sources: Set<string>;
  tests: Set<string>;
  cancel: () => void;
}

const mostNamed = 20;
/** So many files at once are a switch of branches, not a person who saves: then all wait until it is over. */
const stormFiles = 50;
/** A disk that halts for a moment in the middle of a checkout is not its end. */
const stormPatience = 3;
/** A burst that never ends (a generator that writes on and on) is told of after this long. */
const longestBurstMs = 10_000;
/** A checkout of a large repository takes its time, and half of it is not worth building. */
const longestStormMs = 30_000;
/** A timer that comes so late was held up, and what came meanwhile still waits to be read. */
const heldUpMs = 50;

/**
 * Makes one change of a burst of them: a service hears of it when its files have been quiet for its time. In a storm
 * the quiet is that of all files of the fleet, and longer, so that a service that is reached early and late is told once.
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #tell: (service: string, change: Change, firstAt: number) => void;
  readonly #calm: (files: number) => void;
  readonly #bursts = new Map<string, Burst>();
  /** Files since all was quiet. */
  readonly #recent = new Set<string>();
  #lastAt = 0;

  /**
   * `tell` hears each burst when it is over, with the time of its first change; `calm`, when the last of them is, of how
   * many files they all were.
   */
  constructor(
    clock: Clock,
    tell: (service: string, change: Change, firstAt: number) => void,
    calm: (files: number) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#tell = tell;
    this.#calm = calm;
  }

  add(file: string, kind: ChangeKind, hearers: readonly Hearer[]): void {
    const now = this.#clock.now();
    this.#lastAt = now;
    if (hearers.length > 0) this.#recent.add(file);
    for (const { service, debounceMs } of hearers) {
      const burst = this.#bursts.get(service) ?? this.#open(service, debounceMs, now);
      burst.debounceMs = debounceMs;
      burst.lastAt = now;
      (kind === "source" ? burst.sources : burst.tests).add(file);
    }
  }

  /** Forgets what was not told of yet. */
  drop(service: string): void {
    this.#bursts.get(service)?.cancel();
    this.#forget(service);
  }

  close(): void {
    for (const service of [...this.#bursts.keys()]) this.drop(service);
  }

  #open(service: string, debounceMs: number, now: number): Burst {
    const burst: Burst = {
      debounceMs,
      firstAt: now,
      lastAt: now,
      sources: new Set(),
      tests: new Set(),
      cancel: () => undefined,
    };
    this.#bursts.set(service, burst);
    this.#wait(service, burst, debounceMs);
    return burst;
  }

  /** One timer a burst; it looks at what came meanwhile when it is due, so that a change costs no timer. */
  #wait(service: string, burst: Burst, ms: number): void {
    const due = this.#clock.now() + ms;
    burst.cancel = this.#clock.after(ms, () => this.#look(service, burst, due));
  }

  #look(service: string, burst: Burst, due: number): void {
    const now = this.#clock.now();
    const isStorm = this.#recent.size >= stormFiles;
    const lastAt = isStorm ? this.#lastAt : burst.lastAt;
    const quietMs = burst.debounceMs * (isStorm ? stormPatience : 1);
    const left = Math.max(lastAt + quietMs - now, now - due > heldUpMs ? heldUpMs : 0);
    const longestMs = Math.max(isStorm ? longestStormMs : longestBurstMs, burst.debounceMs);
    const leftAtMost = burst.firstAt + longestMs - now;
    if (left > 0 && leftAtMost > 0) {
      this.#wait(service, burst, Math.min(left, leftAtMost));
      return;
    }
    const recent = this.#recent.size;
    this.#forget(service);
    const { sources, tests } = burst;
    const all = [...sources, ...[...tests].filter((file) => !sources.has(file))];
    const files = all.slice(0, mostNamed);
    const kind = sources.size > 0 ? "source" : "test";
    this.#tell(service, { files, more: all.length - files.length, kind }, burst.firstAt);
    if (this.#bursts.size === 0) this.#calm(recent);
  }

  #forget(service: string): void {
    this.#bursts.delete(service);
    if (this.#bursts.size === 0) this.#recent.clear();
  }
}
