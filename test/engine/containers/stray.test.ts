import { rmSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { StrayAction } from "../../../src/model/command.ts";
import type { Stray } from "../../../src/model/stray.ts";
import type { DockerEngine } from "../../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { idsOf, redis } from "./container-helpers.ts";

const port = "vendors: {redis: {image: redis, ports: [6379], ready: {exec: redis-cli ping, interval: 100ms}}}";

describeWith("docker", "a container with the fleet's labels that is on no record", () => {
  let docker: Pick<DockerEngine, "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis", "web");
  }, 120_000);

  const open = (yaml: string): Promise<TestEngine> => TestEngine.open(yaml, {}, { dockerHost: docker.host });
  const isRunning = async (id = ""): Promise<boolean> =>
    (await docker.api.ask<{ State: { Running: boolean } }>("GET", `/containers/${id}/json`)).State.Running;

  /** A fleet whose Redis runs, and whose next daemon knows of nothing; Redis holds a key. */
  async function forgotten(yaml = port, then = yaml): Promise<{ fleet: TestEngine; id: string; number: number }> {
    const fleet = await open(yaml);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const id = fleet.replica("redis#1").container?.id ?? "";
    const number = fleet.port("redis#1");
    expect(await redis(number, "SET here yes")).toBe("+OK");
    await fleet.release();
    fleet.write("orchestra.yml", `${then}\nrerun: false`);
    rmSync(fleet.path(".orchestra/state.json"));
    await fleet.openEngine();
    return { fleet, id, number };
  }

  async function onlyStray(fleet: TestEngine): Promise<Stray> {
    const strays = await fleet.engine.findStrays();
    expect(strays).toHaveLength(1);
    return strays[0] as Stray;
  }

  async function decide(fleet: TestEngine, action: StrayAction, stray: Stray): Promise<string[]> {
    const reply = await fleet.send({ kind: "strays", action, ids: [stray.id] });
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.notes;
  }

  test("is a stray, with what speaks for that, when a daemon begins", async () => {
    const { fleet, id, number } = await forgotten();
    await fleet.until("it is told", () => fleet.snapshot.strays.length > 0);
    const stray = await onlyStray(fleet);
    const seen = await docker.api.ask<{ State: { Pid: number } }>("GET", `/containers/${id}/json`);
    expect(stray).toMatchObject({
      kind: "container",
      service: "redis",
      container: { id, name: expect.stringMatching(/-redis$/), image: "redis", obstacle: null },
      pid: seen.State.Pid,
      pids: [seen.State.Pid],
      command: expect.stringContaining("redis-server"),
      ports: [number],
      parent: null,
      standing: "asked",
    });
    expect(Date.now() - stray.startedAt).toBeLessThan(60_000);
    expect(stray.evidence.join("; ")).toMatch(
      /^carries the labels of this fleet's redis,.*nobody has asked for redis; .*Up /,
    );
    expect(await isRunning(id)).toBe(true);
  });

  test("becomes a replica as it runs when it is adopted, and can be stopped", async () => {
    const { fleet, id, number } = await forgotten();
    expect(await decide(fleet, "adopt", await onlyStray(fleet))).toEqual([]);
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1")).toMatchObject({ adopted: true, container: { id }, ports: { "6379/tcp": number } });
    expect(fleet.snapshot.strays).toEqual([]);
    expect(await redis(number, "GET here")).toBe("$3");
    await fleet.until("what it has printed is there", () => /ready to accept/i.test(fleet.output("redis#1")));
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1").container?.id).toBe(id);
    await docker.api.ask("POST", `/containers/${id}/kill?signal=SIGKILL`);
    await fleet.until("its end was noticed, and it is there again", () => fleet.replica("redis#1").restarts === 1);
    await fleet.untilPhase("ready", "redis#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "redis#1");
    expect(await isRunning(id)).toBe(false);
  });

  test("is taken over as it runs by a start of its service, without a question", async () => {
    const { fleet, id, number } = await forgotten();
    await onlyStray(fleet);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1").container?.id).toBe(id);
    expect(fleet.snapshot.strays).toEqual([]);
    expect(await redis(number, "GET here")).toBe("$3");
    expect(await idsOf(docker.api, fleet)).toEqual([id]);
  });

  test("is stopped when somebody says so, with its data kept", async () => {
    const { fleet, id } = await forgotten();
    await decide(fleet, "stop", await onlyStray(fleet));
    await fleet.until("it is gone", () => fleet.snapshot.strays.length === 0);
    expect(await isRunning(id)).toBe(false);
    expect(await idsOf(docker.api, fleet)).toEqual([id]);
    expect(fleet.eventsOf("noticed").map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^stops container .*-redis, asked for by .*: carries the labels of this fleet's redis/),
    );
  });

  test("is left alone when somebody says so, until it runs anew", async () => {
    const { fleet, id } = await forgotten();
    await decide(fleet, "ignore", await onlyStray(fleet));
    expect(await onlyStray(fleet)).toMatchObject({ standing: "ignored" });
    await docker.api.ask("POST", `/containers/${id}/restart?t=1`);
    await fleet.until("its end was heard of", () => fleet.snapshot.strays.length === 0);
    expect(await onlyStray(fleet)).toMatchObject({ standing: "asked" });
  });

  test("is forgotten when it is stopped by hand", async () => {
    const { fleet, id } = await forgotten();
    await onlyStray(fleet);
    await docker.api.ask("POST", `/containers/${id}/stop?t=1`);
    await fleet.until("its end was heard of", () => fleet.snapshot.strays.length === 0);
  });

  test("whose vendor is gone from the config cannot be adopted, and follows the policy", async () => {
    const other = "vendors: {web: {image: web, ports: [80]}}";
    const { fleet, id } = await forgotten(port, other);
    const stray = await onlyStray(fleet);
    expect(stray.evidence).toContain("redis is not in the config any more");
    expect(await decide(fleet, "adopt", stray)).toEqual([
      expect.stringMatching(/-redis cannot be adopted: redis is not/),
    ]);
    expect(await isRunning(id)).toBe(true);
    await fleet.release();
    fleet.write("orchestra.yml", `strays: stop\n${other}\nrerun: false`);
    await fleet.openEngine();
    await fleet.until("it is stopped", () =>
      fleet.eventsOf("noticed").some(({ message }) => /^stops container .*-redis, strays: stop/.test(message)),
    );
    await fleet.until("it is gone", () => fleet.snapshot.strays.length === 0);
    expect(await isRunning(id)).toBe(false);
  });

  test("of a service that runs as a process now holds its start until somebody decides", async () => {
    const process = "vendors: {web: {image: web, ports: [80]}}\nservices: {redis: {dir: ., run: sleep 600}}";
    const { fleet, id } = await forgotten(port, process);
    await fleet.until("it is told", () => fleet.snapshot.strays.length > 0);
    await fleet.start("redis");
    await fleet.until("it waits for a word", () => {
      const state = fleet.replica("redis#1").state;
      return state.phase === "waiting" && state.blockers.some((b) => b.kind === "strays" && b.strays.length > 0);
    });
    const stray = await onlyStray(fleet);
    expect(stray.container?.obstacle).toMatch(/runs as a process now/);
    await decide(fleet, "stop", stray);
    await fleet.untilPhase("ready", "redis#1");
    expect(await isRunning(id)).toBe(false);
  });

  test("started by hand, of a vendor that was stopped, is found when somebody asks", async () => {
    const fleet = await open(port);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    const id = fleet.replica("redis#1").container?.id ?? "";
    await fleet.stop();
    await fleet.untilPhase("stopped", "redis#1");
    expect(await fleet.engine.findStrays()).toEqual([]);
    await docker.api.ask("POST", `/containers/${id}/start`);
    const stray = await onlyStray(fleet);
    expect(stray.container?.id).toBe(id);
    await decide(fleet, "adopt", stray);
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1").container?.id).toBe(id);
  });

  test("of another fleet is none", async () => {
    const fleet = await open(port);
    const other = await open(port);
    await other.start();
    await other.untilPhase("ready", "redis#1");
    expect(await fleet.engine.findStrays()).toEqual([]);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    expect(await fleet.engine.findStrays()).toEqual([]);
  });
});
