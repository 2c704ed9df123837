import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { endProcessesOf } from "./end-processes-of.ts";
import { RealTerminal } from "./real-terminal.ts";
import { type Outcome, type ProgramOptions, RunningProgram } from "./run-program.ts";

const checkout = resolve(import.meta.dirname, "../..");
const program = join(checkout, "bin/orchestra");

interface FleetSource {
  /** A folder of fixtures/fleets, copied without what earlier runs left in it. */
  copyOf?: string;
  /** Path within the fleet → contents; written after `copyOf`. */
  files?: Record<string, string>;
  /** A command that executes what follows it: Orchestra, and all that it starts, runs under it. */
  under?: readonly string[];
}

interface RunOptions extends Partial<Omit<ProgramOptions, "env">> {
  /** On top of the fleet's own environment; undefined removes. */
  env?: NodeJS.ProcessEnv;
}

/** A fleet in a temp folder of its own, with a home of its own, and the built program to run on it. */
export interface TempFleet {
  /** Real path of the fleet's root. */
  root: string;
  /** Path of a file in it. */
  path(file: string): string;
  /** The environment in which its programs run: that of the test without CI and Orchestra's own, with another home. */
  env(extra?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  write(file: string, contents: string): void;
  /** Runs `bin/orchestra` with `args` to its end. */
  orchestra(args: string[], options?: RunOptions): Promise<Outcome>;
  /** Starts `bin/orchestra` with `args` and leaves it running. */
  start(args: string[], options?: RunOptions): RunningProgram;
  /** Starts `bin/orchestra` with `args` in a real terminal. */
  terminal(args: string[], options?: RunOptions & { columns?: number; rows?: number }): RealTerminal;
  /**
   * Removes the folder. Throws where a process of the fleet outlives it by two seconds, and kills it.
   * Called at the end of the test by itself; only a fleet made outside a test has to call it.
   */
  cleanUp(): Promise<void>;
}

/** Makes a fleet that is cleaned up when the running test is finished, and fails it if a process is left over. */
export function tempFleet(source: FleetSource): TempFleet {
  const fleet = makeFleet(source);
  onTestFinished(() => fleet.cleanUp(), 15_000);
  return fleet;
}

/** Like `tempFleet`, for use outside a test (`beforeAll`); the caller cleans up. */
export function makeFleet(source: FleetSource): TempFleet {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-")));
  const root = join(base, source.copyOf ?? "fleet");
  const home = join(base, "home");
  for (const folder of [root, home, join(base, "run")]) mkdirSync(folder, { mode: 0o700 });
  if (source.copyOf !== undefined) {
    cpSync(join(checkout, "fixtures/fleets", source.copyOf), root, {
      recursive: true,
      filter: (file) => !file.endsWith("/.orchestra"),
    });
  }
  const write = (file: string, contents: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), contents);
  };
  for (const [file, contents] of Object.entries(source.files ?? {})) write(file, contents);

  const env = (extra: NodeJS.ProcessEnv = {}) => ({ ...environmentFor(base, home), ...extra });
  const [command = program, ...before] = [...(source.under ?? []), program];
  const start = (args: string[], options: RunOptions = {}) =>
    new RunningProgram(command, [...before, ...args], { cwd: root, ...options, env: env(options.env) });
  return {
    root,
    path: (file) => join(root, file),
    env,
    write,
    start,
    orchestra: (args, options) => start(args, options).ended,
    terminal: (args, options = {}) => {
      const { columns, rows, cwd = root } = options;
      return RealTerminal.start({ command, args: [...before, ...args], cwd, columns, rows, env: env(options.env) });
    },
    cleanUp: () => cleanUp(base),
  };
}

/**
 * Everything that is started with it carries the base folder's path in its environment, which is how what is left
 * over is found. Go's caches stay where they are: a cold one costs half a minute. The machine's own Docker is not there for
 * it: what is in that is not the test's, and nothing is to be pulled; who wants an engine says which.
 */
function environmentFor(base: string, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CI|ORCHESTRA_|VITEST|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|NODE_ENV|NODE_V8_|npm_)/.test(name),
  );
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return {
    GOCACHE: join(caches, "go-build"),
    GOPATH: join(homedir(), "go"),
    ...Object.fromEntries(kept),
    HOME: home,
    DOCKER_HOST: `unix://${join(base, "no-docker.sock")}`,
    XDG_RUNTIME_DIR: join(base, "run"),
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_STATE_HOME: join(home, ".local/state"),
    TEMP_FLEET: base,
  };
}

async function cleanUp(base: string): Promise<void> {
  try {
    const left = await endProcessesOf(base);
    if (left.length > 0) {
      const list = left.map(({ pid, command }) => `  ${pid} ${command}`).join("\n");
      throw new Error(`these processes outlived the test and were killed:\n${list}`);
    }
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}
