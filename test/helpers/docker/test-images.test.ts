import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith } from "../require.ts";
import { waitUntil } from "../wait-until.ts";
import type { DockerApi } from "./docker-api.ts";
import { loadImage } from "./load-image.ts";
import { sharedDockerEngine } from "./shared-engine.ts";
import { loadTestImages, type TestImage, testImage } from "./test-images.ts";

const labels = { test: `images-${process.pid}` };

describeWith("docker", "a test image", () => {
  let api: DockerApi;
  const run = async (image: TestImage, env: Record<string, string> = {}) => {
    await loadTestImages(api, image);
    return await api.run({ image, env, labels });
  };
  const prints = (id: string, text: string) =>
    waitUntil(`it prints ${text}`, async () => (await api.logs(id)).includes(text));
  const healthOf = async (id: string) =>
    (await api.ask<{ State: { Health?: { Status: string } } }>("GET", `/containers/${id}/json`)).State.Health?.Status;

  beforeAll(async () => {
    ({ api } = await sharedDockerEngine());
  });
  afterAll(() => api?.sweep(`test=${labels.test}`));

  test("of Redis is a Redis, run by a user of its own", async () => {
    const id = await run("redis");
    await prints(id, "Ready to accept connections");
    expect(await api.exec(id, ["redis-cli", "ping"])).toEqual({ code: 0, output: "PONG\n" });
    expect((await api.exec(id, ["sh", "-c", "ps | grep -v grep | grep redis-server"])).output).toMatch(/1 redis /);
  });

  test("of PostgreSQL makes the database that was asked for, asks for the password, and keeps its data", async () => {
    const id = await run("postgres", { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "secret", POSTGRES_DB: "orders" });
    const query = (sql: string, password = "secret") =>
      api.exec(id, [
        "env",
        `PGPASSWORD=${password}`,
        "psql",
        "-h",
        hostname,
        "-U",
        "shop",
        "-d",
        "orders",
        "-Atc",
        sql,
      ]);
    const hostname = id.slice(0, 12);
    const isReady = async () => (await api.exec(id, ["pg_isready", "-h", hostname])).code === 0;
    await waitUntil("it takes connections", isReady, 30_000);
    expect(await query("select current_user, 6 * 7")).toEqual({ code: 0, output: "shop|42\n" });
    expect((await query("select 1", "wrong")).output).toContain("password authentication failed");
    await query("create table notes as select 'kept' as text");
    await api.ask("POST", `/containers/${id}/kill`);
    await api.ended(id);
    await api.ask("POST", `/containers/${id}/start`);
    await waitUntil("it takes connections again", isReady, 30_000);
    expect(await query("select text from notes")).toEqual({ code: 0, output: "kept\n" });
  }, 90_000);

  test("that is bare has no shell for a probe", async () => {
    const id = await run("bare");
    expect(await api.exec(id, ["sh", "-c", "true"])).toMatchObject({
      code: 126,
      output: expect.stringContaining("sh"),
    });
  });

  test("that ignores SIGTERM ends by SIGKILL", async () => {
    const id = await run("ignores-sigterm");
    await prints(id, "up");
    await api.ask("POST", `/containers/${id}/stop?t=1`);
    expect(await api.ended(id)).toBe(137);
    expect(await api.logs(id)).toContain("SIGTERM is ignored");
  });

  test("with a health check passes it, then fails it", async () => {
    const id = await run("healthchecked");
    await waitUntil("it is healthy", async () => (await healthOf(id)) === "healthy");
    await api.exec(id, ["rm", "/tmp/healthy"]);
    await waitUntil("it is unhealthy", async () => (await healthOf(id)) === "unhealthy");
  });

  test("with a volume finds there what it has written", async () => {
    const id = await run("keeps-data");
    await prints(id, "start 1");
    await api.ask("POST", `/containers/${id}/restart`);
    await prints(id, "start 2");
  });

  test("that floods prints lines as long as asked for", async () => {
    const id = await run("floods", { LINES: "2", LINE_BYTES: "1000000" });
    await prints(id, "done");
    expect(await api.logs(id)).toBe(`${"x".repeat(1_000_000)}\n${"x".repeat(1_000_000)}\ndone\n`);
  });

  test("may be made anew under the same tag, which then names another image", async () => {
    const wish = testImage("web");
    const tag = `moves-${process.pid}:latest`;
    const first = await loadImage(api, tag, wish);
    expect(await loadImage(api, tag, wish)).toBe(first);
    const second = await loadImage(api, tag, { ...wish, config: { ...wish.config, Labels: { version: "2" } } });
    expect(second).not.toBe(first);
    expect((await api.ask<{ Id: string }>("GET", `/images/${tag}/json`)).Id).toBe(second);
    for (const id of [first, second]) await api.ask("DELETE", `/images/${id}?force=1`);
  });
});
