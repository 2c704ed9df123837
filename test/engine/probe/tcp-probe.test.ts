import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { tcpProbe } from "../../../src/engine/probe/tcp-probe.ts";
import { freePort } from "../../helpers/free-port.ts";
import { loopbacks } from "./loopbacks.ts";

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const signal = () => new AbortController().signal;

test.each(loopbacks)("a listener on %s passes, also when asked for as localhost", async (host) => {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  open.push(server);
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await tcpProbe(host, port, 5000)(signal())).toEqual({ passed: true, detail: "connected" });
  expect(await tcpProbe("localhost", port, 5000)(signal())).toEqual({ passed: true, detail: "connected" });
});

test("a port that nobody listens on refuses", async () => {
  expect(await tcpProbe("localhost", await freePort(), 5000)(signal())).toEqual({
    passed: false,
    detail: "connection refused",
  });
});

test("an attempt that is given up resolves", async () => {
  const abort = new AbortController();
  abort.abort();
  expect((await tcpProbe("localhost", await freePort(), 60_000)(abort.signal)).passed).toBe(false);
});
