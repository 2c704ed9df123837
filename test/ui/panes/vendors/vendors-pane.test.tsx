import { describe, expect, test } from "vitest";
import type { LayerProgress } from "../../../../src/model/container.ts";
import { replicaId } from "../../../../src/model/ids.ts";
import type { ReplicaSnapshot } from "../../../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../../../src/model/service-snapshot.ts";
import { type VendorRow, vendorPhase, vendorRow } from "../../../../src/ui/panes/vendors/vendor-row.ts";
import {
  imageText,
  uptimeText,
  vendorPorts,
  vendorProgress,
  vendorState,
} from "../../../../src/ui/panes/vendors/vendor-texts.ts";
import { displayWidth } from "../../../../src/ui/text/display-width.ts";
import { type DrawnDashboard, drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import { sampleContainer, sampleFleet, sampleService, sampleVendor } from "../../../helpers/fleet-samples.ts";

const failure = { kind: "probe-failed", probe: "tcp", detail: "", message: "nothing listens on port 5672" } as const;
const layers: LayerProgress[] = [
  { id: "a1b2c3d4e5f6", phase: "done", bytes: 4_000_000, total: 4_000_000 },
  { id: "b1b2c3d4e5f6", phase: "extracting", bytes: 1_000_000, total: 20_000_000 },
  { id: "c1b2c3d4e5f6", phase: "downloading", bytes: 12_000_000, total: 80_000_000 },
  { id: "d1b2c3d4e5f6", phase: "waiting", bytes: 0, total: 16_000_000 },
];

const rabbitmq = (replica: Partial<ReplicaSnapshot> = {}, image = "rabbitmq:3-management") =>
  sampleVendor(
    "rabbitmq",
    { ports: { amqp: 5672 }, ...replica },
    { vendor: { image, isOptional: false, isKept: false } },
  );

const pulling = (pull: LayerProgress[], since = Date.now() - 12_000): Partial<ReplicaSnapshot> => ({
  state: { phase: "starting", pid: null },
  since,
  startedAt: null,
  container: sampleContainer("rabbitmq", { image: "rabbitmq:3-management", id: null, imageId: null, pull }),
});

function row(service: ServiceSnapshot): VendorRow {
  const made = vendorRow(service);
  if (made === null) throw new Error("no vendor");
  return made;
}

function open(
  vendors: ServiceSnapshot[],
  columns: number,
  rows: number,
  services = [sampleService("api")],
): DrawnDashboard {
  return drawDashboard(new FakeClient(sampleFleet([...services, ...vendors])), { size: [columns, rows] });
}

describe("a vendor's words", () => {
  const now = 1_000_000;

  test.each<[change: Partial<ReplicaSnapshot>, text: string | null, short: string | null]>([
    [{}, null, null],
    [
      { state: { phase: "starting", pid: 1 }, since: now - 12_000 },
      "12s, tcp: connection refused",
      "12s, tcp: connection refused",
    ],
    [
      { state: { phase: "starting", pid: 1 }, since: now, cause: { kind: "user", verb: "start", origin: "cli" } },
      "0s",
      "0s",
    ],
    [
      {
        state: { phase: "starting", pid: 1 },
        since: now - 9000,
        cause: { kind: "spawn" },
        failure: { ...failure, detail: "nothing listens inside" },
      },
      "9s, nothing listens inside",
      "9s, nothing listens inside",
    ],
    [pulling(layers, now - 12_000), "36/120 MB, 12s", "36/120 MB"],
    [pulling([], now - 12_000), "12s", "12s"],
    [{ state: { phase: "unready", pid: 1, failure } }, "nothing listens on port 5672", "nothing listens on port 5672"],
    [
      { state: { phase: "backoff", retryAt: now + 3000, failure } },
      "in 3s, nothing listens on port 5672",
      "in 3s, nothing listens on port 5672",
    ],
    [{ state: { phase: "failed", failure } }, "nothing listens on port 5672", "nothing listens on port 5672"],
    [
      { state: { phase: "stopping", pid: 1, exit: null, killAt: now + 4000, next: "rest" } },
      "SIGKILL in 4s",
      "SIGKILL in 4s",
    ],
    [
      { state: { phase: "waiting", blockers: [{ kind: "port", port: 5672, holder: null }] }, since: now - 12_000 },
      "12s, for port 5672, which is taken",
      "port 5672, 12s",
    ],
    [
      {
        state: { phase: "waiting", blockers: [{ kind: "docker", detail: "Docker does not answer" }] },
        since: now - 12_000,
      },
      "12s, for Docker: Docker does not answer",
      "Docker, 12s",
    ],
    [{ state: { phase: "stopped" } }, null, null],
  ])("%#: say how far it is: %s", (change, text, short) => {
    expect(vendorProgress(row(rabbitmq(change)), now)).toBe(text);
    expect(vendorProgress(row(rabbitmq(change)), now, true)).toBe(short);
  });

  test.each<[change: Partial<ReplicaSnapshot>, state: string, short: string, phase: string]>([
    [{}, "ready", "ready", "ready"],
    [pulling(layers), "pulling 30%", "pulling", "starting"],
    [pulling([{ id: "a", phase: "waiting", bytes: 0, total: null }]), "pulling", "pulling", "starting"],
    [{ container: sampleContainer("rabbitmq", { health: "unhealthy" }) }, "unhealthy", "unhealthy", "unready"],
    [{ container: sampleContainer("rabbitmq", { health: "healthy" }) }, "ready", "ready", "ready"],
    [
      { state: { phase: "stopped" }, container: sampleContainer("rabbitmq", { health: "unhealthy" }) },
      "stopped",
      "stopped",
      "stopped",
    ],
  ])("%#: say what it is up to: %s", (change, state, short, phase) => {
    expect(vendorState(row(rabbitmq(change)), false)).toBe(state);
    expect(vendorState(row(rabbitmq(change)), true)).toBe(short);
    expect(vendorPhase(row(rabbitmq(change)))).toBe(phase);
  });

  test("name its ports and its image, in short where there is little room", () => {
    expect(vendorPorts(row(rabbitmq({ ports: { amqp: 5672, http: 15_672 } })), "none")).toBe(":5672 +1");
    expect(vendorPorts(row(rabbitmq({ ports: { amqp: 5672, http: 15_672 } })), "none", true)).toBe(":5672+");
    expect(vendorPorts(row(rabbitmq({ ports: {} })), "none")).toBe("none");
    const image = "docker.io/library/rabbitmq:3-management";
    expect(imageText({ name: "rabbitmq", image }, false)).toBe(image);
    expect(imageText({ name: "rabbitmq", image }, true)).toBe("3-management");
    expect(imageText({ name: "db", image: "library/postgres:16" }, true)).toBe("postgres:16");
    expect(uptimeText(0, 2 * 3_600_000 + 300_000, false)).toBe("2h05m");
    expect(uptimeText(0, 2 * 3_600_000 + 300_000, true)).toBe("2h");
  });

  test("are none of a service's", () => {
    expect(vendorRow(sampleService("api"))).toBeNull();
  });
});

describe("the pane", () => {
  const all = [
    sampleVendor("postgres", { container: sampleContainer("postgres", { isImageMoved: true, health: "healthy" }) }),
    rabbitmq(pulling(layers)),
    sampleVendor("redis", { state: { phase: "failed", failure }, ports: {} }),
    sampleVendor("mongo", {
      ports: { m: 27017 },
      restarts: 2,
      container: sampleContainer("mongo", { health: "unhealthy" }),
    }),
  ];

  test("shows state, port, image and uptime beside the services", async () => {
    const { screen } = open(all, 120, 36);
    const text = await screen.until("Vendors");
    expect(text).toMatch(/● postgres +ready +:5432 +16-alp\S* ↑ +2m/);
    expect(text).toMatch(/◐ rabbitmq +pulling +:5672 +36\/120 MB/);
    expect(text).toMatch(/✗ redis +failed +– +nothing list…/);
    expect(text).toMatch(/◑ mongo +unhealthy +:27017/);
    expect(text).toContain("1 service · 1 ready   vendors 2/4");
    expect(text).not.toMatch(/(postgres|redis).*\d\/\d +5432/);
  });

  test("shows health, restarts, CPU and memory where there is room", async () => {
    const { client, screen } = open(all, 200, 60);
    await screen.until("Vendors");
    client.usage({
      at: 1,
      units: { [replicaId("postgres", 1)]: { cpu: 0.013, memoryBytes: 48_000_000, processes: 7 } },
    });
    const text = await screen.until("1.3%");
    expect(text).toMatch(/NAME +STATE +(HEALTH +)?PORT +IMAGE +UP .*CPU +MEM/);
    expect(text).toMatch(/● postgres +ready .*:5432 .*↑ .*2m .*1\.3% +46M/);
    expect(text).toMatch(/◐ rabbitmq +pulling 30%.*36\/120 MB/);
  });

  test("has all of it in full width", async () => {
    const { screen } = open(all, 109, 60);
    const text = await screen.until("Vendors");
    expect(text).toMatch(/● postgres +ready +healthy +:5432 +postgres:16-alpine ↑ +2m +–/);
    expect(text).toMatch(/◑ mongo +unhealthy +unhealthy +:27017 +mongo:16-alpine +2m +2/);
    expect(text).toMatch(/◐ rabbitmq +pulling 30% +– +:5672 +36\/120 MB, 1[23]s/);
  });

  test("asks for CPU and memory only while they are shown", async () => {
    const narrow = open([sampleVendor("postgres")], 40, 20);
    await narrow.screen.until("postgres");
    expect(narrow.client.usageWatcherCount).toBe(0);
    const wide = open([sampleVendor("postgres")], 200, 60);
    await wide.screen.until("Vendors");
    await expect.poll(() => wide.client.usageWatcherCount).toBe(1);
    wide.screen.press("%");
    await expect.poll(() => wide.client.usageWatcherCount).toBe(0);
  });

  test("is counted in the header of a narrow screen too", async () => {
    const { screen } = open(all, 40, 10);
    await screen.until("vendors 2/4");
    expect(screen.rows()[0]).toMatch(/♪ shop {2}● 1 {3}vendors 2\/4 +up 5m/);
  });

  test("changes as events come", async () => {
    const { client, screen } = open(all, 120, 36);
    await screen.until("vendors 2/4");
    const replica = rabbitmq({ since: Date.now(), startedAt: Date.now() }).replicas[0] as ReplicaSnapshot;
    client.emit({ kind: "replicaChanged", from: "starting", replica });
    await screen.until(/● rabbitmq +ready +:5672 +3-manag\S* +0s/);
    expect(screen.text()).toContain("vendors 3/4");
  });

  test("says how many it has no room for, and where among them the selection stands", async () => {
    const { screen } = open(
      Array.from({ length: 30 }, (_, i) => sampleVendor(`vendor-${i}`)),
      120,
      30,
    );
    await screen.until(/Vendors .* \d+ more/);
    screen.press("G");
    await screen.until(/Vendors .* 30\/30/);
    expect(screen.text()).toMatch(/▸ ● vendor-29/);
  });

  test("is alone above the log where there is no service", async () => {
    const { screen } = open(all, 120, 36, []);
    const text = await screen.until("Vendors");
    expect(text).not.toContain("Services");
    expect(text).toMatch(/▸ . \w+ /);
  });
});

describe.each([
  [120, 36],
  [80, 24],
  [60, 20],
  [200, 60],
  [40, 10],
])("at %d×%d", (columns, rows) => {
  const failed = { kind: "out-of-memory", message: "was ended for taking more memory than it may" } as const;
  const states: Partial<ReplicaSnapshot>[] = [
    {},
    { state: { phase: "stopped" }, container: sampleContainer("v") },
    { state: { phase: "waiting", blockers: [{ kind: "docker", detail: "Docker does not answer at …" }] } },
    pulling(layers),
    pulling([]),
    { state: { phase: "unready", pid: 1, failure } },
    { state: { phase: "paused", pid: 1 } },
    { state: { phase: "stopping", pid: 1, exit: null, killAt: Date.now() + 60_000, next: "rest" } },
    { state: { phase: "backoff", retryAt: Date.now() + 60_000, failure } },
    { state: { phase: "failed", failure: failed }, failure: failed },
    { container: sampleContainer("v", { health: "unhealthy", isImageMoved: true }), restarts: 12 },
  ];

  test("every vendor can be reached, whatever it is up to, and nothing is wider than the screen", async () => {
    const vendors = states.map((replica, i) => sampleVendor(`vendor${i}`, { ...replica, ports: { a: 5432, b: 1 } }));
    const services = ["api", "web"].map((name) => sampleService(name));
    const { screen, session } = open(vendors, columns, rows, services);
    await screen.until("shop");
    const seen = new Set<string>();
    for (let at = 0; at < vendors.length + services.length; at += 1) {
      const { selected } = session.frame().ui;
      await screen.until(new RegExp(`▸ . ${selected?.slice(0, 7)}`));
      seen.add(selected ?? "");
      expect(screen.rows().length).toBe(rows);
      for (const line of screen.rows()) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
      session.press(["j"]);
    }
    expect(seen).toEqual(new Set([...vendors, ...services].map((s) => s.name)));
  });
});
