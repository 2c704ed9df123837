import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { httpProbe } from "../../../src/engine/probe/http-probe.ts";
import type { ProbeAction } from "../../../src/model/service.ts";
import { freePort } from "../../helpers/free-port.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { loopbacks } from "./loopbacks.ts";

type HttpAction = Extract<ProbeAction, { kind: "http" }>;

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server, host = "127.0.0.1", port = 0): Promise<number> {
  open.push(server);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const httpServer = (answer: RequestListener) => listen(createHttpServer(answer));
const rawServer = (onSocket: (socket: Socket) => void) => listen(createTcpServer(onSocket));

function attempt(
  port: number,
  changes: Partial<HttpAction> = {},
  timeoutMs = 5000,
  signal = new AbortController().signal,
) {
  const action: HttpAction = {
    kind: "http",
    path: "/",
    port: null,
    host: "127.0.0.1",
    status: null,
    headers: {},
    ...changes,
  };
  return httpProbe(action, port, timeoutMs)(signal);
}

describe("the status decides", () => {
  test.each([
    { status: 200, wanted: null, passed: true },
    { status: 204, wanted: null, passed: true },
    { status: 302, wanted: null, passed: true },
    { status: 399, wanted: null, passed: true },
    { status: 404, wanted: null, passed: false },
    { status: 503, wanted: null, passed: false },
    { status: 401, wanted: 401, passed: true },
    { status: 200, wanted: 204, passed: false },
  ])("$status passes where $wanted is wanted: $passed", async ({ status, wanted, passed }) => {
    const port = await httpServer((_request, response) => response.writeHead(status).end());
    expect(await attempt(port, { status: wanted })).toEqual({ passed, detail: `http ${status}` });
  });
});

test("a redirect is an answer, and is not followed", async () => {
  const asked: (string | undefined)[] = [];
  const port = await httpServer((request, response) => {
    asked.push(request.url);
    response.writeHead(301, { location: "/elsewhere" }).end();
  });
  expect(await attempt(port, { path: "/healthz" })).toEqual({ passed: true, detail: "http 301" });
  expect(asked).toEqual(["/healthz"]);
});

test("the path, the headers and a connection of its own are sent", async () => {
  let seen: [string | undefined, string | undefined, string | undefined] | null = null;
  const port = await httpServer((request, response) => {
    seen = [request.url, request.headers.authorization, request.headers.connection];
    response.end("ok");
  });
  await attempt(port, { path: "/geßund?deep=1", headers: { Authorization: "Bearer x" } });
  expect(seen).toEqual(["/ge%C3%9Fund?deep=1", "Bearer x", "close"]);
});

test("a port that nobody listens on refuses", async () => {
  expect(await attempt(await freePort())).toEqual({ passed: false, detail: "connection refused" });
  expect(await attempt(await freePort(), { host: "localhost" })).toEqual({
    passed: false,
    detail: "connection refused",
  });
});

test("localhost is either loopback address", async () => {
  for (const host of loopbacks) {
    const port = await listen(
      createHttpServer((_request, response) => response.end()),
      host,
    );
    expect(await attempt(port, { host: "localhost" })).toEqual({ passed: true, detail: "http 200" });
  }
});

test("a server that hangs before its answer times out, and the connection is let go", async () => {
  const port = await httpServer(() => {});
  expect(await attempt(port, {}, 50)).toEqual({ passed: false, detail: "timed out after 50ms" });
  await waitUntil("the connection is closed", () => sockets.size === 0);
});

test("a server that never accepts an http request times out", async () => {
  const port = await rawServer((socket) => socket.pause());
  expect(await attempt(port, {}, 50)).toEqual({ passed: false, detail: "timed out after 50ms" });
});

test("a body that does not end within the timeout fails, whatever the status was", async () => {
  const port = await httpServer((_request, response) => {
    response.writeHead(200);
    response.write("here it comes");
  });
  expect(await attempt(port, {}, 90)).toEqual({ passed: false, detail: "timed out after 90ms" });
});

test("an endless body passes after 64 KiB", async () => {
  const port = await httpServer((_request, response) => {
    const pump = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
      if (!response.destroyed) response.once("drain", pump);
    };
    pump();
  });
  expect(await attempt(port)).toEqual({ passed: true, detail: "http 200" });
  await waitUntil("the connection is closed", () => sockets.size === 0);
});

test.each<[string, (socket: Socket) => void, string]>([
  ["closes at once", (socket) => socket.destroy(), "connection closed by the service"],
  ["resets", (socket) => socket.resetAndDestroy(), "connection closed by the service"],
  [
    "closes in the middle of the body",
    (s) => s.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
    "connection closed by the service",
  ],
  ["speaks something else", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"), "no http answer"],
])("a server that %s fails", async (_what, onSocket, detail) => {
  const port = await rawServer(onSocket);
  expect(await attempt(port)).toEqual({ passed: false, detail });
});

test("a header that http does not allow is a failed attempt, not a crash", async () => {
  const result = await attempt(80, { headers: { "X-Bad": "a\nb" } });
  expect(result.passed).toBe(false);
  expect(result.detail).toContain("X-Bad");
});

test("an attempt that is given up lets go of its connection", async () => {
  const port = await httpServer(() => {});
  const abort = new AbortController();
  const result = attempt(port, {}, 60_000, abort.signal);
  await waitUntil("the connection is made", () => sockets.size === 1);
  abort.abort();
  expect((await result).passed).toBe(false);
  await waitUntil("the connection is closed", () => sockets.size === 0);
});
