import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errnoOf } from "../../lib/errno.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure } from "../../model/failure.ts";
import { runCommand } from "../process/run-command.ts";
import { ArtifactFolder } from "./artifact-folder.ts";
import { buildFailure, outputLines } from "./build-failure.ts";
import { buildLimitMs, buildNiceness } from "./build-limits.ts";
import type { BuildJob, BuildOutcome } from "./build-outcome.ts";
import { type BuildRecord, inputsOfRecord, readBuildRecord, writeBuildRecord } from "./build-records.ts";
import { contentIdOf, isArchive } from "./content-id.ts";
import { explainGoOutput, packageHint } from "./explain-go-output.ts";
import { type BuildInputs, matchesFingerprint } from "./fingerprint.ts";
import { goBuildLine, goFlags, goSpecOf, programName } from "./go-command.ts";
import { findGo, goVariables } from "./go-environment.ts";
import { namesThatMatter } from "./input-directory.ts";
import { InputRecorder } from "./input-recorder.ts";
import { StatCache } from "./stat-cache.ts";
import type { Toolchain } from "./toolchain.ts";
import { toolchainMissing } from "./toolchain-missing.ts";

type CommandRun = Awaited<ReturnType<typeof runCommand>>;

/**
 * `go build`, into a file per build. Three things make a start cheap where little has changed: a build is skipped
 * where no input of the last one changed (`go build` takes 80 to 150 ms to find that out), a build that makes the
 * same program gives the earlier file, and services of one package share a build.
 */
export class GoToolchain implements Toolchain {
  readonly #binDir: string;
  readonly #folders = new Map<string, ArtifactFolder>();
  readonly #recorder: InputRecorder;

  /** `onRecorded` hears the key of each build whose inputs are known anew; that is some time after the build. */
  constructor(binDir: string, onRecorded?: (key: string) => void) {
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
    return {
      files: [...new Set([...unbuilt.files, ...built.files])],
      directories: [...unbuilt.directories, ...built.directories],
    };
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

  async prune(inUse: ReadonlySet<string>): Promise<void> {
    const entries = await readdir(this.#binDir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
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
    const namesBefore = new Map(
      [dir, resolve(dir, go.package)].map((place) => [place, namesThatMatter(place, "go", stats)]),
    );
    // Compared with the times of files, so it is never an injected clock's.
    const startedAt = Date.now();
    const result = await this.#runGo(target, goFile, job, signal);
    if (signal.aborted || result.exitCode !== 0) {
      await rm(target, { force: true });
      if (signal.aborted) return { ok: false, cancelled: true };
      this.#recorder.add({ key, job, go: goFile, record: null, startedAt, namesBefore });
      return { ok: false, failure: failureOf(result, goBuildLine(go), dir) };
    }
    if (!existsSync(target) || (await isArchive(target))) {
      await rm(target, { force: true });
      const message = `cannot be built: ${go.package === "." ? dir : go.package} is not a program (package main)`;
      const told = { message, hint: packageHint };
      return { ok: false, failure: buildFailure(goBuildLine(go), 0, outputLines(result.output), told) };
    }
    const record = await this.#recordOf(target, goFile, key, Math.round(result.durationMs));
    writeBuildRecord(this.#binDir, key, record);
    this.#recorder.add({ key, job, go: goFile, record, startedAt, namesBefore });
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

function isUntouched(record: BuildRecord, stats: StatCache): boolean {
  const found = stats.stat(record.artifact);
  return found !== null && found.size === record.artifactSize && found.mtimeMs === record.artifactMtimeMs;
}

function failureOf(result: CommandRun, command: string, dir: string): Failure {
  if (result.failure !== null) return result.failure;
  const output = outputLines(result.output);
  if (result.timedOut) {
    const message = `did not finish building within ${formatDuration(buildLimitMs)}`;
    return buildFailure(command, null, output, { message });
  }
  if (result.exitCode === null) {
    const told = { message: `its build was ended by ${result.signal ?? "a signal"}` };
    const hint = "somebody did that, or the system because memory ran out";
    return buildFailure(command, null, output, result.signal === "SIGKILL" ? { ...told, hint } : told);
  }
  return buildFailure(command, result.exitCode, output, explainGoOutput(output, dir));
}

function unwritable(folder: string, error: unknown): Failure {
  const message = `cannot be built: ${folder} cannot be written (${errnoOf(error)})`;
  return buildFailure("go build", null, [], { message, hint: "check its owner and rights, and the space on its disk" });
}
