/** Idle: 20 services ready, the dashboard open at 200×50, one minute in which nothing happens. */
import { setTimeout as sleep } from "node:timers/promises";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { childrenOf, cpuMs, residentMb } from "./lib/process-usage.ts";

const minuteMs = 60_000;
const program = `
require("node:net").createServer((s) => s.end()).listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;
const services = Array.from(
  { length: 20 },
  (_, i) => `  s${i}: {dir: ., run: "${process.execPath} listens.cjs", port: auto}`,
);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n`, "listens.cjs": program });
try {
  fleet.run("start");
  const { daemon } = JSON.parse(fleet.print("ps", "--json")) as { daemon: { pid: number } };
  const terminal = new BenchTerminal(fleet.root, fleet.env);
  try {
    await terminal.when((text) => text.includes("20 ready"));
    terminal.write("%");
    // Without CPU and memory, past the first minute of uptime, which is shown in seconds, and past what starting up leaves behind.
    await sleep(70_000);
    const forks = childrenOf(daemon.pid)[0];
    if (forks === undefined) throw new Error("the daemon has no fork server");
    const pids = [daemon.pid, forks, terminal.pid];
    const before = pids.map((pid) => ({ cpu: cpuMs(pid), memory: residentMb(pid) }));
    const bytes = terminal.bytes;
    const startedAt = performance.now();
    await sleep(minuteMs);
    const tookMs = performance.now() - startedAt;
    const after = pids.map((pid) => ({ cpu: cpuMs(pid), memory: residentMb(pid) }));
    const usedMs = after.reduce((sum, a, i) => sum + a.cpu - (before[i]?.cpu ?? 0), 0);
    console.log(
      `idle: ${((usedMs / tookMs) * 100).toFixed(2)}% of a core, daemon with its fork server, and dashboard, together; ${terminal.bytes - bytes} bytes written to the terminal`,
    );
    for (const [i, name] of ["daemon", "fork server", "dashboard"].entries()) {
      const [from, to] = [before[i]?.memory ?? 0, after[i]?.memory ?? 0];
      console.log(
        `idle: the ${name} holds ${to.toFixed(0)} MB, ${(to / from).toFixed(3)} times what it held a minute before`,
      );
    }
  } finally {
    terminal.kill();
  }
} finally {
  fleet.remove();
}
