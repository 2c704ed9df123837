import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { startAskedProxy } from "../../helpers/docker/asked-proxy.ts";
import type { DockerEngine } from "../../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { idsOf, redis } from "./container-helpers.ts";

describeWith("docker", "a vendor", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis", "web", "ignores-sigterm", "healthchecked");
  }, 120_000);

  const open = (yaml: string): Promise<TestEngine> => TestEngine.open(yaml, {}, { dockerHost: docker.host });

  test("runs in a container, and is reached by its published port", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    const answer = await fetch(`http://127.0.0.1:${fleet.port("web#1")}/`);
    expect(await answer.text()).toBe("hello from a container\n");
    await fleet.stop();
    await fleet.untilPhase("stopped", "web#1");
    expect(fleet.trail("web#1")).toEqual(["waiting", "starting", "ready", "stopping", "stopped"]);
  });

  test("that ends before anybody has looked at it has ended", async () => {
    const proxy = await startAskedProxy(docker.socket, join(tempFolder(), "d.sock"));
    onTestFinished(() => proxy.close());
    let isStarted = false;
    proxy.before = async (request) => {
      const [, id] = /^GET \/containers\/(\w+)\/json$/.exec(request) ?? [];
      if (isStarted && id !== undefined) await docker.api.ended(id);
      if (request.endsWith("/start")) isStarted = true;
    };
    const yaml = "vendors: {once: {image: redis, command: ['true'], oneshot: true}}";
    const fleet = await TestEngine.open(yaml, {}, { dockerHost: proxy.host });
    for (let time = 1; time <= 3; time++) {
      isStarted = false;
      await fleet.start();
      await fleet.untilPhase("completed", "once#1");
      await fleet.stop();
    }
  });

  test("goes on through a restart of the fleet, is started again with its data, and is made anew by an edit", async () => {
    const yaml = "vendors: {redis: {image: redis, ports: [6379], keep: true}}";
    const fleet = await open(yaml);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const first = fleet.replica("redis#1").container?.id;
    expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
    await fleet.down();
    expect(await idsOf(docker.api, fleet)).toEqual([first]);
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1").container?.id).toBe(first);
    expect(fleet.replica("redis#1").adopted).toBe(true);
    await fleet.restart("redis");
    await fleet.untilGeneration("redis#1", 3);
    expect(fleet.replica("redis#1").container?.id).toBe(first);
    fleet.write(
      "orchestra.yml",
      "vendors: {redis: {image: redis, ports: [6379], keep: true, env: {X: '1'}}}\nrerun: false",
    );
    await fleet.restart("redis");
    await fleet.untilGeneration("redis#1", 4);
    const second = fleet.replica("redis#1").container?.id;
    expect(second).not.toBe(first);
    expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
    expect(fleet.eventsOf("noticed").map(({ message }) => message)).toContain(
      "made anew, with its volumes: env.X changed",
    );
  });

  test("that a killed daemon left is taken over in its generation, and no line of it is lost", async () => {
    const fleet = await open(
      "vendors: {counts: {image: web, init: true, entrypoint: [sh, -c], command: ['i=0; while :; do i=$((i+1)); echo line $i; usleep 20000; done']}}",
    );
    await fleet.start();
    await fleet.untilPhase("ready", "counts#1");
    for (const generation of [1, 1, 1]) {
      await fleet.release();
      await fleet.openEngine();
      await fleet.untilPhase("ready", "counts#1");
      expect(fleet.replica("counts#1").generation).toBe(generation);
    }
    await fleet.stop();
    await fleet.untilPhase("stopped", "counts#1");
    const numbers = fleet.output("counts#1").trimEnd().split("\n");
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers).toEqual(numbers.map((_, i) => `line ${i + 1}`));
  });

  test("that is removed by hand is said to be, and not made again before a person asks for it", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await docker.api.ask("DELETE", `/containers/${fleet.replica("web#1").container?.id}?force=true`);
    await fleet.untilPhase("failed", "web#1");
    expect(fleet.replica("web#1").failure?.kind).toBe("container-removed");
    await fleet.start();
    await fleet.untilGeneration("web#1", 2);
  });

  test("that crashes is started again by our policy", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await docker.api.ask("POST", `/containers/${fleet.replica("web#1").container?.id}/kill?signal=SIGKILL`);
    await fleet.untilGeneration("web#1", 2);
    expect(fleet.replica("web#1").restarts).toBe(1);
  });

  test("that ignores the stop is ended after its grace period", async () => {
    const fleet = await open("vendors: {deaf: {image: ignores-sigterm, stop: {grace: 300ms}}}");
    await fleet.start();
    await fleet.untilPhase("ready", "deaf#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "deaf#1");
  });

  test("with a HEALTHCHECK is ready when that says so, and unready when it does not any more", async () => {
    const fleet = await open("vendors: {well: {image: healthchecked, env: {HEALTHY_FOR: '1'}}}");
    await fleet.start();
    await fleet.untilPhase("ready", "well#1");
    await fleet.untilPhase("unready", "well#1");
    expect(fleet.replica("well#1").container?.health).toBe("unhealthy");
  });

  test("that has left the config while no daemon lived is stopped, and keeps its data", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80]}, other: {image: web}}");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "other#1");
    const left = fleet.replica("web#1").container?.id;
    await fleet.release();
    fleet.write("orchestra.yml", "vendors: {other: {image: web}}\nrerun: false");
    await fleet.openEngine();
    await fleet.until("it is forgotten", () => fleet.findReplica("web#1") === undefined);
    const { State } = await docker.api.ask<{ State: { Running: boolean } }>("GET", `/containers/${left}/json`);
    expect(State.Running).toBe(false);
    expect(fleet.snapshot.strays).toEqual([]);
  });

  test("tells what it takes while somebody looks", async () => {
    const fleet = await open("vendors: {redis: {image: redis, ports: [6379]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const { promise, resolve } = Promise.withResolvers<number>();
    const subscription = fleet.engine.watchUsage(({ units }) => {
      const usage = units[fleet.replica("redis#1").id];
      if (usage?.cpu != null) resolve(usage.memoryBytes);
    });
    expect(await promise).toBeGreaterThan(100_000);
    subscription.close();
  });

  test("whose port somebody else has waits for it, and names them", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const fleet = await open(`vendors: {web: {image: web, ports: ["${port}:80"]}}`);
    await fleet.start();
    await fleet.until("web waits for the port", () => {
      const { state } = fleet.replica("web#1");
      return (
        state.phase === "waiting" && state.blockers.some((b) => b.kind === "port" && b.holder?.pid === process.pid)
      );
    });
    server.close();
    await fleet.untilPhase("ready", "web#1");
  });

  test("whose probe is no program of its image says so", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80], ready: {exec: pg_isready}}}");
    await fleet.start();
    await fleet.until("it is said", () =>
      /pg_isready is not in the image web/.test(fleet.replica("web#1").failure?.message ?? ""),
    );
  });
});
