/**
 * Watching: 50 services made of 10,000 files, half of them Go programs with shared packages, half of them trees. How
 * long until all is watched, with how many inotify watches, what idling costs, and what a storm of changes becomes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FleetWatch } from "../src/engine/watch/fleet-watch.ts";
import type { WatchPlan } from "../src/engine/watch/watch-plan.ts";
import { systemClock } from "../src/lib/clock.ts";
import { cpuMs, residentMb } from "./lib/process-usage.ts";

const halfOfServices = 25;
const idleMs = 30_000;
const stormFiles = 5000;
const stormMs = 2000;

const root = mkdtempSync(join(tmpdir(), "watch-bench-"));
const files: string[] = [];
let directories = 0;

function fill(dir: string, count: number, extension: string): string {
  const place = join(root, dir);
  mkdirSync(place, { recursive: true });
  directories += 1;
  for (let i = 0; i < count; i++) {
    const file = join(place, `f${i}.${extension}`);
    writeFileSync(file, `contents of ${dir}/f${i}\n`.repeat(20));
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    files.push(file);
  }
  return place;
}

function inotifyWatches(): number {
  const texts = readdirSync("/proc/self/fdinfo").map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      return "";
    }
  });
  return texts.join("\n").split("inotify wd:").length - 1;
}

const plans = new Map<string, WatchPlan>();
const shared = Array.from({ length: 20 }, (_, i) => fill(`shared/p${i}`, 10, "go"));
for (let s = 0; s < halfOfServices; s++) {
  const own = Array.from({ length: 10 }, (_, i) => fill(`go${s}/p${i}`, 20, "go"));
  const tree = Array.from({ length: 10 }, (_, i) => fill(`web${s}/d${i}`, 20, "js"));
  directories += 1;
  plans.set(`go${s}`, {
    directories: [...own, ...shared].map((dir) => ({ dir, recursive: false, filter: "go", gitignore: false })),
    files: [],
    ignore: { globs: [], base: root, files: [] },
  });
  plans.set(`web${s}`, {
    directories: [{ dir: join(tree[0] ?? "", ".."), recursive: true, filter: "all", gitignore: true }],
    files: [],
    ignore: { globs: [], base: root, files: [] },
  });
}

const told = new Map<string, number>();
const watch = new FleetWatch({
  clock: systemClock,
  onChange: (service) => told.set(service, (told.get(service) ?? 0) + 1),
  onTrouble: (service, message) => console.log(`watch: ${service ?? "all"}: ${message}`),
});
try {
  const memory = residentMb(process.pid);
  const startedAt = performance.now();
  for (const [service, plan] of plans) watch.follow(service, plan, 200);
  await watch.settled();
  const tookMs = performance.now() - startedAt;
  console.log(`watch: ${plans.size} services, ${files.length} files: watched after ${tookMs.toFixed(0)} ms`);
  const watches = inotifyWatches();
  const ratio = (watches / directories).toFixed(3);
  console.log(`watch: ${watches} inotify watches, ${ratio} times the ${directories} directories`);

  // Once, all files are read, so that a save of the same bytes is known for one.
  const readFrom = cpuMs(process.pid);
  await sleep(20_000);
  console.log(`watch: ${cpuMs(process.pid) - readFrom} ms of processor time to read them, spread over some seconds`);
  const [cpu, from] = [cpuMs(process.pid), performance.now()];
  await sleep(idleMs);
  const share = ((cpuMs(process.pid) - cpu) / (performance.now() - from)) * 100;
  console.log(`watch: idle it takes ${share.toFixed(2)}% of a core`);
  console.log(`watch: it holds ${(residentMb(process.pid) - memory).toFixed(0)} MB more than before`);

  const busyFrom = cpuMs(process.pid);
  const step = files.length / stormFiles;
  const chosen = Array.from({ length: stormFiles }, (_, i) => files[Math.floor(i * step)] ?? "");
  const stormAt = performance.now();
  for (const [i, file] of chosen.entries()) {
    writeFileSync(file, `changed ${i}\n`);
    const early = (i / chosen.length) * stormMs - (performance.now() - stormAt);
    if (early > 5) await sleep(early);
  }
  const writtenMs = performance.now() - stormAt;
  let last = -1;
  while (last !== told.size || told.size < plans.size) {
    last = told.size;
    await sleep(500);
    if (performance.now() - stormAt > 30_000) break;
  }
  await sleep(2000);
  const most = Math.max(...told.values());
  const spent = cpuMs(process.pid) - busyFrom;
  console.log(
    `watch: ${chosen.length} files written in ${(writtenMs / 1000).toFixed(1)} s: ${told.size} of ${plans.size} services told, ${most} time(s) at most, for ${spent} ms of processor time`,
  );
} finally {
  await watch.close();
  rmSync(root, { recursive: true, force: true });
}
