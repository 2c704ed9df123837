import { ChildProcess, spawn } from "node:child_process";
import type { SharingEnvironment } from "../../config/resolve-environment.ts";

/** What is started, and where its output goes: open descriptors. */
export interface ChildRequest {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<SharingEnvironment>;
  stdout: number;
  stderr: number;
}

/** The method behind `spawn`, which takes the environment as the system does. Node has had it from its beginning. */
interface Spawnable {
  spawn?: (options: {
    file: string;
    args: string[];
    cwd: string;
    envPairs: string[];
    detached: boolean;
    stdio: unknown[];
  }) => unknown;
}

/** The pairs of one object that environments share, made once. */
let known: { shared: object; pairs: Map<string, string> } | null = null;

/**
 * As `spawn` of node:child_process, detached and without a terminal. Six hundred variables that a service shares with all
 * others cost `spawn` 0.4 ms each time, to be looked through and put together; here they are put together once.
 */
export function spawnChild(request: ChildRequest): ChildProcess {
  const { file, args, cwd, env } = request;
  const stdio: ["ignore", number, number] = ["ignore", request.stdout, request.stderr];
  const child: ChildProcess & Spawnable = new ChildProcess();
  const shared: unknown = Object.getPrototypeOf(env);
  const isSharing = typeof shared === "object" && shared !== null && shared !== Object.prototype;
  const texts = [file, cwd, ...args, ...Object.keys(env), ...Object.values(env)];
  // A zero byte is a mistake that `spawn` explains.
  if (!isSharing || typeof child.spawn !== "function" || texts.some((text) => text?.includes("\0"))) {
    return spawn(file, args, { cwd, env, detached: true, stdio });
  }
  child.spawn({ file, args: [file, ...args], cwd, envPairs: pairsOf(env, shared), detached: true, stdio });
  return child;
}

function pairsOf(env: Readonly<SharingEnvironment>, shared: object): string[] {
  if (known?.shared !== shared) {
    known = { shared, pairs: new Map(Object.entries(shared).map(([name, value]) => [name, `${name}=${value}`])) };
  }
  const own = Object.keys(env);
  const inherited = own.some((name) => known?.pairs.has(name))
    ? [...known.pairs].filter(([name]) => !Object.hasOwn(env, name)).map(([, pair]) => pair)
    : [...known.pairs.values()];
  for (const name of own) if (env[name] !== undefined) inherited.push(`${name}=${env[name]}`);
  return inherited;
}
