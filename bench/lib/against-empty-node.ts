import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { BenchFleet } from "./bench-fleet.ts";
import { median } from "./median.ts";

const services = Array.from({ length: 20 }, (_, i) => `  s${i}: {dir: ., run: "sleep 1000"}`);

/**
 * Prints how long something takes with a fleet of 20 services that runs, against the time Node takes to run an empty file: both in turn, as the
 * median of the rounds' ratios. `measure` returns milliseconds.
 */
export async function againstEmptyNode(
  name: string,
  rounds: number,
  measure: (fleet: BenchFleet) => number | Promise<number>,
): Promise<void> {
  const fleet = new BenchFleet({ "orchestra.yml": `services:\n${services.join("\n")}\n`, "empty.cjs": "" });
  try {
    fleet.run("start");
    const ours: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now();
      spawnSync(process.execPath, [join(fleet.root, "empty.cjs")]);
      empty.push(performance.now() - startedAt);
      ours.push(await measure(fleet));
    }
    const ratio = median(ours.map((ms, i) => ms / (empty[i] ?? Number.NaN)));
    console.log(
      `${name}: ${ratio.toFixed(2)} times an empty Node file (${median(ours).toFixed(0)} against ${median(empty).toFixed(0)} ms)`,
    );
  } finally {
    fleet.remove();
  }
}
