import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { loadDocker } from "../../../src/engine/vendors/load-docker.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { startAskedProxy } from "../../helpers/docker/asked-proxy.ts";
import { type DockerEngine, startDockerEngine } from "../../helpers/docker/docker-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { redis } from "./container-helpers.ts";

const counts = `sh, -c, "i=0; while :; do i=$((i+1)); echo out $i; echo err $i >&2; usleep 3000; done"`;

/** The lines of one stream, in order. */
const streamOf = (text: string, word: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(`${word} `));

describeWith("docker", "the death of the engine", () => {
  let docker: DockerEngine;
  const begin = async (isLiveRestore: boolean): Promise<void> => {
    docker = await startDockerEngine({ isLiveRestore });
    await loadTestImages(docker.api, "redis", "web", "busybox");
  };
  afterEach(() => docker?.dispose(), 60_000);

  const open = (yaml: string, dockerHost = docker.host): Promise<TestEngine> =>
    TestEngine.open(yaml, {}, { dockerHost });

  describe("that leaves its containers", () => {
    beforeEach(() => begin(true), 120_000);

    test.each(["create", "start"])(
      "in the middle of a %s is waited for, and there is one container at the end",
      async (step) => {
        const proxy = await startAskedProxy(docker.socket, join(tempFolder(), "d.sock"));
        onTestFinished(() => proxy.close());
        let killed = Promise.resolve();
        proxy.before = async (request) => {
          if (!request.startsWith("POST /containers/") || !request.endsWith(`/${step}`)) return;
          proxy.before = () => {};
          killed = docker.kill();
          await killed;
        };
        const fleet = await open("vendors: {web: {image: web, ports: [80]}}", proxy.host);
        await fleet.start();
        await fleet.until("the engine is missed", () =>
          fleet.eventsOf("replicaChanged").some(({ replica }) => replica.failure?.kind === "docker-unreachable"),
        );
        await killed;
        await docker.start();
        await fleet.until("it is ready", () => fleet.phase("web#1") === "ready", 40_000);
        const listed = await docker.api.ask<unknown[]>("GET", "/containers/json?all=true");
        expect(listed).toHaveLength(1);
      },
      90_000,
    );

    test("in the middle of its output costs no line that it had, and doubles none", async () => {
      const fleet = await open(`vendors: {counts: {image: busybox, init: true, command: [${counts}]}}`);
      await fleet.start();
      await fleet.untilPhase("ready", "counts#1");
      for (let round = 1; round <= 2; round++) {
        const before = fleet.output("counts#1").length;
        await waitUntil("it prints", () => fleet.output("counts#1").length > before);
        await docker.kill();
        await fleet.untilPhase("unready", "counts#1");
        await docker.start();
        await fleet.until("it is ready", () => fleet.phase("counts#1") === "ready", 30_000);
      }
      expect(fleet.replica("counts#1").generation).toBe(1);
      const id = fleet.replica("counts#1").container?.id ?? "";
      await fleet.stop();
      await fleet.untilPhase("stopped", "counts#1");
      const [ours, theirs] = [fleet.output("counts#1"), await docker.api.logs(id)];
      for (const word of ["out", "err"]) expect(streamOf(ours, word)).toEqual(streamOf(theirs, word));
      expect(ours.length).toBe(theirs.length);
      expect(streamOf(ours, "out").length).toBeGreaterThan(20);
    }, 90_000);
  });

  describe("that takes its containers along", () => {
    beforeEach(() => begin(false), 120_000);

    test("has them started again by us once it is back, with their data", async () => {
      const fleet = await open("vendors: {redis: {image: redis, ports: [6379]}}");
      await fleet.start();
      await fleet.untilPhase("ready", "redis#1");
      const { container } = fleet.replica("redis#1");
      expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
      await docker.restart();
      await fleet.until(
        "it is ready again",
        () => {
          const { generation, state } = fleet.replica("redis#1");
          return generation > 1 && state.phase === "ready";
        },
        60_000,
      );
      expect(fleet.replica("redis#1").container?.id).toBe(container?.id);
      expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
    }, 90_000);
  });

  describe.skipIf(process.getuid?.() !== 0)("and one whose socket is not for us", () => {
    beforeEach(() => begin(false), 120_000);

    test("is not the same: it says that we are not let in, and what to do", async () => {
      const client = await loadDocker({ host: docker.host, env: {}, clock: systemClock });
      onTestFinished(() => client.close());
      process.seteuid?.(65_534);
      const asked = await client.version().finally(() => process.seteuid?.(0));
      if (asked.ok) throw new Error("it let us in");
      expect(asked.failure).toMatchObject({ kind: "docker-unreachable", reason: "denied" });
      expect(asked.failure.message).toBe(`Docker does not let us in at ${docker.host}: permission denied`);
      expect(asked.failure.hint).toContain("usermod -aG docker");
    });
  });
});
