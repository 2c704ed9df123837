/**
 * Adoption: 50 replicas whose daemon was killed, from the opening of a new engine to the snapshot that has them all. The
 * new daemon is this very process, so that loading a program is not part of it; an empty Node, in turn, is the measure.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { readDaemonFile } from "../src/daemon/daemon-file.ts";
import { Engine } from "../src/engine/engine.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median, percentile95 } from "./lib/median.ts";

const count = 50;
const rounds = 10;
const budgetMs = 300;

const fleet = new BenchFleet({
  "orchestra.yml": `services: {api: {dir: ., run: sleep 1000, scale: ${count}}}\n`,
});
// The engine's own handles keep no process alive: in a daemon the server does.
const keepAlive = setInterval(() => {}, 1_000);
try {
  fleet.run("start", "--no-wait");
  const tookMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bareMs.push(emptyNodeMs());
    await untilRecorded();
    const { pid } = readDaemonFile(fleet.root) ?? { pid: null };
    if (pid === null) throw new Error("there is no daemon");
    process.kill(pid, "SIGKILL");
    while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    tookMs.push(await adoptMs());
    // The next round's daemon adopts them again.
    fleet.run("start", "--no-wait");
  }
  const ms = median(tookMs);
  const part = ((ms / budgetMs) * 100).toFixed(0);
  console.log(
    `adopt: ${count} replicas in ${ms.toFixed(0)} ms (95 of 100 within ${percentile95(tookMs).toFixed(0)}), ${part}% of its budget of ${budgetMs} ms; ${(ms / median(bareMs)).toFixed(1)} times an empty Node`,
  );
} finally {
  clearInterval(keepAlive);
  fleet.remove();
}

async function adoptMs(): Promise<number> {
  const startedAt = performance.now();
  const engine = await Engine.open({
    root: fleet.root,
    stateDir: join(fleet.root, ".orchestra"),
    version: "bench",
    log: console.error,
    forkServer: resolve(import.meta.dirname, "../dist/fork-server.js"),
  });
  const { services } = await engine.snapshot();
  const tookMs = performance.now() - startedAt;
  const adopted = services.flatMap((s) => s.replicas).filter((r) => r.adopted).length;
  await engine.release();
  if (adopted !== count) throw new Error(`${adopted} of ${count} were adopted`);
  return tookMs;
}

/** All of them are started, and that is in the file for good. */
async function untilRecorded(): Promise<void> {
  for (;;) {
    const { services } = JSON.parse(fleet.print("ps", "--json")) as {
      services: { replicas: { pid: number | null }[] }[];
    };
    if (services.flatMap((s) => s.replicas).filter((r) => r.pid !== null).length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isThere(pid: number): boolean {
  return spawnSync("kill", ["-0", String(pid)], { stdio: "ignore" }).status === 0;
}

function emptyNodeMs(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["-e", ""]);
  return performance.now() - startedAt;
}
