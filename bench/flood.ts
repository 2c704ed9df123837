/**
 * A flood: 4 services that print 25,000 lines a second each, with the dashboard open at 200×50. How soon a key is on the
 * screen, what the dashboard takes of a core, how often it draws, and whether every line is in the files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchFleet, programs } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { keyLatencies } from "./lib/key-latency.ts";
import { median, percentile95 } from "./lib/median.ts";
import { cpuMs } from "./lib/process-usage.ts";

const count = 400_000;
const names = ["s0", "s1", "s2", "s3"];
const services = names.map(
  (name) =>
    `  ${name}: {dir: ., run: "${process.execPath} ${join(programs, "floods.mjs")}", env: {RATE: "25000", COUNT: "${count}"}, autostart: false}`,
);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n` });
try {
  fleet.run("start", "--wait-timeout", "30s", "s0");
  fleet.run("stop");
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  try {
    await terminal.when((text) => text.includes("4 stopped"));
    const calm = await keyLatencies(terminal, 20, "s0", "s1");
    fleet.run("start", ...names);
    await sleep(1000);
    const [cpu, frames, clears] = [cpuMs(terminal.pid), terminal.frames, terminal.clears];
    const startedAt = performance.now();
    const keys = await keyLatencies(terminal, 100, "s0", "s1");
    const tookMs = performance.now() - startedAt;
    const part = (cpuMs(terminal.pid) - cpu) / tookMs;
    const rate = ((terminal.frames - frames) / tookMs) * 1000;
    console.log(
      `flood: a key is on the screen after ${median(keys).toFixed(0)} ms (95 of 100 within ${percentile95(keys).toFixed(0)}), ${(percentile95(keys) / percentile95(calm)).toFixed(1)} times as in a calm`,
    );
    console.log(
      `flood: the dashboard takes ${(part * 100).toFixed(0)}% of a core, draws ${rate.toFixed(1)} frames a second, clears the screen ${terminal.clears - clears} times`,
    );
    const deadline = performance.now() + 60_000;
    const lines = (name: string): number => {
      const folder = join(fleet.root, ".orchestra/logs", name, "1");
      const newest = readdirSync(folder)
        .filter((file) => file.endsWith(".log"))
        .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))[0];
      const text = readFileSync(join(folder, newest ?? ""), "utf8");
      return text.endsWith(`line ${count}\n`) ? text.split("\n").length - 1 : -1;
    };
    while (names.some((name) => lines(name) === -1) && performance.now() < deadline) await sleep(500);
    const written = names.map(lines);
    console.log(
      `flood: ${written.every((n) => n === count) ? "every line is in the files" : `lines in the files: ${written.join(", ")} of ${count}`}`,
    );
  } finally {
    terminal.kill();
  }
} finally {
  fleet.remove();
}
