import { expect, onTestFinished, test, vi } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { loadImage } from "../helpers/docker/load-image.ts";
import { removeFleet } from "../helpers/docker/remove-fleet.ts";
import { sharedDockerEngine } from "../helpers/docker/shared-engine.ts";
import { testImage } from "../helpers/docker/test-images.ts";
import { describeWith } from "../helpers/require.ts";
import type { Outcome } from "../helpers/run-program.ts";
import { tempFleet } from "../helpers/temp-fleet.ts";

/** A cold build cache makes the first build take its time. */
vi.setConfig({ testTimeout: 240_000 });

/** A copy of the shop, and ways to use it. `DOCKER_HOST`: where its vendors are looked for; nowhere unless given. */
function openShop(env: { DOCKER_HOST?: string } = {}) {
  const fleet = tempFleet({ copyOf: "shop" });
  const run = (...args: string[]): Promise<Outcome> => fleet.orchestra(args, { env, limitMs: 200_000 });
  onTestFinished(async () => {
    await run("down");
    if (env.DOCKER_HOST !== undefined) await removeFleet(env.DOCKER_HOST, fleetIdOf(fleet.root));
  }, 60_000);
  const ask = async (service: string, path: string, method = "GET"): Promise<unknown> => {
    const ps = JSON.parse((await run("ps", "--json")).stdout) as PsJson;
    const port = ps.services.find(({ name }) => name === service)?.replicas[0]?.port;
    return await (await fetch(`http://127.0.0.1:${port}${path}`, { method })).json();
  };
  return { run, ask };
}

describeWith("go", "the shop", () => {
  test("sells without Docker, and says what it went on without and where its numbers come from", async () => {
    const { run, ask } = openShop();
    const started = await run("start");
    expect(started.code).toBe(0);
    expect(started.stderr).toMatch(/without .*postgres.*redis/);
    expect(await ask("orders", "/orders/oboe")).toMatchObject({ id: "oboe-1", countedIn: "memory" });
    expect(await ask("gateway", "/buy/cello")).toMatchObject({ order: "cello-2", total: "1290.00 EUR" });
    expect(await ask("carts", "/carts/ann/violin", "PUT")).toEqual({ owner: "ann", item: "violin" });
    expect(await ask("carts", "/carts/ann")).toMatchObject({ items: ["violin"], keptIn: "memory" });
    expect((await run("logs", "orders")).stdout).toContain("orders are counted in memory");
  });

  test("has shoppers, who come only when they are asked to", async () => {
    const { run } = openShop();
    expect(await run("start", "shopper")).toMatchObject({ code: 0 });
    const log = async () => (await run("logs", "shopper")).stdout;
    await vi.waitFor(
      async () => expect(await log()).toMatch(/^shopper#\d │ \w+ bought \w+-\d+ for \d+\.00 EUR$/m),
      60_000,
    );
    expect(await log()).toMatch(/has \d+ in the cart, kept in memory/);
    expect(await log()).not.toContain("goes home");
  });

  describeWith("docker", "with Docker", () => {
    test("does without vendors whose images are not there, and keeps its data in them once they are", async () => {
      const { host, api } = await sharedDockerEngine();
      const { run, ask } = openShop({ DOCKER_HOST: host });
      const without = await run("start");
      expect(without.code).toBe(0);
      expect(without.stderr).toMatch(/without .*postgres.*redis/);
      expect(await ask("orders", "/orders/oboe")).toMatchObject({ countedIn: "memory" });

      await loadImage(api, "postgres:16", testImage("postgres"));
      await loadImage(api, "redis:7", testImage("redis"));
      onTestFinished(async () => {
        for (const image of ["postgres:16", "redis:7"]) await api.ask("DELETE", `/images/${image}?force=true`);
      });
      expect(await run("vendors", "up")).toMatchObject({ code: 0 });
      expect(await run("restart", "orders", "carts")).toMatchObject({ code: 0 });
      expect(await ask("orders", "/orders/oboe")).toMatchObject({ id: "oboe-1", countedIn: "redis" });
      expect(await ask("carts", "/carts/ann/violin", "PUT")).toEqual({ owner: "ann", item: "violin" });
      expect((await run("logs", "orders")).stdout).toContain("orders are counted in redis");

      expect(await run("down")).toMatchObject({ code: 0 });
      expect(await run("start")).toMatchObject({ code: 0 });
      expect(await ask("gateway", "/buy/oboe")).toMatchObject({ order: "oboe-2" });
      expect(await ask("carts", "/carts/ann")).toMatchObject({ items: ["violin"], looks: 1, keptIn: "postgres" });
    });
  });
});
