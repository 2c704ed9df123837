import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type DockerEngine, startDockerEngine } from "../../helpers/docker/docker-engine.ts";
import { bulkyLayers, startDenyingRegistry, startRegistry, type TestRegistry } from "../../helpers/docker/registry.ts";
import { testImage } from "../../helpers/docker/test-images.ts";
import { freePort } from "../../helpers/free-port.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";

describeWith("docker", "the image of a vendor", () => {
  let docker: DockerEngine;
  let registry: TestRegistry;
  let image: string;

  beforeAll(async () => {
    docker = await startDockerEngine();
    registry = await startRegistry();
    const web = testImage("web");
    image = await registry.publish(docker.api, "bulky:1", {
      ...web,
      layers: [...(web.layers ?? []), ...bulkyLayers(3, 600_000)],
    });
  }, 120_000);
  afterAll(async () => {
    await registry?.stop();
    await docker?.dispose();
  }, 60_000);

  const open = (of: string, more = ""): Promise<TestEngine> =>
    TestEngine.open(`vendors: {web: {image: "${of}", ports: [80]${more}}}`, {}, { dockerHost: docker.host });
  const failureOf = async (of: string, more = "") => {
    const fleet = await open(of, more);
    await fleet.start();
    // A registry that may be there later is asked again.
    await fleet.until("it is said", () => ["failed", "backoff"].includes(fleet.phase("web#1") ?? ""));
    const { failure } = fleet.replica("web#1");
    if (failure?.kind !== "image-unavailable") throw new Error(`another failure: ${JSON.stringify(failure)}`);
    return failure;
  };

  test("that its registry does not have, does not give, or that no registry has: three failures and three hints", async () => {
    const denying = await startDenyingRegistry();
    onTestFinished(() => denying.stop());
    const wrongTag = await failureOf(image.replace(":1", ":2"));
    const denied = await failureOf(`${denying.address}/secret:1`);
    const nowhere = await failureOf(`127.0.0.1:${await freePort()}/web:1`);
    expect([wrongTag, denied, nowhere].map(({ reason }) => reason)).toEqual(["no-such-tag", "denied", "no-registry"]);
    expect(wrongTag.message).toMatch(/^there is no image \S+\/bulky:2: /);
    expect(denied.message).toMatch(/^may not pull \S+\/secret:1: /);
    expect(nowhere.message).toMatch(/^cannot pull \S+\/web:1: \S+ cannot be reached: /);
    expect(wrongTag.hint).toContain("`image`");
    expect(denied.hint).toContain(`docker login ${denying.address}`);
    expect(nowhere.hint).toContain("online");
  });

  test("that is not to be pulled and is not there is said to be missing, and no registry is asked", async () => {
    const before = registry.network.passed();
    const failure = await failureOf(image, ", pull: never");
    expect(failure).toMatchObject({ reason: "not-pulled", hint: expect.stringContaining("pull: missing") });
    expect(registry.network.passed()).toBe(before);
  });

  test("whose pull the death of the engine cuts short is pulled once it is back", async () => {
    registry.network.limit(150_000);
    onTestFinished(() => registry.network.limit(null));
    const fleet = await open(image);
    await fleet.start();
    const bytes = (): number =>
      (fleet.replica("web#1").container?.pull ?? []).reduce((sum, layer) => sum + layer.bytes, 0);
    await fleet.until("some of it has come", () => bytes() > 50_000, 30_000);
    await docker.kill();
    await fleet.until("it is said", () => fleet.phase("web#1") !== "starting");
    registry.network.limit(null);
    await docker.start();
    await fleet.start();
    await fleet.until("it is ready", () => fleet.phase("web#1") === "ready", 30_000);
    expect(fleet.replica("web#1").container?.pull).toBeNull();
    expect(await (await fetch(`http://127.0.0.1:${fleet.port("web#1")}/`)).text()).toBe("hello from a container\n");
    const failures = fleet.eventsOf("replicaChanged").flatMap(({ replica }) => replica.failure ?? []);
    expect(failures.map(({ kind, message }) => `${kind}: ${message}`).join("\n")).toMatch(
      /docker-unreachable|image-unavailable/,
    );
  }, 90_000);

  test("that is there is used where its registry cannot be asked for a newer one, which is said", async () => {
    await docker.api.bytes("POST", `/images/create?fromImage=${encodeURIComponent(image)}`);
    registry.network.cut();
    onTestFinished(() => registry.network.mend());
    const fleet = await open(image, ", pull: always");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    const told = (): number =>
      fleet.eventsOf("noticed").filter(({ message }) => message.includes("the image that is there is used")).length;
    expect(told()).toBe(1);
    // A crash is no reason to ask for another image.
    await docker.api.ask("POST", `/containers/${fleet.replica("web#1").container?.id}/kill?signal=SIGKILL`);
    await fleet.untilGeneration("web#1", 2);
    expect(told()).toBe(1);
  }, 60_000);
});
