import { basename, dirname, resolve } from "node:path";
import { fits } from "./command-pattern.ts";
import type { HowItRuns } from "./how-it-runs.ts";
import { isWithin, type Sighting } from "./sighting.ts";

/** Why a process is taken for a service's. */
export interface Match {
  /** Clauses without a subject, the strongest first. */
  evidence: string[];
  /** Program, arguments and folder are those of the service's own start. */
  isExact: boolean;
}

/** Where `go run` puts what it runs. */
const goRunProgram = /\/go-build\d+\/b\d+\/exe\/([^/]+)$/;

/** Programs whose second word is what they run. */
const interpreters = /^(?:node|deno|bun|tsx|ts-node|python[\d.]*|pypy[\d.]*|ruby|perl|php|java|sh|bash|zsh|dash|ksh)$/;

/** Flags of `go run` that take the next word as their value. */
const goFlagsWithValue = new Set(
  "-C -p -asmflags -buildmode -buildvcs -compiler -cover -covermode -coverpkg -exec -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -pgo -pkgdir -tags -toolexec".split(
    " ",
  ),
);

/**
 * Whether a process runs as the service would, in its folder. Pure, and by what the process shows alone: who started it,
 * whose it is and what it says about itself by markers is another matter.
 */
export function matchService(seen: Sighting, how: HowItRuns): Match | null {
  return matchGoRun(seen, how) ?? (how.isCommand ? matchCommand(seen, how) : matchBinary(seen, how));
}

/** `go run .` in the service's folder, or `go run ./orders` above it. */
function matchGoRun({ argv, cwd }: Sighting, how: HowItRuns): Match | null {
  if (how.packageDir === null || cwd === null) return null;
  const [program = "", verb, ...rest] = argv;
  if (basename(program) !== "go" || verb !== "run") return null;
  let at = 0;
  while (rest[at]?.startsWith("-") === true) at += goFlagsWithValue.has(rest[at] as string) ? 2 : 1;
  const target = rest[at];
  if (target === undefined) return null;
  const path = resolve(cwd, target);
  const folder = path.endsWith(".go") ? dirname(path) : path;
  if (folder !== how.packageDir) return null;
  let after = at + 1;
  while (rest[after]?.endsWith(".go") === true) after++;
  const hasItsArguments = how.words !== null && fits(how.words, rest.slice(after));
  const where = cwd === how.dir ? "in its folder" : `for its folder, from ${cwd}`;
  return { evidence: [`is go run ${target} ${where}`], isExact: hasItsArguments && cwd === how.dir };
}

function matchBinary({ argv, cwd, executable }: Sighting, how: HowItRuns): Match | null {
  if (executable === null || cwd === null) return null;
  const name = basename(executable);
  const isInFolder = isWithin(cwd, how.dir);
  const origin = originOf(executable, name, how);
  // Our own build says whose it is by its place; any other program has to be run where the service is.
  if (origin === null || (!isInFolder && origin !== "build")) return null;
  const hasItsArguments = how.words !== null && fits(how.words, argv.slice(1));
  return {
    evidence: [
      originWords[origin](executable),
      isInFolder ? folderClause(cwd, how) : `runs in ${cwd}`,
      ...(hasItsArguments ? ["has its arguments"] : []),
    ],
    isExact: origin !== "ide" && hasItsArguments && cwd === how.dir,
  };
}

type Origin = "build" | "folder" | "goRun" | "ide";

const originWords: Readonly<Record<Origin, (executable: string) => string>> = {
  build: () => "its program is a build of ours",
  folder: (executable) => `its program is ${executable}`,
  goRun: () => "its program was built by go run",
  ide: (executable) => `its program was built by an editor (${basename(executable)})`,
};

function originOf(executable: string, name: string, how: HowItRuns): Origin | null {
  if (how.builds !== null && executable.startsWith(how.builds)) return "build";
  const temporary = goRunProgram.exec(executable)?.[1];
  if (temporary !== undefined) return how.programs.has(temporary) ? "goRun" : null;
  if (how.packageDir !== null && /^(?:__debug_bin|___go_build_|___\d+go_build_)/.test(name)) return "ide";
  return isWithin(executable, how.dir) && how.programs.has(name) ? "folder" : null;
}

function matchCommand(seen: Sighting, how: HowItRuns): Match | null {
  const { words } = how;
  const { cwd } = seen;
  if (words === null || cwd === null || !isWithin(cwd, how.dir)) return null;
  const [program, ...args] = words;
  if (program === undefined || program === null) return null;
  const own = argumentsOf(seen, program);
  if (own === null) return null;
  const script = scriptOf(args);
  const isScriptTheirs = script === null || own.some((word) => resolve(cwd, word) === resolve(how.dir, script));
  const hasItsArguments = fits(args, own);
  if (!hasItsArguments && (script === null || !isScriptTheirs)) return null;
  const lies = whatLiesInFolder(seen, how, script);
  // The same words in the same folder are worth a question. With nothing of its own, only where all of them are the same.
  if (lies === null && !hasItsArguments) return null;
  return {
    evidence: [
      ...(lies === null ? [] : [lies]),
      hasItsArguments ? "has its command line" : "runs its script",
      folderClause(cwd, how),
    ],
    isExact: hasItsArguments && lies !== null && cwd === how.dir,
  };
}

/** The arguments that a process gave to `program`, be it run directly or by an interpreter; null where it is another. */
function argumentsOf({ argv, executable }: Sighting, program: string): readonly string[] | null {
  const name = basename(program);
  const [first = "", second, ...rest] = argv;
  const isShown = basename(first) === name;
  const isBehindName = basename(executable ?? "") === name && basename(first) !== basename(second ?? "");
  if (isShown || (isBehindName && !interpreters.test(name))) return argv.slice(1);
  if (second === undefined || !interpreters.test(basename(executable ?? first))) return null;
  return basename(second) === name ? rest : null;
}

/** The first argument that is a file by its looks: `server.js`, `./main.py`, `app/run`. */
function scriptOf(args: readonly (string | null)[]): string | null {
  const first = args.find((word): word is string => word !== null && !word.startsWith("-"));
  return first !== undefined && (first.includes("/") || /\.\w+$/.test(first)) ? first : null;
}

function whatLiesInFolder({ argv, cwd, executable }: Sighting, how: HowItRuns, script: string | null): string | null {
  if (script !== null && isWithin(resolve(how.dir, script), how.dir)) return `its script is ${script}`;
  if (executable !== null && isWithin(executable, how.dir)) return `its program is ${executable}`;
  const second = argv[1];
  if (second === undefined || cwd === null || !second.includes("/")) return null;
  return isWithin(resolve(cwd, second), how.dir) ? `its script is ${second}` : null;
}

function folderClause(cwd: string, how: HowItRuns): string {
  return cwd === how.dir ? "runs in its folder" : `runs in ${cwd}, inside its folder`;
}
