import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { startAskedProxy } from "../../helpers/docker/asked-proxy.ts";
import type { DockerEngine } from "../../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { freePort } from "../../helpers/free-port.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { idsOf, redis } from "./container-helpers.ts";

describeWith("docker", "a vendor that the outside world meddles with", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis", "web", "keeps-data", "busybox");
  }, 120_000);

  const open = (yaml: string, dockerHost = docker.host): Promise<TestEngine> =>
    TestEngine.open(yaml, {}, { dockerHost });
  const act = (fleet: TestEngine, unit: string, action: string): Promise<unknown> =>
    docker.api.ask("POST", `/containers/${fleet.replica(unit).container?.id}/${action}`);

  test("that is paused by hand does not answer its probe, goes on by hand, and can be stopped while it is paused", async () => {
    const fleet = await open(
      "vendors: {redis: {image: redis, ports: [6379], ready: {exec: redis-cli ping, interval: 100ms, timeout: 1s}}}",
    );
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const { container } = fleet.replica("redis#1");
    await act(fleet, "redis#1", "pause");
    await fleet.untilPhase("unready", "redis#1");
    await act(fleet, "redis#1", "unpause");
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1")).toMatchObject({ generation: 1, container: { id: container?.id } });
    await act(fleet, "redis#1", "pause");
    await fleet.stop();
    await fleet.untilPhase("stopped", "redis#1");
  });

  test("that `docker stop` ends is started again, with the same container", async () => {
    const fleet = await open("vendors: {redis: {image: redis, ports: [6379]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const { container } = fleet.replica("redis#1");
    expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
    await act(fleet, "redis#1", "stop");
    await fleet.untilGeneration("redis#1", 2);
    expect(fleet.replica("redis#1").container?.id).toBe(container?.id);
    expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
  });

  test("that `docker restart` restarts is taken as it is, and its output goes on", async () => {
    const fleet = await open("vendors: {keeps: {image: keeps-data}}");
    await fleet.start();
    await fleet.untilPhase("ready", "keeps#1");
    for (const count of [2, 3]) {
      await act(fleet, "keeps#1", "restart?t=1");
      await waitUntil("its output goes on", () => fleet.output("keeps#1").includes(`start ${count}\n`), 15_000);
      await fleet.untilPhase("ready", "keeps#1");
    }
    await fleet.stop();
    await fleet.untilPhase("stopped", "keeps#1");
    expect(fleet.output("keeps#1")).toBe("start 1\nstart 2\nstart 3\n");
  }, 60_000);

  test("whose probe passes, then fails, then passes is ready, unready and ready again, and the same", async () => {
    const yaml =
      "vendors: {flag: {image: busybox, init: true, command: [sh, -c, touch /tmp/up && sleep 600], ready: {exec: test -e /tmp/up, interval: 100ms}}}";
    const fleet = await open(yaml);
    await fleet.start();
    await fleet.untilPhase("ready", "flag#1");
    const id = fleet.replica("flag#1").container?.id ?? "";
    await docker.api.exec(id, ["rm", "/tmp/up"]);
    await fleet.untilPhase("unready", "flag#1");
    await docker.api.exec(id, ["touch", "/tmp/up"]);
    await fleet.untilPhase("ready", "flag#1");
    expect(fleet.trail("flag#1")).toEqual(["waiting", "starting", "ready", "unready", "ready"]);
  });

  test("that mounts a folder which is not there fails with what to do", async () => {
    const fleet = await open("vendors: {web: {image: web, ports: [80], volumes: [./not-there:/www]}}");
    await fleet.start();
    await fleet.untilPhase("failed", "web#1");
    const { failure } = fleet.replica("web#1");
    expect(failure?.message).toContain(fleet.path("not-there"));
    expect(failure?.hint).toMatch(/make that folder/);
  });

  test("shares a named volume with whoever else uses it", async () => {
    const fleet = await open("vendors: {redis: {image: redis, ports: [6379], volumes: [data:/data]}}");
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
    const seen = await docker.api.ask<{ Mounts: { Name: string; Destination: string }[] }>(
      "GET",
      `/containers/${fleet.replica("redis#1").container?.id}/json`,
    );
    const volume = seen.Mounts.find(({ Destination }) => Destination === "/data")?.Name ?? "";
    const other = await docker.api.run({ image: "busybox", command: ["sleep", "600"], binds: [`${volume}:/other`] });
    onTestFinished(() => docker.api.ask("DELETE", `/containers/${other}?force=true`).then(() => {}));
    fleet.write(
      "orchestra.yml",
      "vendors: {redis: {image: redis, ports: [6379], volumes: [data:/data], env: {X: '1'}}}\nrerun: false",
    );
    await fleet.restart("redis");
    await fleet.untilGeneration("redis#1", 2);
    expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
  });

  test("whose config changes finds what it has written in a volume that nobody named", async () => {
    const yaml = (more: string): string =>
      `vendors: {keeps: {image: keeps-data, ready: {log: start}${more}}}\nrerun: false`;
    const fleet = await open(yaml(""));
    await fleet.start();
    await fleet.untilPhase("ready", "keeps#1");
    const first = fleet.replica("keeps#1").container?.id;
    for (const [generation, more] of [
      [2, ", env: {A: '1'}"],
      [3, ", env: {A: '2'}"],
      [4, ", labels: {a: b}"],
    ] as const) {
      fleet.write("orchestra.yml", yaml(more));
      await fleet.restart("keeps");
      await fleet.untilGeneration("keeps#1", generation);
      await fleet.until("it has counted on", () => fleet.output("keeps#1").includes(`start ${generation}\n`));
    }
    expect(await idsOf(docker.api, fleet)).toHaveLength(1);
    expect(fleet.replica("keeps#1").container?.id).not.toBe(first);
    expect(fleet.output("keeps#1")).toBe("start 1\nstart 2\nstart 3\nstart 4\n");
  }, 60_000);

  test("whose port is taken between the look at it and the start says so, and starts once it is free", async () => {
    const proxy = await startAskedProxy(docker.socket, join(tempFolder(), "d.sock"));
    onTestFinished(() => proxy.close());
    const port = await freePort();
    const server = createServer();
    onTestFinished(() => void server.close());
    proxy.before = async (request) => {
      if (!/^POST \/containers\/[0-9a-f]+\/start$/.test(request) || server.listening) return;
      proxy.before = () => {};
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    };
    const fleet = await open(`vendors: {web: {image: web, ports: ["${port}:80"]}}`, proxy.host);
    await fleet.start();
    await fleet.until("it is said", () =>
      fleet.eventsOf("replicaChanged").some(({ replica }) => replica.failure?.kind === "port-taken"),
    );
    const failure = fleet.eventsOf("replicaChanged").flatMap(({ replica }) => replica.failure ?? [])[0];
    expect(failure).toMatchObject({ kind: "port-taken", port, holder: { pid: process.pid } });
    expect((server.address() as AddressInfo).port).toBe(port);
    server.close();
    await fleet.start();
    await fleet.until("it is ready", () => fleet.phase("web#1") === "ready", 30_000);
  }, 60_000);

  test("that is to be kept goes on after `down`, and the others stop and keep their data", async () => {
    const fleet = await open(
      "vendors: {kept: {image: redis, ports: [6379], keep: true}, redis: {image: redis, ports: [6379]}}",
    );
    await fleet.start();
    await fleet.untilPhase("ready", "kept#1", "redis#1");
    const [kept, other] = ["kept#1", "redis#1"].map((unit) => fleet.replica(unit).container?.id ?? "");
    expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
    await fleet.down();
    const runs = async (id = ""): Promise<boolean> =>
      (await docker.api.ask<{ State: { Running: boolean } }>("GET", `/containers/${id}/json`)).State.Running;
    expect(await runs(kept)).toBe(true);
    expect(await runs(other)).toBe(false);
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "kept#1", "redis#1");
    expect(fleet.replica("kept#1").container?.id).toBe(kept);
    expect(fleet.replica("redis#1").container?.id).toBe(other);
    expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
  }, 60_000);

  test("that is optional is waited for while its engine has not answered yet", async () => {
    const proxy = await startAskedProxy(docker.socket, join(tempFolder(), "d.sock"));
    onTestFinished(() => proxy.close());
    const answers = Promise.withResolvers<void>();
    proxy.before = () => answers.promise;
    const yaml =
      "vendors: {redis: {image: redis, ports: [6379], optional: true}}\nservices: {api: {dir: ., run: sleep 600, depends_on: [redis]}}";
    const fleet = await open(yaml, proxy.host);
    await fleet.start();
    await fleet.untilPhase("waiting", "api#1", "redis#1");
    answers.resolve();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.phase("redis#1")).toBe("ready");
    expect(await fleet.engine.reveal(fleet.replica("api#1").id, "ORCHESTRA_REDIS")).not.toBe("unavailable");
  });

  test("that is optional and cannot be had holds nobody back, who is told", async () => {
    const fleet = await open(`
vendors: {web: {image: "localhost:1/none", pull: never, ports: [80], optional: true}}
services: {api: {dir: ., run: sleep 600, depends_on: [web]}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.untilPhase("failed", "web#1");
    expect(await fleet.engine.reveal(fleet.replica("api#1").id, "ORCHESTRA_WEB")).toBe("unavailable");
    const begun = fleet
      .eventsOf("replicaChanged")
      .find(({ replica }) => replica.id === "api#1" && replica.state.phase === "starting");
    expect(begun?.replica.cause).toEqual({ kind: "dependency", name: "web", what: "unavailable" });
  });
});
