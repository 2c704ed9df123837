import { join, resolve } from "node:path";
import type { BuildInputs } from "../../engine/build/fingerprint.ts";
import { goFlags, goSpecOf } from "../../engine/build/go-command.ts";
import { findGo } from "../../engine/build/go-environment.ts";
import { goInputs } from "../../engine/build/go-inputs.ts";
import { goListCommand } from "../../engine/build/go-list-command.ts";
import { StatCache } from "../../engine/build/stat-cache.ts";
import { runCommand } from "../../engine/process/run-command.ts";
import { goTestPackages } from "../../engine/tests/go-test-packages.ts";
import { isGoDefault } from "../../engine/tests/run-tests.ts";
import { type WatchedDirectory, type WatchPlan, watchPlanOf } from "../../engine/watch/watch-plan.ts";
import type { ServiceSpec } from "../../model/service.ts";

/** What changes are looked for: those that make another program, or also those that its tests may tell apart. */
export type ChangePurpose = "build" | "test";

export interface SourceQuestion {
  purpose: ChangePurpose;
  /** In which its build or its tests run. */
  env: Record<string, string>;
  signal: AbortSignal;
  /** Tells whether there is a file; those that are not there are left out of the plan. */
  exists: (path: string) => boolean;
}

const listLimitMs = 60_000;
const mostListBytes = 64 * 1024 * 1024;

/**
 * What a service is made of, in the words of what is watched: for Go from the go command, as it is now; else its folder, or
 * `watch.paths`. `unknown`: why the go command could not tell, so that the plan is a guess; null where it is certain.
 */
export async function sourcesOf(
  service: ServiceSpec,
  question: SourceQuestion,
): Promise<{ plan: WatchPlan; unknown: string | null }> {
  const found = service.build.kind === "go" ? await inputsOf(service, question) : { inputs: null, unknown: null };
  const plan = watchPlanOf(service, found.inputs, question.exists);
  const besides = question.purpose === "test" ? testDirectories(service, found.inputs) : [];
  return { plan: { ...plan, directories: [...plan.directories, ...besides] }, unknown: found.unknown };
}

/** What the go command does not name and tests read: their data; for tests by a command of one's own, anything in the folder. */
function testDirectories(service: ServiceSpec, inputs: BuildInputs | null): WatchedDirectory[] {
  const { dir } = service;
  const all = { recursive: true, filter: "all", gitignore: true } as const;
  if (service.build.kind !== "go") return [];
  if (!isGoDefault(service, "unit")) return [{ dir, ...all }];
  // A package that only has tests is a part of no program.
  const tested = { dir, recursive: true, filter: "go-tree", gitignore: false } as const;
  const isAllTested = resolve(dir, goSpecOf(service.build).package) === resolve(dir);
  const data = (inputs?.directories ?? [])
    .filter((place) => place.filter === "go" && (place.dir === dir || place.dir.startsWith(`${dir}/`)))
    .map((place) => ({ dir: join(place.dir, "testdata"), ...all }));
  return isAllTested ? [tested, ...data] : data;
}

async function inputsOf(
  service: ServiceSpec,
  { purpose, env, signal }: SourceQuestion,
): Promise<{ inputs: BuildInputs; unknown: null } | { inputs: null; unknown: string }> {
  const { dir } = service;
  const stats = new StatCache();
  const goFile = findGo(env, stats);
  if (goFile === null) return { inputs: null, unknown: "there is no `go` on PATH to tell" };
  const go = goSpecOf(service.build);
  const isTest = purpose === "test";
  const tested = isTest ? await goTestPackages(service, { go: goFile, env, signal }) : [];
  const packages = [go.package, ...tested];
  const flags = [...goFlags(go), ...(isTest ? ["-test"] : [])];
  const result = await runCommand({
    command: goListCommand(goFile, [...flags, ...packages]),
    cwd: dir,
    env: { ...env, PWD: dir },
    timeoutMs: listLimitMs,
    maxOutputBytes: mostListBytes,
    signal,
  });
  if (result.exitCode !== 0) return { inputs: null, unknown: "go list fails for it" };
  const inputs = goInputs(result.output, { dir, go: goFile, env }, stats);
  if (inputs === null || !inputs.isCertain)
    return { inputs: null, unknown: "the go command does not tell for certain" };
  return { inputs, unknown: null };
}
