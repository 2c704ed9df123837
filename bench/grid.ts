/** 200 services in the grid at 200×50: how soon a key is on the screen, and what the dashboard takes while 20 of them change every second. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchFleet, programs } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { keyLatencies } from "./lib/key-latency.ts";
import { median, percentile95 } from "./lib/median.ts";
import { cpuMs } from "./lib/process-usage.ts";

const steady = Array.from({ length: 180 }, (_, i) => `  s${i}: {dir: ., run: "sleep 1000"}`);
// Each is back 200 ms after it has ended, and never backs off: about one change of state and back a second.
const crash = `${process.execPath} ${join(programs, "crashes-every.mjs")}`;
const restless = Array.from(
  { length: 20 },
  (_, i) =>
    `  x${i}: {dir: ., run: "${crash}", port: auto, env: {EVERY_MS: "800"}, supervise: {threshold: 1000000}, autostart: false}`,
);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${[...steady, ...restless].join("\n")}\n` });
try {
  fleet.run("start");
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  try {
    await terminal.when((text) => text.includes("180 ready"));
    // Without the columns that change by themselves, and past the first minute of uptime, which is shown in seconds.
    terminal.write("%");
    await sleep(65_000);
    const share = async (ms: number): Promise<number> => {
      const [cpu, startedAt] = [cpuMs(terminal.pid), performance.now()];
      await sleep(ms);
      return ((cpuMs(terminal.pid) - cpu) / (performance.now() - startedAt)) * 100;
    };
    const bytes = terminal.bytes;
    const idle = await share(20_000);
    console.log(`grid: idle it takes ${idle.toFixed(2)}% of a core and writes ${terminal.bytes - bytes} bytes in 20 s`);
    terminal.write("%");
    await sleep(3_000);
    const looking = await share(20_000);
    console.log(`grid: with CPU and memory it takes ${looking.toFixed(2)}% of a core`);
    const calm = await keyLatencies(terminal, 40, "s0", "s1");
    console.log(
      `grid: a key is on the screen after ${median(calm).toFixed(0)} ms (95 of 100 within ${percentile95(calm).toFixed(0)})`,
    );
    // They do not stay ready for long, so whether all were at once is nothing to wait for.
    fleet.print("start", "--wait-timeout", "2s", ...Array.from({ length: 20 }, (_, i) => `x${i}`));
    const busy = await share(15_000);
    console.log(`grid: with 20 services changing every second it takes ${busy.toFixed(1)}% of a core`);
  } finally {
    terminal.kill();
  }
} finally {
  fleet.remove();
}
