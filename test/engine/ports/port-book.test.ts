import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { PortBook } from "../../../src/engine/ports/port-book.ts";
import { type FleetId, replicaId } from "../../../src/model/ids.ts";
import type { PortSource } from "../../../src/model/service.ts";
import { freePort } from "../../helpers/free-port.ts";
import { goService } from "../build/service-spec.ts";

const api = replicaId("api", 1);
const fleet = "0123456789abcdef" as FleetId;

function service(source: PortSource): ReturnType<typeof goService> {
  return { ...goService("api", "/"), ports: [{ name: "http", source }] };
}

/** Listens on the port until the result is called. */
async function listen(port: number): Promise<() => Promise<void>> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
}

describe("a port that was let go a moment ago", () => {
  test("is no longer in the way of the unit that comes next", async () => {
    const port = await freePort();
    const close = await listen(port);
    const book = new PortBook(fleet, {});
    const spec = service({ kind: "fixed", port });
    expect(book.blockers(api, spec, 1)).toMatchObject([{ kind: "port", port, holder: { pid: process.pid } }]);
    await close();
    book.released();
    expect(book.blockers(api, spec, 1)).toEqual([]);
  });

  test("is kept by the unit that had it, where it was chosen for it", async () => {
    const port = await freePort();
    const close = await listen(port);
    const book = new PortBook(fleet, { "api#1": { http: port } });
    // Somebody looks while the old generation still listens.
    book.blockers(replicaId("web", 1), { ...service({ kind: "auto" }), name: "web" }, 1);
    await close();
    book.released();
    expect(book.blockers(api, service({ kind: "auto" }), 1)).toEqual([]);
    expect(book.portsOf(api)).toEqual({ http: port });
  });
});

describe("a port that was chosen", () => {
  test("is exchanged where somebody has taken it, and the version tells", async () => {
    const port = await freePort();
    const close = await listen(port);
    const book = new PortBook(fleet, { "api#1": { http: port } });
    const { version } = book;
    expect(book.blockers(api, service({ kind: "auto" }), 1)).toEqual([]);
    expect(book.portsOf(api).http).not.toBe(port);
    expect(book.version).toBeGreaterThan(version);
    await close();
  });
});
