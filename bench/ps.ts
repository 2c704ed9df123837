/** `orchestra ps` against the time Node takes to run an empty file, in turn. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median } from "./lib/median.ts";

const runs = 30;
const services = Array.from({ length: 20 }, (_, i) => `  s${i}: {dir: ., run: "sleep 1000"}`);
const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n`, "empty.cjs": "" });
try {
  fleet.run("start");
  const ours: number[] = [];
  const empty: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    spawnSync(process.execPath, [join(fleet.root, "empty.cjs")]);
    empty.push(performance.now() - startedAt);
    ours.push(fleet.run("ps"));
  }
  const ratio = median(ours.map((ms, i) => ms / (empty[i] ?? Number.NaN)));
  console.log(
    `ps: ${ratio.toFixed(2)} times an empty Node file (${median(ours).toFixed(0)} against ${median(empty).toFixed(0)} ms)`,
  );
} finally {
  fleet.remove();
}
