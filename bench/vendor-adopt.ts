/**
 * Adoption of vendors: 10 that run, whose daemon was killed, from the opening of a new engine until it has seen each of
 * them and says that it is ready. The new daemon is this very process, so that loading a program is not part of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { readDaemonFile } from "../src/daemon/daemon-file.ts";
import { withBenchDocker } from "./lib/bench-docker.ts";
import { openBenchEngine, whenAll } from "./lib/bench-engine.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median, percentile95 } from "./lib/median.ts";

const count = 10;
const rounds = 10;
const budgetMs = 500;

await withBenchDocker("vendor-adopt", async (docker) => {
  process.env.DOCKER_HOST = docker.host;
  const vendors = Array.from({ length: count }, (_, i) => `  web${i}: {image: web, ports: [80]}`);
  const fleet = new BenchFleet({ "orchestra.yml": `vendors:\n${vendors.join("\n")}\n` });
  try {
    const tookMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // The first starts them, and each further one adopts them again.
      fleet.run("start", "--wait-timeout", "120s");
      const { pid } = readDaemonFile(fleet.root) ?? { pid: null };
      if (pid === null) throw new Error("there is no daemon");
      process.kill(pid, "SIGKILL");
      while (isThere(pid)) await sleep(5);
      const startedAt = performance.now();
      const engine = await openBenchEngine(fleet.root, docker.host);
      const at = await whenAll(engine, ({ adopted, state, generation, container }) => {
        // Which image it has is known once it was looked at.
        return adopted && generation === 1 && state.phase === "ready" && container?.imageId != null;
      });
      tookMs.push(at - startedAt);
      await engine.release();
    }
    const ms = median(tookMs);
    console.log(
      `vendor-adopt: ${count} vendors in ${ms.toFixed(0)} ms (95 of 100 within ${percentile95(tookMs).toFixed(0)}), ${((ms / budgetMs) * 100).toFixed(0)}% of its budget of ${budgetMs} ms`,
    );
  } finally {
    fleet.remove();
  }
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
