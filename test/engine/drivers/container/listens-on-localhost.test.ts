import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenersOn, listensOnLocalhostOnly } from "../../../../src/engine/drivers/container/listens-on-localhost.ts";

describe("whether a program listens on localhost only", () => {
  test.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["0.0.0.0", false],
    ["::", false],
  ])("on %s: %s", async (host, expected) => {
    const server = createServer().listen(0, host);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(listensOnLocalhostOnly(process.pid, port)).toBe(expected);
    expect(listensOnLocalhostOnly(process.pid, 1)).toBe(false);
    expect(listensOnLocalhostOnly(0, port)).toBe(false);
  });

  test("connections that are open do not count", () => {
    const line = (local: string, state: string) => `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:0`;
    const table = ["  sl  local_address", line("0100007F:1F90", "0A"), line("00000000:1F90", "01")].join("\n");
    expect(listenersOn(table, 8080)).toEqual(["0100007F"]);
    expect(listenersOn(table, 80)).toEqual([]);
  });
});
