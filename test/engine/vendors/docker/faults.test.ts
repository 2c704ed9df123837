import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { connectDocker } from "../../../../src/engine/vendors/docker/connect-docker.ts";
import type { Docker, DockerEvent } from "../../../../src/engine/vendors/docker.ts";
import { type Clock, systemClock } from "../../../../src/lib/clock.ts";
import { handClock } from "../../../helpers/hand-clock.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";
import { type FakeEngine, startFakeEngine } from "./fake-engine.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const fake: typeof startFakeEngine = async (...args) => {
  const engine = await startFakeEngine(...args);
  undo.push(() => engine.stop().catch(() => {}));
  return engine;
};

const connect = async (engine: Pick<FakeEngine, "host">, clock = systemClock): Promise<Docker> => {
  const runHelper = async () => ({ exitCode: 127, output: "" });
  const docker = await connectDocker({ host: engine.host, env: { HOME: "/nonexistent" }, clock, runHelper });
  undo.push(() => docker.close());
  return docker;
};

const unreachable = (reason: string) => ({ ok: false, failure: { kind: "docker-unreachable", reason } });

describe("an engine", () => {
  test("that is not there is absent, and says what to do", async () => {
    const docker = await connect({ host: "unix:///nonexistent/d.sock" });
    const hint = "start Docker, or set DOCKER_HOST to where it listens";
    const message = "Docker does not answer at unix:///nonexistent/d.sock: no such socket";
    expect(await docker.version()).toMatchObject({
      ok: false,
      failure: { kind: "docker-unreachable", reason: "absent", message, hint },
    });
  });

  test("that hangs is lost after ten seconds, and its connection is given up", async () => {
    const engine = await fake(() => {});
    const clock = handClock();
    const docker = await connect(engine, clock);
    const asked = docker.inspect("db");
    await waitUntil("the engine is asked", () => engine.asked.length === 1);
    clock.advance(9_999);
    clock.advance(1);
    expect(await asked).toMatchObject(unreachable("lost"));
    await waitUntil("no connection is left", () => engine.connections() === 0);
    expect(clock.timers()).toBe(0);
  });

  test("that breaks off in the middle of an answer is lost", async () => {
    const engine = await fake((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"Id":');
      setTimeout(() => response.destroy(), 10);
    });
    const clock = handClock();
    const asked = (await connect(engine, clock)).inspect("db");
    await waitUntil("the engine is asked", () => engine.asked.length === 1);
    await waitUntil("it broke off", () => engine.connections() === 0);
    clock.advance(10_000);
    expect(await asked).toMatchObject(unreachable("lost"));
  });

  test("that refuses in words which are no JSON is quoted", async () => {
    const engine = await fake((_request, response) => {
      response.writeHead(503);
      response.end("the proxy is tired");
    });
    expect(await (await connect(engine)).start("db")).toMatchObject({
      ok: false,
      failure: {
        kind: "container-refused",
        container: "db",
        status: 503,
        message: "Docker refused: the proxy is tired",
      },
    });
  });

  test("whose words hold the digits of a status, as ids do, has refused all the same", async () => {
    let words = "";
    const engine = await fake((_request, response) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: words }));
    });
    const docker = await connect(engine);
    const id = "119f949dbba3304040409bac".padEnd(64, "0");
    words = `driver failed programming external connectivity on endpoint b (${id}): Bind for 127.0.0.1:80 failed: port is already allocated`;
    expect(await docker.start("b")).toMatchObject({ ok: false, failure: { kind: "port-taken", port: 80 } });
    words = `remove data: volume is in use - [${id}]`;
    const refused = { ok: false, failure: { kind: "container-refused", status: 500 } };
    expect(await docker.removeVolume("data")).toMatchObject(refused);
    expect(await docker.remove("b")).toMatchObject(refused);
    expect(await docker.inspect("b")).toMatchObject(refused);
    expect(await docker.signal("b", "SIGTERM")).toMatchObject(refused);
  });

  test("is not left waiting for an archive that breaks off, nor an archive open that it does not want", async () => {
    const engine = await fake((request, response) => {
      if (request.url?.includes("t=refused") !== true) return;
      response.writeHead(500, { "content-type": "application/json" });
      response.end('{"message":"no space left"}');
    });
    const docker = await connect(engine);
    let closed = 0;
    const archive = (end: () => Promise<void>): Readable =>
      Readable.from(
        (async function* () {
          try {
            yield Buffer.alloc(1000);
            await end();
          } finally {
            closed += 1;
          }
        })(),
      );
    const gone = archive(() => Promise.reject(new Error("the binary is gone")));
    expect(await docker.build("broken", gone, {})).toMatchObject({
      ok: false,
      failure: { kind: "build-failed", message: "what broken is made of cannot be read: the binary is gone" },
    });
    await waitUntil("no connection is left", () => engine.connections() === 0);
    const more = Promise.withResolvers<void>();
    const refused = await docker.build(
      "refused",
      archive(() => more.promise),
      {},
    );
    expect(refused).toMatchObject({ failure: { message: "Docker does not build refused: no space left" } });
    more.resolve();
    await waitUntil("both archives are closed", () => closed === 2);
  });

  test("is asked no more once it was closed, and what was under way ends", async () => {
    const engine = await fake(() => {});
    const docker = await connect(engine);
    const under = [docker.version(), docker.start("db"), docker.exec("db", ["true"], {})];
    await waitUntil("the engine is asked", () => engine.asked.length === 3);
    docker.close();
    for (const answer of await Promise.all(under)) expect(answer).toMatchObject(unreachable("lost"));
    expect(await docker.version()).toMatchObject(unreachable("lost"));
    await waitUntil("no connection is left", () => engine.connections() === 0);
  });
});

test("an engine that listens on a port is asked there", async () => {
  const server = createServer((request, response) =>
    response.end(JSON.stringify({ Version: request.url, ApiVersion: "1.41" })),
  );
  server.listen(0, "127.0.0.1");
  undo.push(() => server.close());
  await once(server, "listening");
  const docker = await connect({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  expect(await docker.version()).toEqual({ ok: true, version: "/version", apiVersion: "1.41", isLocal: true });
});

test("an engine that wants TLS says so, and is not taken for one that lets us in", async () => {
  const words = "Client sent an HTTP request to an HTTPS server.";
  const engine = await fake((_request, response) => {
    response.writeHead(400);
    response.end(`${words}\n`);
  });
  expect(await (await connect(engine)).version()).toMatchObject({
    ok: false,
    failure: { kind: "docker-unreachable", reason: "denied", message: expect.stringContaining(words) },
  });
});

test("a program that is not in the image is how a command went, also where the engine refuses to begin it", async () => {
  const words =
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH';
  const engine = await fake((request, response) => {
    const isMade = request.url?.endsWith("/start") !== true;
    response.writeHead(isMade ? 201 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(isMade ? { Id: "e1" } : { message: words }));
  });
  const docker = await connect(engine);
  expect(await docker.exec("db", ["curl"], {})).toEqual({
    ok: true,
    exitCode: 127,
    output: "there is no curl in the image",
  });
});

describe("a pull", () => {
  const lines = (...told: object[]) => told.map((line) => `${JSON.stringify(line)}\n`).join("");
  const pull = (docker: Docker, onProgress = (_layers: unknown) => {}) =>
    docker.pull("r.test/app:1", { signal: new AbortController().signal, onProgress });

  test("that the engine breaks off is broken", async () => {
    const engine = await fake((_request, response) => {
      response.write(lines({ status: "Downloading", id: "a", progressDetail: { current: 1, total: 9 } }));
      setTimeout(() => response.destroy(), 10);
    });
    expect(await pull(await connect(engine))).toMatchObject({
      ok: false,
      failure: { kind: "image-unavailable", reason: "broken-pull" },
    });
  });

  test("that the engine ends before all is there is broken", async () => {
    const engine = await fake((_request, response) => {
      response.end(lines({ status: "Downloading", id: "a", progressDetail: { current: 1, total: 9 } }));
    });
    expect(await pull(await connect(engine))).toMatchObject({ ok: false, failure: { reason: "broken-pull" } });
  });

  test("tells its progress ten times a second at most, and how it ended", async () => {
    const engine = await fake((_request, response) => {
      for (let current = 1; current <= 500; current += 1) {
        response.write(lines({ status: "Downloading", id: "a", progressDetail: { current, total: 500 } }));
      }
      response.end(
        lines({ status: "Pull complete", id: "a" }, { status: "Status: Downloaded newer image for r.test/app:1" }),
      );
    });
    const clock = handClock();
    const told: unknown[] = [];
    expect(await pull(await connect(engine, clock), (layers) => told.push(layers))).toEqual({ ok: true });
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual([{ id: "a", phase: "done", bytes: 500, total: 500 }]);
    expect(clock.timers()).toBe(0);
  });

  test("that is aborted ends its request", async () => {
    const engine = await fake((_request, response) => response.write(lines({ status: "Waiting", id: "a" })));
    const docker = await connect(engine);
    const abort = new AbortController();
    const pulled = docker.pull("r.test/app:1", { signal: abort.signal, onProgress: () => abort.abort() });
    expect(await pulled).toMatchObject({ ok: false });
    await waitUntil("no connection is left", () => engine.connections() === 0);
  });
});

describe("whoever follows an engine", () => {
  const event = (Action: string, label = "x") =>
    `${JSON.stringify({ Type: "container", Action, Actor: { ID: "c1", Attributes: { fleet: label, exitCode: "7" } } })}\n`;

  test("hears that it is there, what happens to what has the label, that it is lost, and that it is there again", async () => {
    let say: (text: string) => void = () => {};
    const answer: Parameters<typeof startFakeEngine>[0] = (_request, response) => {
      response.flushHeaders();
      say = (text) => response.write(text);
    };
    const engine = await fake(answer);
    const docker = await connect(engine);
    const heard: DockerEvent[] = [];
    const late: DockerEvent[] = [];
    const stop = docker.follow("fleet=x", (told) => heard.push(told));
    await waitUntil("it is there", () => heard.length === 1);
    const stopLate = docker.follow("fleet=y", (told) => late.push(told));
    say(event("die") + event("exec_create: true") + event("health_status: healthy") + event("start", "y"));
    await waitUntil("it has heard", () => heard.length === 3 && late.length === 2);
    expect(engine.asked).toEqual(["GET /events"]);
    await engine.stop();
    await waitUntil("it is lost", () => heard.length === 4);
    await fake(answer, engine.socket);
    await waitUntil("it is there again", () => heard.length === 5);
    expect(heard).toEqual([
      { kind: "connected" },
      { kind: "container", id: "c1", action: "die", exitCode: 7 },
      { kind: "container", id: "c1", action: "health", exitCode: null },
      { kind: "lost", detail: expect.stringContaining("went away") },
      { kind: "connected" },
    ]);
    expect(late[1]).toEqual({ kind: "container", id: "c1", action: "start", exitCode: null });
    stop();
    stopLate();
  });

  test("asks again with growing waits up to ten seconds, and not at all once nobody follows", async () => {
    const waits: number[] = [];
    let pending = 0;
    const hurried: Clock = {
      now: () => Date.now(),
      after(ms, fn) {
        // What an answer may take; all others are waits.
        const isLimit = ms === 10_000;
        if (!isLimit) waits.push(ms);
        pending += 1;
        const timer = setTimeout(() => fn(), isLimit ? ms : 0);
        return () => {
          pending -= 1;
          clearTimeout(timer);
        };
      },
    };
    const engine = await fake((_request, response) => response.destroy());
    const docker = await connect(engine, hurried);
    const heard: DockerEvent[] = [];
    const stop = docker.follow("fleet", (told) => heard.push(told));
    await waitUntil("it has tried ten times", () => engine.asked.length >= 10);
    stop();
    for (const [index, wait] of waits.slice(0, 9).entries()) {
      const longest = Math.min(250 * 2 ** index, 10_000);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
    await waitUntil("no timer is left", () => pending === 0);
    expect(heard).toEqual([{ kind: "lost", detail: expect.any(String) }]);
  });

  test("has one stream with all others, which ends with the last of them", async () => {
    const engine = await fake((_request, response) => response.flushHeaders());
    const docker = await connect(engine);
    const heard: string[] = [];
    const stops = ["a", "b", "c"].map((name) => docker.follow("fleet", ({ kind }) => heard.push(`${name} ${kind}`)));
    await waitUntil("all have heard", () => heard.length === 3);
    expect(engine.connections()).toBe(1);
    for (const stop of stops) stop();
    await waitUntil("no connection is left", () => engine.connections() === 0);
    expect(engine.asked).toHaveLength(1);
  });
});
