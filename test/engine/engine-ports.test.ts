import { createServer, type Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";

const listens = `run: ${program("listens.mjs")}`;

/** Holds a port in this very process until the result is called, at the latest at the end of the test. */
async function hold(port: number): Promise<() => Promise<void>> {
  const server: Server = createServer((socket) => socket.end());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const release = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  onTestFinished(() => (server.listening ? release() : undefined));
  return release;
}

describe("a port that the config gives", () => {
  test("that is taken is waited for with its holder named, and the start goes on when it is free", async () => {
    const port = await freePort();
    const release = await hold(port);
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${listens}, port: ${port}}}`);
    await fleet.start();
    await fleet.untilPhase("waiting", "api#1");
    expect(fleet.replica("api#1").state).toMatchObject({
      phase: "waiting",
      blockers: [{ kind: "port", port, holder: { pid: process.pid, unit: null } }],
    });
    await release();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.port("api#1")).toBe(port);
    expect(fleet.trail("api#1")).toEqual(["waiting", "starting", "ready"]);
  });

  test("that is taken: a stop ends the wait", async () => {
    const port = await freePort();
    await hold(port);
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${listens}, port: ${port}}}`);
    await fleet.start();
    await fleet.untilPhase("waiting", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
  });

  test("goes to the first replica; the others get free ones, which they keep", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${listens}, port: ${port}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    const ports = ["api#1", "api#2", "api#3"].map((unit) => fleet.port(unit));
    expect(ports[0]).toBe(port);
    expect(new Set(ports).size).toBe(3);
    await fleet.restart();
    await fleet.untilGeneration("api#3", 2);
    expect(["api#1", "api#2", "api#3"].map((unit) => fleet.port(unit))).toEqual(ports);
  });

  test("as a range gives each replica one of it", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${listens}, port: ${port}-${port + 1}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    expect([fleet.port("api#1"), fleet.port("api#2")]).toEqual([port, port + 1]);
  });

  test("is free again before the unit counts as stopped", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${listens}, port: ${port}}}`);
    for (let round = 0; round < 3; round++) {
      await fleet.start();
      await fleet.untilPhase("ready", "api#1");
      await fleet.stop();
      await fleet.untilPhase("stopped", "api#1");
      await (await hold(port))();
    }
  });
});

describe("an automatic port", () => {
  test("is kept through restarts and daemons, and exchanged where somebody else took it", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${listens}, port: auto}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const port = fleet.port("api#1");
    await fleet.down();
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.port("api#1")).toBe(port);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    await hold(port);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.port("api#1")).not.toBe(port);
  });

  test("stays the same for each of several services that are restarted at once", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `s${i}`);
    const services = names.map((name) => `  ${name}: {dir: ., ${listens}, port: auto}`);
    const fleet = await TestEngine.open(`services:\n${services.join("\n")}`);
    const units = names.map((name) => `${name}#1`);
    await fleet.start();
    await fleet.untilPhase("ready", ...units);
    const before = units.map((unit) => fleet.replica(unit));
    expect(new Set(units.map((unit) => fleet.port(unit))).size).toBe(10);
    await fleet.restart();
    await fleet.until("all ready again", () =>
      before.every(({ id, generation }) => fleet.phase(id) === "ready" && fleet.replica(id).generation > generation),
    );
    // Another program of this machine may just have taken one of them, but not two.
    const moved = before.filter(({ id, ports }) => fleet.port(id) !== ports.http);
    expect(moved.length).toBeLessThan(2);
    expect(fleet.history("waiting")).toEqual([]);
  });

  test("is told to the others as an address", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., run: sh -c 'echo to $API_URL; exec sleep 1000', ready: {log: "^to "}, depends_on: [api]}
  api: {dir: ., ${listens}, ports: {http: auto, grpc: auto}, ready: {tcp: http}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.output("web#1")).toContain(`to http://127.0.0.1:${fleet.replica("api#1").ports.http}\n`);
  });
});
