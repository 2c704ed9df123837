/**
 * The start of a vendor, from the order to its container running, against `docker run -d` of the same image with the same
 * port and network. The image is there and the container is not. Pairs are run in turn; the figure is the median of their
 * ratios.
 */
import { spawnSync } from "node:child_process";
import type { DockerApi } from "../test/helpers/docker/docker-api.ts";
import { freePort } from "../test/helpers/free-port.ts";
import { withBenchDocker } from "./lib/bench-docker.ts";
import { command, openBenchEngine, whenAll } from "./lib/bench-engine.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";
import { median } from "./lib/median.ts";

const pairs = 15;
const most = 1.1;

const hasCli = spawnSync("docker", ["--version"]).status === 0;

await withBenchDocker("vendor-start", async (docker) => {
  const [ourPort, plainPort] = [await freePort(), await freePort()];
  const fleet = new BenchFleet({ "orchestra.yml": `vendors: {web: {image: web, ports: ["${ourPort}:80"]}}\n` });
  const engine = await openBenchEngine(fleet.root, docker.host);
  const { id } = await engine.snapshot();
  try {
    const ours: number[] = [];
    const plain: number[] = [];
    const measureOurs = async (): Promise<void> => {
      const startedAt = performance.now();
      await command(engine, "start");
      const at = await whenAll(
        engine,
        ({ state }) => state.phase === "ready" || ("pid" in state && state.pid !== null),
      );
      ours.push(at - startedAt);
      await whenAll(engine, ({ state }) => state.phase === "ready");
      await command(engine, "stop");
      await whenAll(engine, ({ state }) => state.phase === "stopped");
      await removeAll(docker.api, `dev.orchestra.fleet=${id}`);
    };
    const measurePlain = async (): Promise<void> => {
      const startedAt = performance.now();
      if (hasCli) runByCli(docker.host, plainPort, `orchestra-${id}`);
      else {
        const network = `orchestra-${id}`;
        await docker.api.run({ image: "web", ports: { 80: plainPort }, network, labels: { bench: "plain" } });
      }
      plain.push(performance.now() - startedAt);
      await removeAll(docker.api, "bench=plain");
    };
    // Makes the network, and reads what is read once.
    await measureOurs();
    await measurePlain();
    ours.length = 0;
    plain.length = 0;
    for (let pair = 0; pair < pairs; pair++) {
      for (const measure of pair % 2 === 0 ? [measurePlain, measureOurs] : [measureOurs, measurePlain]) await measure();
    }
    const ratio = median(ours.map((ms, i) => ms / (plain[i] ?? Number.NaN)));
    console.log(
      `vendor-start: ${ratio.toFixed(2)} times \`docker run -d\`${hasCli ? "" : " (its two requests, there is no CLI)"} (${median(ours).toFixed(0)} against ${median(plain).toFixed(0)} ms), at most ${most}`,
    );
  } finally {
    await engine.release();
    fleet.remove();
  }
});

function runByCli(host: string, port: number, network: string): void {
  const args = ["run", "-d", "-p", `127.0.0.1:${port}:80`, "--network", network, "--label", "bench=plain", "web"];
  const { status, stderr } = spawnSync("docker", args, {
    env: { ...process.env, DOCKER_HOST: host },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}

/** Containers alone. */
async function removeAll(api: DockerApi, label: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  for (const { Id } of await api.ask<{ Id: string }[]>("GET", `/containers/json?all=true&filters=${filters}`)) {
    await api.ask("DELETE", `/containers/${Id}?force=true`);
  }
}
