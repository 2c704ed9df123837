/** Reading the process table of a machine with 2,000 processes: whole, warm, and all that finding strays takes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessWatch } from "../src/engine/process/process-watch.ts";
import { system } from "../src/engine/process/system/this-system.ts";
import { StrayFinder } from "../src/engine/strays/stray-finder.ts";
import { median } from "./lib/median.ts";

const processes = 2_000;
const parents = 4;
const runs = 15;

/** Parents that each have so many sleeping children, in a group of their own. */
async function sleepers(count: number): Promise<ChildProcess> {
  const script = `i=0; while [ $i -lt ${count} ]; do sleep 1000 & i=$((i+1)); done; echo all; wait`;
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  if (parent.stdout === null) throw new Error("no output");
  await once(parent.stdout, "data");
  return parent;
}

/** Time of a core that this thread has had, in milliseconds. */
function cpuMs(): number {
  const { user, system: kernel } = process.threadCpuUsage();
  return (user + kernel) / 1000;
}

interface Cost {
  ms: number;
  cpuMs: number;
  /** The longest that the event loop was held up. */
  heldMs: number;
}

async function measure(what: () => unknown): Promise<Cost> {
  let isOver = false;
  let heldMs = 0;
  let turnAt = performance.now();
  const turn = (): void => {
    const now = performance.now();
    heldMs = Math.max(heldMs, now - turnAt);
    turnAt = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const before = cpuMs();
  const startedAt = performance.now();
  await what();
  const cost = { ms: performance.now() - startedAt, cpuMs: cpuMs() - before };
  isOver = true;
  turn();
  return { ...cost, heldMs };
}

function print(name: string, costs: readonly Cost[], bare: readonly Cost[]): void {
  const of = (key: keyof Cost): string => median(costs.map((cost) => cost[key])).toFixed(1);
  const ratio = median(costs.map((cost, i) => cost.ms / (bare[i]?.ms ?? Number.NaN)));
  console.log(
    `scan: ${name} ${of("ms")} ms (${of("cpuMs")} ms of a core, the loop held ${of("heldMs")} ms at most), ${ratio.toFixed(2)} times a bare reading of all /proc/<pid>/stat`,
  );
}

function readAllPlainly(): void {
  for (const name of readdirSync("/proc")) {
    if (!/^\d/.test(name)) continue;
    try {
      readFileSync(`/proc/${name}/stat`, "latin1");
    } catch {
      // Gone since.
    }
  }
}

/** On a watch of its own, which has read nothing yet. */
function strayFinder(): StrayFinder {
  const parts = { fleet: "bench", services: () => [], recorded: () => [], isAlive: () => false };
  return new StrayFinder(parts, new ProcessWatch(system));
}

const missing = Math.max(parents, processes - system.listPids().length);
const started: ChildProcess[] = [];
try {
  for (let i = 0; i < parents; i++) started.push(await sleepers(Math.ceil(missing / parents)));
  // Young processes are read again with each look.
  await sleep(2_500);
  console.log(`scan: ${system.listPids().length} processes`);
  const costs: Record<"bare" | "whole" | "gentle" | "warm" | "cold strays" | "warm strays", Cost[]> = {
    bare: [],
    whole: [],
    gentle: [],
    warm: [],
    "cold strays": [],
    "warm strays": [],
  };
  for (let run = 0; run < runs; run++) {
    costs.bare.push(await measure(readAllPlainly));
    const watch = new ProcessWatch(system);
    const release = watch.keepWarm();
    costs.gentle.push(await measure(() => watch.lookGently()));
    costs.whole.push(await measure(() => watch.look({ isWhole: true, since: performance.now() })));
    costs.warm.push(await measure(() => watch.look({ since: performance.now() })));
    release();
    const finder = strayFinder();
    costs["cold strays"].push(await measure(() => finder.find()));
    await sleep(20);
    costs["warm strays"].push(await measure(() => finder.find()));
    await sleep(20);
  }
  print("a whole look", costs.whole, costs.bare);
  print("a cold look in slices", costs.gentle, costs.bare);
  print("a warm look", costs.warm, costs.bare);
  print("the first look for strays", costs["cold strays"], costs.bare);
  print("the next look for strays", costs["warm strays"], costs.bare);
} finally {
  for (const { pid } of started) if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
