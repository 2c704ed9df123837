import { request } from "node:http";
import { createConnection, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { replicaId } from "../../src/model/ids.ts";
import type { UnitInspection } from "../../src/model/inspection.ts";
import type { UsageSample } from "../../src/model/usage.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { clientOf, serveFake, tempRoot } from "./wire-fixture.ts";

const api = replicaId("api", 1);

function sample(at: number, filler = 0): UsageSample {
  const usage = { cpu: 0.5, memoryBytes: 4096, processes: 2 };
  const names = Array.from({ length: filler }, (_, i) => replicaId("a-service-with-a-long-name", i + 2));
  return { at, units: Object.fromEntries([api, ...names].map((id) => [id, usage])) };
}

const inspection: UnitInspection = {
  unit: api,
  command: ["./api", "ä\n"],
  cwd: "/shop/api",
  environment: [{ name: "TOKEN", value: "•••", origin: "shell", isSecret: true }],
  processes: [],
  ports: [],
  probes: [],
  events: [],
};

describe("usage over the wire", () => {
  test("is watched in the engine while the client watches, and no longer", async () => {
    const { root, engine } = await serveFake(tempRoot());
    const samples: UsageSample[] = [];
    const subscription = clientOf(root).watchUsage((s) => samples.push(s));
    await waitUntil("the engine is watched", () => engine.usageWatcherCount === 1);
    engine.sample(sample(1));
    await waitUntil("the sample is there", () => samples.length === 1);
    expect(samples).toEqual([sample(1)]);
    subscription.close();
    await waitUntil("the engine is left alone", () => engine.usageWatcherCount === 0);
    expect(samples).toHaveLength(1);
  });

  test("ends with the client, and with a connection that is dropped", async () => {
    const { root, engine, socket } = await serveFake(tempRoot());
    const client = clientOf(root);
    client.watchUsage(() => {});
    await waitUntil("the engine is watched", () => engine.usageWatcherCount === 1);
    await client.close();
    await waitUntil("the engine is left alone", () => engine.usageWatcherCount === 0);
    const connection = openStream(socket);
    await waitUntil("the engine is watched again", () => engine.usageWatcherCount === 1);
    connection.destroy();
    await waitUntil("the engine is left alone again", () => engine.usageWatcherCount === 0);
  });

  test("goes on with a new daemon", async () => {
    const root = tempRoot();
    const first = await serveFake(root);
    const samples: number[] = [];
    clientOf(root).watchUsage(({ at }) => samples.push(at));
    await waitUntil("the first engine is watched", () => first.engine.usageWatcherCount === 1);
    await first.server.close("replaced");
    expect(first.engine.usageWatcherCount).toBe(0);
    const second = await serveFake(root, { name: "b" });
    await waitUntil("the second engine is watched", () => second.engine.usageWatcherCount === 1);
    second.engine.sample(sample(2));
    await waitUntil("a sample is there", () => samples.length === 1);
    expect(samples).toEqual([2]);
  });

  test("is missed by who does not read, who gets the newest afterwards", async () => {
    const { socket, engine } = await serveFake(tempRoot());
    const connection = openStream(socket);
    await waitUntil("the engine is watched", () => engine.usageWatcherCount === 1);
    for (let at = 1; at <= 200; at++) {
      engine.sample(sample(at, 500));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let text = "";
    connection.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    const times = (): number[] => [...text.matchAll(/"at":(\d+)/g)].map(([, at]) => Number(at));
    await waitUntil("it reads the newest", () => {
      engine.sample(sample(1000));
      return times().includes(1000);
    });
    expect(times().filter((at) => at <= 200).length).toBeLessThan(200);
    expect(times()[0]).toBe(1);
  });
});

describe("an inspection over the wire", () => {
  test("is as the engine gives it", async () => {
    const { root, engine } = await serveFake(tempRoot());
    engine.inspections.set(api, inspection);
    expect(await clientOf(root).inspect(api)).toEqual(inspection);
    expect(await clientOf(root).inspect(replicaId("web", 1))).toBeNull();
  });

  test("shows one secret to who asks for it by name, and never by a GET", async () => {
    const { root, engine, socket } = await serveFake(tempRoot());
    engine.secrets.set(`${api} TOKEN`, "t0ps3cret");
    expect(await clientOf(root).reveal(api, "TOKEN")).toBe("t0ps3cret");
    expect(await clientOf(root).reveal(api, "OTHER")).toBeNull();
    expect(await status(socket, "GET", "/v1/reveal?unit=api%231&variable=TOKEN")).toBe(404);
  });

  test("is refused where the unit, or the variable, is missing", async () => {
    const { socket } = await serveFake(tempRoot());
    expect(await status(socket, "GET", "/v1/inspect")).toBe(400);
    expect(await status(socket, "POST", "/v1/reveal", '{"unit":"api#1"}')).toBe(400);
    expect(await status(socket, "POST", "/v1/reveal", "{")).toBe(400);
  });
});

/** A client that asks for samples and reads nothing before somebody listens to its data. */
function openStream(socket: string): Socket {
  const connection = createConnection(socket);
  onTestFinished(() => void connection.destroy());
  connection.on("error", () => {});
  connection.write("GET /v1/usage HTTP/1.1\r\nhost: x\r\n\r\n");
  return connection;
}

function status(socketPath: string, method: string, path: string, body?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    });
    asked.once("error", reject);
    asked.end(body);
  });
}
