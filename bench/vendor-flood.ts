/** A flood from a container: lines of ten million bytes, from the start until all of them are in the log. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readDaemonFile } from "../src/daemon/daemon-file.ts";
import { loadTestImages } from "../test/helpers/docker/test-images.ts";
import { withBenchDocker } from "./lib/bench-docker.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { cpuMs, residentMb } from "./lib/process-usage.ts";

const lines = 20;
const whole = lines * 10_000_001 + "done\n".length;

await withBenchDocker("vendor-flood", async (docker) => {
  await loadTestImages(docker.api, "floods");
  process.env.DOCKER_HOST = docker.host;
  const fleet = new BenchFleet({
    "orchestra.yml": `vendors: {floods: {image: floods, init: true, env: {LINES: "${lines}"}}}\n`,
  });
  const bytes = (): number =>
    statSync(join(fleet.root, ".orchestra/logs/floods/1/1.log"), { throwIfNoEntry: false })?.size ?? 0;
  try {
    fleet.run("start", "--no-wait");
    const { pid } = readDaemonFile(fleet.root) ?? { pid: null };
    if (pid === null) throw new Error("there is no daemon");
    while (bytes() === 0) await sleep(5);
    const [startedAt, from, cpuBefore] = [performance.now(), bytes(), cpuMs(pid)];
    let mostMb = 0;
    while (bytes() < whole) {
      mostMb = Math.max(mostMb, residentMb(pid));
      await sleep(20);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const megabytes = (whole - from) / 1e6;
    const cpu = (cpuMs(pid) - cpuBefore) / megabytes;
    console.log(
      `vendor-flood: ${(megabytes / seconds).toFixed(0)} MB/s in lines of 10 MB; ${cpu.toFixed(1)} ms of the daemon's CPU a megabyte, which held ${mostMb.toFixed(0)} MB at most`,
    );
  } finally {
    fleet.remove();
  }
});
