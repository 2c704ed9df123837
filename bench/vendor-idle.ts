/** Vendors that are idle: what Docker is asked in half a minute in which nothing happens, and for how long it is listened to. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAskedProxy } from "../test/helpers/docker/asked-proxy.ts";
import { withBenchDocker } from "./lib/bench-docker.ts";
import { command, openBenchEngine, whenAll } from "./lib/bench-engine.ts";
import { BenchFleet } from "./lib/bench-fleet.ts";

const idleMs = 30_000;

await withBenchDocker("vendor-idle", async (docker) => {
  const fleet = new BenchFleet({
    "orchestra.yml":
      "vendors: {web: {image: web, ports: [80]}, plain: {image: web}, logs: {image: web, ready: {log: listening}}}\n",
  });
  const proxy = await startAskedProxy(docker.socket, join(fleet.root, "d.sock"));
  const engine = await openBenchEngine(fleet.root, proxy.host);
  try {
    await command(engine, "start");
    await whenAll(engine, ({ state }) => state.phase === "ready");
    const open = proxy.asked.filter((request) => request === "GET /events").length;
    const before = proxy.asked.length;
    await sleep(idleMs);
    const asked = proxy.asked.slice(before);
    console.log(
      `vendor-idle: ${asked.length} requests in ${idleMs / 1000} s${asked.length > 0 ? ` (${[...new Set(asked)].join(", ")})` : ""}, none allowed; ${open} stream of events and 3 of output were open`,
    );
  } finally {
    await command(engine, "stop");
    await whenAll(engine, ({ state }) => state.phase === "stopped");
    await engine.release();
    await proxy.close();
    fleet.remove();
  }
});
