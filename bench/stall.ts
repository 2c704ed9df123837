/** A terminal that reads nothing for 8 s while services print: what the fleet and the dashboard make of it. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchFleet, programs } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { keyLatencies } from "./lib/key-latency.ts";
import { residentMb } from "./lib/process-usage.ts";

const stallMs = 8000;
const services = ["s0", "s1"].map(
  (name) => `  ${name}: {dir: ., run: "${process.execPath} ${join(programs, "floods.mjs")}", env: {RATE: "2000"}}`,
);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n` });
try {
  fleet.run("start");
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  try {
    await terminal.when((text) => text.includes("2 ready"));
    await sleep(3000);
    const calmMs = fleet.run("ps");
    const before = residentMb(terminal.pid);
    terminal.pause();
    await sleep(stallMs / 2);
    const stalledMs = fleet.run("ps");
    await sleep(stallMs / 2);
    const after = residentMb(terminal.pid);
    const resumedAt = performance.now();
    terminal.resume();
    await keyLatencies(terminal, 1, "s0", "s1");
    const answeredMs = performance.now() - resumedAt;
    console.log(
      `stall: a key is on the screen ${answeredMs.toFixed(0)} ms after the terminal reads again; ps takes ${(stalledMs / calmMs).toFixed(2)} times as long meanwhile; the dashboard holds ${(after / before).toFixed(3)} times what it held before (${after.toFixed(0)} MB)`,
    );
  } finally {
    terminal.kill();
  }
} finally {
  fleet.remove();
}
