/**
 * The watchdog: from SIGKILL of a headless run and of its daemon, in the same moment, to the end of the last process of
 * the fleet, whose services ignore their stop signal; over the grace period that they are given.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fleetIdOf } from "../src/config/fleet-id.ts";
import { readDaemonFile } from "../src/daemon/daemon-file.ts";
import { isGone } from "../src/engine/process/process-info.ts";
import { processWatch } from "../src/engine/process/process-watch.ts";
import { BenchFleet, orchestraBin, programs } from "./lib/bench-fleet.ts";
import { median, percentile95 } from "./lib/median.ts";

const rounds = 10;
const graceMs = 500;
const budgetMs = 1_000;

const service = `{dir: ., run: "${process.execPath} ${join(programs, "ignores-sigterm.mjs")}", ready: {log: ready}, stop: {grace: ${graceMs}ms}}`;
const names = Array.from({ length: 5 }, (_, i) => `s${i}`);
const fleet = new BenchFleet({
  "orchestra.yml": `services:\n${names.map((name) => `  ${name}: ${service}`).join("\n")}\n`,
});
const id = fleetIdOf(fleet.root);
try {
  const overMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = spawn(orchestraBin, ["--headless"], {
      cwd: fleet.root,
      env: fleet.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(run, "exit");
    for await (const text of run.stderr.setEncoding("utf8")) if (String(text).includes("ready after")) break;
    const daemon = readDaemonFile(fleet.root)?.pid;
    if (daemon === undefined) throw new Error("there is no daemon");
    const killedAt = performance.now();
    process.kill(daemon, "SIGKILL");
    run.kill("SIGKILL");
    while (isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
    overMs.push(performance.now() - killedAt - graceMs);
    await ended;
    // It removes its file last.
    while (readDaemonFile(fleet.root) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ms = median(overMs);
  const part = ((ms / budgetMs) * 100).toFixed(0);
  console.log(
    `watchdog: the fleet is gone ${ms.toFixed(0)} ms after its grace period (95 of 100 within ${percentile95(overMs).toFixed(0)}), ${part}% of its budget of ${budgetMs} ms`,
  );
} finally {
  fleet.remove();
}

/** Whether a process of the fleet is left. */
function isThere(): boolean {
  const { table, marks } = processWatch.look();
  return [...table].some((process) => !isGone(process) && marks.of(process).markers?.fleet === id);
}
