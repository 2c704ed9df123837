import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeWith } from "../require.ts";
import { waitUntil } from "../wait-until.ts";
import { type DockerEngine, startDockerEngine } from "./docker-engine.ts";
import {
  bulkyLayers,
  registryAuth,
  registryLogin,
  startDenyingRegistry,
  startRegistry,
  type TestRegistry,
} from "./registry.ts";

const wish = { programs: ["busybox" as const], config: { Cmd: ["sh"] } };

describeWith("docker", "a registry", () => {
  let engine: DockerEngine;
  let registry: TestRegistry;
  /** All that the engine says about a pull. */
  const pull = async (image: string, login?: object) => {
    const [, name, tag] = /^(.*):([^:/]+)$/.exec(image) ?? [];
    const path = `/images/create?fromImage=${name}&tag=${tag}`;
    return (await engine.api.bytes("POST", path, { headers: registryAuth(login) })).toString();
  };

  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDockerEngine(), startRegistry()]);
  });
  afterAll(() => Promise.all([engine?.dispose(), registry?.stop()]));

  test("hands out what was published, and says what it does not have", async () => {
    const image = await registry.publish(engine.api, "app:1", wish);
    expect(await pull(image)).toContain("Downloaded newer image");
    await expect(pull(`${registry.address}/app:2`)).rejects.toThrow("manifest unknown");
  });

  test("is as slow as its network, so that a pull can be cut in the middle, and finished later", async () => {
    const image = await registry.publish(engine.api, "bulky:1", { ...wish, layers: bulkyLayers(3, 500_000) });
    const before = registry.network.passed();
    registry.network.limit(300_000);
    const pulled = pull(image);
    await waitUntil("some of it has passed", () => registry.network.passed() - before > 200_000);
    registry.network.cut();
    expect(await pulled).toMatch(/"status":"Downloading"[\s\S]*"error"/);
    expect(registry.network.passed() - before).toBeLessThan(1_500_000);
    registry.network.mend();
    registry.network.limit(null);
    expect(await pull(image)).toContain("Downloaded newer image");
  });

  test("may want a login", async () => {
    const closed = await startRegistry({ needsLogin: true });
    onTestFinished(() => closed.stop());
    const image = await closed.publish(engine.api, "app:1", wish);
    await expect(pull(image)).rejects.toThrow("no basic auth credentials");
    await expect(pull(image, { ...registryLogin, password: "wrong" })).rejects.toThrow("unauthorized");
    expect(await pull(image, registryLogin)).toContain("Downloaded newer image");
  });

  test("may refuse", async () => {
    const denying = await startDenyingRegistry();
    onTestFinished(() => denying.stop());
    await expect(pull(`${denying.address}/app:1`)).rejects.toThrow("denied");
  });
});
