/** The first frame of the dashboard with its daemon running, against the time Node takes to run an empty file. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { BenchTerminal } from "./lib/bench-terminal.ts";
import { median } from "./lib/median.ts";

const rounds = 15;
const services = Array.from({ length: 20 }, (_, i) => `  s${i}: {dir: ., run: "sleep 1000"}`);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n`, "empty.cjs": "" });
try {
  fleet.run("start");
  const ours: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const emptyAt = performance.now();
    spawnSync(process.execPath, [join(fleet.root, "empty.cjs")]);
    empty.push(performance.now() - emptyAt);
    const openedAt = performance.now();
    const terminal = new BenchTerminal(fleet.root, fleet.env);
    ours.push((await terminal.when((text) => text.includes("20 ready"))) - openedAt);
    terminal.kill();
  }
  const ratio = median(ours.map((ms, i) => ms / (empty[i] ?? Number.NaN)));
  console.log(
    `first-frame: ${ratio.toFixed(2)} times an empty Node file (${median(ours).toFixed(0)} against ${median(empty).toFixed(0)} ms)`,
  );
} finally {
  fleet.remove();
}
