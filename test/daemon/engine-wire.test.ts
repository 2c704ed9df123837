import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeDaemonFile } from "../../src/daemon/daemon-file.ts";
import { HttpServer } from "../../src/daemon/http-server.ts";
import { protocolVersion } from "../../src/daemon/protocol.ts";
import { version } from "../../src/lib/version.ts";
import { replicaId } from "../../src/model/ids.ts";
import type { UsageSample } from "../../src/model/usage.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { clientOf } from "./wire-fixture.ts";

const api = replicaId("api", 1);

test("what a client is told of a real fleet is what its engine says", async () => {
  const fleet = await TestEngine.open(
    `services: {api: {dir: ., run: ${program("forks-a-grandchild.mjs")}, port: auto, stop: {grace: 50ms}, env: {TOKEN: t0ps3cret}}}`,
  );
  const { engine, root } = fleet;
  const socket = join(root, "wire.sock");
  const startedAt = Date.now();
  const server = await HttpServer.listen({
    engine,
    socket,
    version,
    hello: () => {
      throw new Error("nobody asks");
    },
    stop: async () => {},
    release: async () => {},
    log: () => {},
  });
  onTestFinished(() => server.close("the test is over"));
  writeDaemonFile(root, { pid: process.pid, version, socket, startedAt, protocol: protocolVersion });
  await fleet.start();
  await waitUntil("its grandchild runs", () => fleet.output("api#1").includes("grandchild"));

  const client = clientOf(root);
  const inspection = await client.inspect(api);
  const direct = await engine.inspect(api);
  expect(inspection?.processes.map(({ depth }) => depth)).toEqual([0, 1, 2]);
  const always = { startedAt: 0, memoryBytes: 0 };
  const timeless = (i: typeof direct): unknown => ({
    ...i,
    processes: i?.processes.map((p) => ({ ...p, ...always })),
  });
  expect(timeless(inspection)).toEqual(timeless(direct));
  expect(JSON.stringify(inspection)).not.toContain("t0ps3cret");
  expect(await client.reveal(api, "TOKEN")).toBe("t0ps3cret");

  const samples: UsageSample[] = [];
  client.watchUsage((sample) => samples.push(sample));
  await waitUntil("samples come", () => samples.length > 1);
  expect(samples[0]?.units[api]).toMatchObject({ cpu: null, processes: 3 });
  expect(samples[1]?.units[api]?.cpu).toBeGreaterThanOrEqual(0);
});
