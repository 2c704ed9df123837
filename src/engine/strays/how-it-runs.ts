import { basename, join } from "node:path";
import type { ServiceSpec } from "../../model/service.ts";
import { goSpecOf, programName } from "../build/go-command.ts";
import { type CommandPattern, commandPattern } from "./command-pattern.ts";

/** What a service's own start looks like in the process table, as far as its config tells. */
export interface HowItRuns {
  service: string;
  /** Real path of its folder. */
  dir: string;
  /** Of a Go service: the folder of its main package; null for any other. */
  packageDir: string | null;
  /** Names that its binary may have, where it has one of its own. */
  programs: ReadonlySet<string>;
  /** What the kernel calls its processes, cut to 15 bytes: of its own programs, wherever they run. */
  names: ReadonlySet<string>;
  /** Where our own builds of it lie: this and a hash; null where it has none. */
  builds: string | null;
  /** The words of its command, or the arguments of its binary; null where only a shell could tell them. */
  words: CommandPattern | null;
  /** True where `words` begin with the program. */
  isCommand: boolean;
  /** What it detaches on purpose outlives it, so an old marker alone says nothing. */
  keepsDetached: boolean;
}

/** @param binDir where our builds are */
export function howItRuns(spec: ServiceSpec, binDir: string): HowItRuns {
  const { name: service, dir, build, run } = spec;
  const shared = { service, dir, keepsDetached: spec.detachedChildren === "keep" };
  if (run.kind === "command") {
    const words = commandPattern(run.command);
    const names = namesOf([basename(words?.[0] ?? "")]);
    return { ...shared, packageDir: null, programs: new Set(), names, builds: null, words, isCommand: true };
  }
  const go = build.kind === "go" ? goSpecOf(build) : null;
  const program = go === null ? service : programName(dir, go);
  const packageDir = go === null ? null : join(dir, go.package);
  const programs = [service, basename(dir), program, ...(packageDir === null ? [] : [basename(packageDir), "main"])];
  return {
    ...shared,
    packageDir,
    programs: new Set(programs),
    names: namesOf([...programs, "go"]),
    builds: go === null ? null : `${join(binDir, program)}-`,
    words: run.args,
    isCommand: false,
  };
}

function namesOf(programs: readonly string[]): Set<string> {
  return new Set(programs.map((program) => Buffer.from(program).subarray(0, 15).toString("latin1")));
}
