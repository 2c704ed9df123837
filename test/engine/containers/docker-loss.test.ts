import { expect, onTestFinished, test } from "vitest";
import { type DockerEngine, startDockerEngine } from "../../helpers/docker/docker-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";
import { redis } from "./container-helpers.ts";

describeWith("docker", "an engine that goes away", () => {
  /** Disposed of after the fleet that uses it. */
  async function startEngine(): Promise<DockerEngine> {
    const docker = await startDockerEngine({ isLiveRestore: true });
    onTestFinished(() => docker.dispose(), 60_000);
    await loadTestImages(docker.api, "redis");
    return docker;
  }

  const yaml = `
vendors: {redis: {image: redis, ports: [6379]}}
services: {api: {dir: ., run: sleep 600, depends_on: [redis]}}
`;
  const open = (docker: DockerEngine): Promise<TestEngine> => TestEngine.open(yaml, {}, { dockerHost: docker.host });

  test("and comes back leaves what runs running, and says so meanwhile", async () => {
    const docker = await startEngine();
    const fleet = await open(docker);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1", "api#1");
    const { container, generation } = fleet.replica("redis#1");
    expect(await redis(fleet.port("redis#1"), "SET here yes")).toBe("+OK");
    await docker.kill();
    await fleet.untilPhase("unready", "redis#1");
    expect(fleet.replica("redis#1").failure?.message).toMatch(/docker/i);
    expect(fleet.phase("api#1")).toBe("ready");
    await docker.start();
    await fleet.untilPhase("ready", "redis#1");
    expect(fleet.replica("redis#1").container?.id).toBe(container?.id);
    expect(fleet.replica("redis#1").generation).toBe(generation);
    expect(await redis(fleet.port("redis#1"), "GET here")).toBe("$3");
  }, 60_000);

  test("and comes back asks about what was started by hand after it was stopped, and does not stop it", async () => {
    const docker = await startEngine();
    const fleet = await open(docker);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1", "api#1");
    const id = fleet.replica("redis#1").container?.id ?? "";
    await fleet.stop();
    await fleet.untilPhase("stopped", "redis#1", "api#1");
    await docker.api.ask("POST", `/containers/${id}/start`);
    await docker.kill();
    await docker.start();
    await fleet.until("it is told", () => fleet.snapshot.strays.length > 0, 30_000);
    expect(fleet.snapshot.strays).toMatchObject([{ container: { id }, standing: "asked" }]);
    expect(fleet.eventsOf("noticed").filter(({ message }) => message.includes("stopped the container"))).toEqual([]);
  }, 60_000);

  test("and is not there at a start is waited for", async () => {
    const docker = await startEngine();
    await docker.stop();
    const fleet = await open(docker);
    await fleet.start();
    await fleet.until("redis waits for Docker", () => {
      const { state } = fleet.replica("redis#1");
      return (
        state.phase === "waiting" && state.blockers.some((b) => b.kind === "docker" && /answer|socket/.test(b.detail))
      );
    });
    await docker.start();
    await fleet.untilPhase("ready", "redis#1", "api#1");
  }, 60_000);

  test("is no reason to wait in a run that nobody looks at, unless the vendor is optional", async () => {
    const docker = await startEngine();
    await docker.stop();
    const fleet = await open(docker);
    await fleet.send(
      { kind: "start", select: { names: [], except: [] }, noDeps: false, overrides: {} },
      { origin: "headless" },
    );
    await fleet.untilPhase("failed", "redis#1");
    expect(fleet.replica("redis#1").failure?.kind).toBe("docker-unreachable");
    fleet.write("orchestra.yml", yaml.replace("ports: [6379]", "ports: [6379], optional: true"));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(await fleet.engine.reveal(fleet.replica("api#1").id, "ORCHESTRA_REDIS")).toBe("unavailable");
  }, 60_000);

  test("does not hold up an end for longer than a moment, and what is not known to have ended is said", async () => {
    const docker = await startEngine();
    const fleet = await open(docker);
    await fleet.start();
    await fleet.untilPhase("ready", "redis#1");
    await docker.kill();
    await fleet.untilPhase("unready", "redis#1");
    await fleet.stop();
    await fleet.untilPhase("failed", "redis#1");
    expect(fleet.replica("redis#1").failure?.message).toMatch(/^it is not known to have stopped: /);
    await docker.start();
  }, 60_000);
});
