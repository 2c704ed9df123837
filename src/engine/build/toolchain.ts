import type { BuildJob, BuildOutcome } from "./build-outcome.ts";
import type { BuildInputs } from "./fingerprint.ts";
import type { StatCache } from "./stat-cache.ts";

/** A command that can build several programs at once. */
export interface SharedCommand {
  /** Builds of one key can be carried out by one command. */
  key: string;
  /** What it calls the program. Two of one name are never built by one command. */
  name: string;
}

/** One of several builds that one command carries out. */
export interface BuildPart {
  key: string;
  job: BuildJob;
  /** Gives up this one alone. */
  signal: AbortSignal;
}

/** Builds that one command carries out. Nothing here rejects. */
export interface PartedBuild {
  /** In the order of the parts, each as soon as it is known; null: it has to be built by a command of its own. */
  outcomes: readonly Promise<BuildOutcome | null>[];
  /** Resolves when no process of it is left, after the last outcome. */
  ended: Promise<void>;
}

/** How services of one kind are built. */
export interface Toolchain {
  /** Names the build: jobs of one key have one result, so that one build serves them all. Quick, without I/O. */
  keyOf(job: BuildJob): string;
  /** The last build's result where it is certain that a build would make the same; null where in doubt. */
  findFresh(key: string, job: BuildJob, stats: StatCache): { artifact: string; durationMs: number } | null;
  /** What `findFresh` of this key is worth waiting for, because it is about to know more; else null. */
  settling(key: string): Promise<void> | null;
  /** Resolves when no process of the build is left, also where `signal` cut it short. Never two of one key at once. */
  build(key: string, job: BuildJob, signal: AbortSignal): Promise<BuildOutcome>;
  /** The command that could build this job together with others; null: it is built by one of its own. */
  sharedCommandOf(job: BuildJob, stats: StatCache): SharedCommand | null;
  /** Builds jobs of one shared command, of different names, the most urgent first. Otherwise as `build`. */
  buildTogether(parts: readonly BuildPart[]): PartedBuild;
  /** What the last build of this key was made of, also where it failed; null where that is not known, yet or at all. */
  inputsOf(key: string): BuildInputs | null;
  /** Removes old binaries, but for `inUse` (absolute paths) and the newest few. */
  prune(inUse: ReadonlySet<string>): Promise<void>;
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>;
}
