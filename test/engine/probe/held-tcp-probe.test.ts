import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { heldTcpProbe } from "../../../src/engine/probe/held-tcp-probe.ts";
import { freePort } from "../../helpers/free-port.ts";

async function serve(accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    accept(socket);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const ask = (port: number, timeoutMs = 5_000, signal = new AbortController().signal) =>
  heldTcpProbe("127.0.0.1", port, timeoutMs)(signal);

describe("a connection through somebody else's proxy", () => {
  test("that is held passes", async () => {
    expect(await ask(await serve(() => {}))).toEqual({ passed: true, detail: "connected" });
  });

  test("to a server that speaks first passes at once, even where that hangs up then", async () => {
    expect(await ask(await serve((socket) => socket.end("220 hello\r\n")))).toEqual({
      passed: true,
      detail: "connected",
    });
  });

  test.each([
    ["closed", (socket: Socket) => socket.end()],
    ["reset", (socket: Socket) => socket.resetAndDestroy()],
  ])("that is %s at once does not", async (_, accept) => {
    expect(await ask(await serve(accept))).toEqual({ passed: false, detail: "nothing listens inside" });
  });

  test("that nobody takes does not", async () => {
    const { passed, detail } = await ask(await freePort());
    expect(passed).toBe(false);
    expect(detail).toMatch(/refused|nothing listens/);
  });

  test("is given up on where the look is not wanted any more", async () => {
    const { signal, abort } = ((c) => ({ signal: c.signal, abort: () => c.abort() }))(new AbortController());
    const port = await serve(() => abort());
    expect((await ask(port, 5_000, signal)).passed).toBe(false);
  });
});
