import { createServer, type Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSocketsAmong, readListeners, readSocketCounts } from "../../../src/engine/process/port-table.ts";
import { parseSocketLine } from "../../../src/engine/process/system/linux-sockets.ts";
import { freePort } from "../../helpers/free-port.ts";

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

describe("a recorded line", () => {
  test.each([
    [
      "of /proc/net/tcp",
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 000000005 100",
      { port: 8080, remotePort: 0, inode: "31337", isListening: true },
    ],
    [
      "of a connection",
      "  12: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 02:000006A1 00000000  1000        0 77 2 0000000059af 20 4",
      { port: 40000, remotePort: 8080, inode: "77", isListening: false },
    ],
    [
      "of /proc/net/tcp6",
      "   3: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1",
      { port: 443, remotePort: 0, inode: "9", isListening: true },
    ],
    [
      "that is the header",
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      null,
    ],
    ["that is empty", "", null],
  ])("%s is read", (_, line, expected) => {
    expect(parseSocketLine(line)).toEqual(expected);
  });
});

describe("the listeners", () => {
  test.each(["127.0.0.1", "0.0.0.0", "::1", "::"])(
    "have who listens on %s, with a socket of this process",
    async (host) => {
      const port = await freePort();
      expect(readListeners().has(port)).toBe(false);
      const server = await listen(port, host);
      const inodes = readListeners().get(port) ?? [];
      expect(inodes).toHaveLength(1);
      expect([...openSocketsAmong(process.pid, new Set(inodes))]).toEqual(inodes);
      await new Promise((resolve) => server.close(resolve));
      expect(readListeners().has(port)).toBe(false);
    },
  );

  test("are all found, however many there are", async () => {
    const ports: number[] = [];
    for (let i = 0; i < 60; i++) {
      const port = await freePort();
      ports.push(port);
      await listen(port, i % 2 === 0 ? "127.0.0.1" : "::");
    }
    const listeners = readListeners();
    expect(ports.filter((port) => !listeners.has(port))).toEqual([]);
  });

  test("are counted as they come", async () => {
    const before = readSocketCounts();
    if (before.tcp === null) throw new Error("the system has no counts");
    await listen(await freePort(), "127.0.0.1");
    expect(readSocketCounts()).not.toEqual(before);
  });

  test("of a process that is gone cannot be told", () => {
    expect(openSocketsAmong(2 ** 22 + 1, new Set(["1"])).size).toBe(0);
  });
});
