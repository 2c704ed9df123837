import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errnoOf } from "../../lib/errno.ts";
import type { Failure } from "../../model/failure.ts";
import { runCommand } from "../process/run-command.ts";
import { ArtifactFolder } from "./artifact-folder.ts";
import { buildFailure, outputLines } from "./build-failure.ts";
import { buildGoTogether } from "./build-go-together.ts";
import { buildLimitMs, buildNiceness } from "./build-limits.ts";
import type { BuildJob, BuildOutcome } from "./build-outcome.ts";
import { BuildParts } from "./build-parts.ts";
import { type BuildRecord, inputsOfRecord, readBuildRecord, writeBuildRecord } from "./build-records.ts";
import { contentIdOf, isArchive } from "./content-id.ts";
import { packageHint } from "./explain-go-output.ts";
import { type BuildInputs, matchesFingerprint } from "./fingerprint.ts";
import { goBuildFailure } from "./go-build-failure.ts";
import { goBuildLine, goFlags, goSpecOf, programName } from "./go-command.ts";
import { findGo, goVariables } from "./go-environment.ts";
import { goSharedCommand } from "./go-shared-command.ts";
import { namesThatMatter } from "./input-directory.ts";
import { InputRecorder } from "./input-recorder.ts";
import { joinedInputs } from "./joined-inputs.ts";
import { StatCache } from "./stat-cache.ts";
import type { BuildPart, PartedBuild, SharedCommand, Toolchain } from "./toolchain.ts";
import { toolchainMissing } from "./toolchain-missing.ts";

type CommandRun = Awaited<ReturnType<typeof runCommand>>;

/** What is known of a build when it begins. */
interface Beginning {
  /** The go command. */
  go: string;
  /** Compared with the times of files, so it is never an injected clock's. */
  startedAt: number;
  /** Names in the directories that can be looked at already. */
  namesBefore: ReadonlyMap<string, string[]>;
}

/** Where shared commands leave their programs; no key begins like this. */
const togetherFolder = ".together";

/**
 * `go build`, into a file per build. Three things make a start cheap where little has changed: a build is skipped
 * where no input of the last one changed (`go build` takes 80 to 150 ms to find that out), a build that makes the
 * same program gives the earlier file, and services of one package share a build.
 *
 * Programs of one module that are built with the same flags share a command, however few and whatever is compiled
 * already: that takes 0.6 of the time of a core with an empty build cache, since commands at once each compile the
 * standard library, and 0.8 to 0.9 of it otherwise, since each loads the same packages; and a service waits for its
 * program as long as for one of its own, a tenth less with an empty cache (bench/go-builds.ts, three and twelve services
 * on two cores). What it does not make is built by a command of its own, which also says why.
 */
export class GoToolchain implements Toolchain {
  readonly #binDir: string;
  readonly #folders = new Map<string, ArtifactFolder>();
  readonly #recorder: InputRecorder;
  #sharedCount = 0;
  /** What a killed daemon left behind is removed once. */
  #swept: Promise<void> | null = null;

  /** `onRecorded` hears the keys of builds whose inputs are known anew; that is some time after the builds. */
  constructor(binDir: string, onRecorded?: (keys: readonly string[]) => void) {
    this.#binDir = binDir;
    this.#recorder = new InputRecorder(binDir, onRecorded);
  }

  keyOf({ service, env }: BuildJob): string {
    const go = goSpecOf(service.build);
    const told = [service.dir, go.package, go.tags, go.race, go.ldflags, goVariables(env)];
    const hash = createHash("sha256").update(JSON.stringify(told)).digest("hex").slice(0, 12);
    return `${programName(service.dir, go)}-${hash}`;
  }

  findFresh(key: string, job: BuildJob, stats: StatCache): { artifact: string; durationMs: number } | null {
    const record = readBuildRecord(this.#binDir, key);
    if (record === null || record.inputs === null) return null;
    if (record.go !== findGo(job.env, stats)) return null;
    if (record.path !== null && record.path !== job.env.PATH) return null;
    if (!isUntouched(record, stats) || !matchesFingerprint(record.inputs, stats)) return null;
    return { artifact: record.artifact, durationMs: record.durationMs };
  }

  settling(key: string): Promise<void> | null {
    return this.#recorder.running(key);
  }

  inputsOf(key: string): BuildInputs | null {
    const record = readBuildRecord(this.#binDir, key);
    const built = record === null ? null : inputsOfRecord(record);
    const unbuilt = this.#recorder.unbuilt(key);
    if (built === null || unbuilt === null) return built ?? unbuilt;
    // Where an import cannot be read, what it led to is not told.
    return joinedInputs(unbuilt, built);
  }

  sharedCommandOf(job: BuildJob, stats: StatCache): SharedCommand | null {
    return goSharedCommand(job, stats);
  }

  async build(key: string, job: BuildJob, signal: AbortSignal): Promise<BuildOutcome> {
    this.#recorder.drop(key);
    const stats = new StatCache();
    const goFile = findGo(job.env, stats);
    if (goFile === null) return { ok: false, failure: toolchainMissing(stats) };
    const folder = this.#folderOf(key);
    try {
      const target = await folder.next(programName(job.service.dir, goSpecOf(job.service.build)));
      return await this.#buildInto(target, goFile, key, job, signal, stats);
    } catch (error) {
      return { ok: false, failure: unwritable(folder.path, error) };
    } finally {
      folder.finished();
    }
  }

  buildTogether(parts: readonly BuildPart[]): PartedBuild {
    const together = new BuildParts(parts);
    const ended = this.#buildAll(parts, together)
      // The disk: each build then says for itself what is wrong with it.
      .catch(() => undefined)
      .finally(() => together.end());
    return { outcomes: together.outcomes, ended };
  }

  async prune(inUse: ReadonlySet<string>): Promise<void> {
    const entries = await readdir(this.#binDir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name === togetherFolder) continue;
      const newest = readBuildRecord(this.#binDir, entry.name)?.artifact;
      const keep = newest === undefined ? inUse : new Set([...inUse, newest]);
      // Old binaries do no harm; the next prune tries again.
      await this.#folderOf(entry.name)
        .prune(keep)
        .catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#recorder.close();
  }

  async #buildInto(
    target: string,
    goFile: string,
    key: string,
    job: BuildJob,
    signal: AbortSignal,
    stats: StatCache,
  ): Promise<BuildOutcome> {
    const { dir, build } = job.service;
    const go = goSpecOf(build);
    const beginning = beginningOf(job, goFile, stats);
    const result = await this.#runGo(target, goFile, job, signal);
    if (signal.aborted || result.exitCode !== 0) {
      await rm(target, { force: true });
      if (signal.aborted) return { ok: false, cancelled: true };
      this.#recorder.add({ key, job, record: null, ...beginning });
      return { ok: false, failure: goBuildFailure(result, goBuildLine(go), dir) };
    }
    if (!existsSync(target) || (await isArchive(target))) {
      await rm(target, { force: true });
      const message = `cannot be built: ${go.package === "." ? dir : go.package} is not a program (package main)`;
      const told = { message, hint: packageHint };
      return { ok: false, failure: buildFailure(goBuildLine(go), 0, outputLines(result.output), told) };
    }
    return await this.#keep(target, { key, job }, beginning, result.durationMs);
  }

  /** Runs a shared command; each program is kept as soon as it is there, while others are still built. */
  async #buildAll(parts: readonly BuildPart[], together: BuildParts): Promise<void> {
    const stats = new StatCache();
    const [first] = parts;
    const told = first === undefined ? null : goSharedCommand(first.job, stats);
    const go = first === undefined ? null : findGo(first.job.env, stats);
    if (first === undefined || go === null || told === null) return;
    // A go.mod may have changed since they were queued.
    const shared = parts
      .map(({ job }) => goSharedCommand(job, stats))
      .map((its) => (its?.key === told.key ? its : null));
    for (const { key } of parts) this.#recorder.drop(key);
    const beginnings = parts.map(({ job }) => beginningOf(job, go, stats));
    const root = join(this.#binDir, togetherFolder);
    this.#swept ??= rm(root, { recursive: true, force: true });
    await this.#swept;
    const started = performance.now();
    await buildGoTogether({
      go,
      cwd: told.cwd,
      flags: goFlags(goSpecOf(first.job.service.build)),
      packages: shared.flatMap((command) => command?.package ?? []),
      env: first.job.env,
      folder: join(root, String(++this.#sharedCount)),
      signal: together.signal,
      onProgram: async (name, file) => {
        const at = shared.findIndex((command) => command?.name === name);
        const part = parts[at];
        const beginning = beginnings[at];
        if (part === undefined || beginning === undefined || !together.take(at)) return;
        together.settle(at, await this.#keepMoved(file, part, beginning, performance.now() - started));
      },
    });
  }

  /** Null where it cannot be moved. */
  async #keepMoved(file: string, part: BuildPart, beginning: Beginning, ms: number): Promise<BuildOutcome | null> {
    const { key, job } = part;
    const folder = this.#folderOf(key);
    try {
      const target = await folder.next(programName(job.service.dir, goSpecOf(job.service.build)));
      await rename(file, target);
      return await this.#keep(target, part, beginning, ms);
    } catch {
      return null;
    } finally {
      folder.finished();
    }
  }

  async #keep(
    target: string,
    part: Omit<BuildPart, "signal">,
    beginning: Beginning,
    ms: number,
  ): Promise<BuildOutcome> {
    const { key, job } = part;
    const record = await this.#recordOf(target, beginning.go, key, Math.round(ms));
    writeBuildRecord(this.#binDir, key, record);
    this.#recorder.add({ key, job, record, ...beginning });
    return { ok: true, artifact: record.artifact, durationMs: record.durationMs, skipped: false };
  }

  async #runGo(target: string, goFile: string, { service, env }: BuildJob, signal: AbortSignal): Promise<CommandRun> {
    const go = goSpecOf(service.build);
    // Beside the target, so that the result is moved, not copied, and nothing stays behind in /tmp when go is killed.
    const temporary = `${target}.tmp`;
    await mkdir(temporary);
    try {
      return await runCommand({
        command: { file: goFile, args: ["build", "-o", target, ...goFlags(go), go.package] },
        cwd: service.dir,
        env: { GOTMPDIR: temporary, ...env, PWD: service.dir },
        timeoutMs: buildLimitMs,
        signal,
        maxOutputBytes: 256 * 1024,
        nice: buildNiceness,
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** The record of the file just built, or of the one before where that is the same program. */
  async #recordOf(target: string, go: string, key: string, durationMs: number): Promise<BuildRecord> {
    const contentId = await contentIdOf(target);
    const last = readBuildRecord(this.#binDir, key);
    const inputs = { inputs: null, path: null, go, madeOf: last === null ? null : inputsOfRecord(last) };
    if (last !== null && last.contentId === contentId && isUntouched(last, new StatCache())) {
      await rm(target, { force: true });
      return { ...last, ...inputs, durationMs };
    }
    const stats = new StatCache().stat(target);
    return {
      version: 1,
      artifact: target,
      artifactSize: stats?.size ?? -1,
      artifactMtimeMs: stats?.mtimeMs ?? 0,
      contentId,
      durationMs,
      ...inputs,
    };
  }

  #folderOf(key: string): ArtifactFolder {
    let folder = this.#folders.get(key);
    if (folder === undefined) {
      folder = new ArtifactFolder(join(this.#binDir, key));
      this.#folders.set(key, folder);
    }
    return folder;
  }
}

function beginningOf({ service }: BuildJob, go: string, stats: StatCache): Beginning {
  const places = [service.dir, resolve(service.dir, goSpecOf(service.build).package)];
  const namesBefore = new Map(places.map((place) => [place, namesThatMatter(place, "go", stats)]));
  return { go, startedAt: Date.now(), namesBefore };
}

function isUntouched(record: BuildRecord, stats: StatCache): boolean {
  const found = stats.stat(record.artifact);
  return found !== null && found.size === record.artifactSize && found.mtimeMs === record.artifactMtimeMs;
}

function unwritable(folder: string, error: unknown): Failure {
  const message = `cannot be built: ${folder} cannot be written (${errnoOf(error)})`;
  return buildFailure("go build", null, [], { message, hint: "check its owner and rights, and the space on its disk" });
}
