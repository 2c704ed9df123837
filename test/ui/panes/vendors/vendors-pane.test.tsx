import { describe, expect, test } from "vitest";
import type { UnitId } from "../../../../src/model/ids.ts";
import type { VendorSnapshot } from "../../../../src/model/vendor.ts";
import { imageText, vendorPorts, vendorProgress } from "../../../../src/ui/panes/vendors/vendor-texts.ts";
import { type DrawnDashboard, drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import { sampleFleet, sampleService } from "../../../helpers/fleet-samples.ts";

const failure = { kind: "probe-failed", probe: "tcp", detail: "", message: "nothing listens on port 5672" } as const;

function vendor(name: string, change: Partial<VendorSnapshot> = {}): VendorSnapshot {
  return {
    id: name as UnitId,
    name,
    image: `${name}:16-alpine`,
    state: { phase: "ready", pid: 1 },
    since: Date.now() - 3 * 60_000,
    generation: 1,
    ports: { tcp: 5432 },
    restarts: 0,
    failure: null,
    cause: { kind: "probe", probe: "tcp", detail: "connection refused" },
    supported: true,
    ...change,
  };
}

function open(vendors: VendorSnapshot[], columns: number, rows: number): DrawnDashboard {
  const client = new FakeClient(sampleFleet([sampleService("api")], { vendors }));
  return drawDashboard(client, { size: [columns, rows] });
}

const rabbitmq = (change: Partial<VendorSnapshot> = {}) => vendor("rabbitmq", { ports: { amqp: 5672 }, ...change });

describe("a vendor's words", () => {
  const now = 1_000_000;

  test.each<[change: Partial<VendorSnapshot>, text: string | null]>([
    [{}, null],
    [{ state: { phase: "starting", pid: 1 }, since: now - 12_000 }, "12s, tcp: connection refused"],
    [{ state: { phase: "starting", pid: 1 }, since: now, cause: { kind: "user", verb: "start", origin: "cli" } }, "0s"],
    [{ state: { phase: "unready", pid: 1, failure } }, "nothing listens on port 5672"],
    [{ state: { phase: "backoff", retryAt: now + 3000, failure } }, "in 3s, nothing listens on port 5672"],
    [{ state: { phase: "failed", failure } }, "nothing listens on port 5672"],
    [{ state: { phase: "stopping", pid: 1, exit: null, killAt: now + 4000, next: "rest" } }, "SIGKILL in 4s"],
    [
      { state: { phase: "waiting", blockers: [{ kind: "port", port: 5672, holder: null }] }, since: now - 12_000 },
      "12s, for port 5672, which is taken",
    ],
    [{ state: { phase: "stopped" } }, null],
    [{ state: { phase: "stopped" }, supported: false }, null],
  ])("%#: say how far it is: %s", (change, text) => {
    expect(vendorProgress(rabbitmq(change), now)).toBe(text);
  });

  test("name its ports and its image, in short where there is little room", () => {
    expect(vendorPorts(rabbitmq({ ports: { amqp: 5672, http: 15_672 } }), "none")).toBe(":5672 +1");
    expect(vendorPorts(rabbitmq({ ports: {} }), "none")).toBe("none");
    const image = "docker.io/library/rabbitmq:3-management";
    expect(imageText(rabbitmq({ image }), false)).toBe(image);
    expect(imageText(rabbitmq({ image }), true)).toBe("3-management");
    expect(imageText(vendor("db", { image: "library/postgres:16" }), true)).toBe("postgres:16");
  });
});

describe("the pane", () => {
  const all = [
    vendor("postgres"),
    rabbitmq({ state: { phase: "starting", pid: 1 }, since: Date.now() - 12_000 }),
    vendor("redis", { state: { phase: "failed", failure }, ports: {} }),
  ];

  test("shows health, port, image and uptime beside the services", async () => {
    const { screen } = open(all, 120, 36);
    const text = await screen.until("Vendors");
    expect(text).toMatch(/● postgres +ready +:5432 +16-alpine +3m/);
    expect(text).toMatch(/◐ rabbitmq +starting +:5672 +1[23]s, tcp…/);
    expect(text).toMatch(/✗ redis +failed +– +nothing/);
    expect(text).toContain("vendors 1/3");
  });

  test("has room for all of it below the services of a wide screen", async () => {
    const { screen } = open(all, 109, 40);
    const text = await screen.until("Vendors");
    expect(text).toMatch(/● postgres +ready +:5432 +postgres:16-alpine +3m/);
    expect(text).toMatch(/◐ rabbitmq +starting +:5672 +1[23]s, tcp: connection refused/);
  });

  test("is counted in the header of a narrow screen too", async () => {
    const { screen } = open(all, 40, 10);
    await screen.until("vendors 1/3");
    expect(screen.rows()[0]).toMatch(/♪ shop {2}● 1 {3}vendors 1\/3 +up 5m/);
  });

  test("changes as events come", async () => {
    const { client, screen } = open(all, 120, 36);
    await screen.until("vendors 1/3");
    client.emit({ kind: "vendorChanged", vendor: rabbitmq({ since: Date.now() }) });
    await screen.until(/● rabbitmq +ready +:5672 +16-alpine +0s/);
    expect(screen.text()).toContain("vendors 2/3");
  });

  test("says what this version does not run, and counts it neither way", async () => {
    const { screen } = open(
      [vendor("postgres"), vendor("kafka", { supported: false, state: { phase: "stopped" }, ports: {} })],
      120,
      36,
    );
    const text = await screen.until("not run by this version yet");
    expect(text).toMatch(/– kafka +not run/);
    expect(text).toContain("vendors 1/1");
  });

  test("says how many it has no room for", async () => {
    const { screen } = open(
      Array.from({ length: 30 }, (_, i) => vendor(`vendor-${i}`)),
      120,
      30,
    );
    await screen.until(/Vendors .* \d+ more/);
  });
});
