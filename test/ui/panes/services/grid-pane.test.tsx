import { describe, expect, test } from "vitest";
import type { UnitId } from "../../../../src/model/ids.ts";
import type { ReplicaSnapshot } from "../../../../src/model/replica.ts";
import type { FleetSnapshot } from "../../../../src/model/snapshot.ts";
import type { UnitUsage, UsageSample } from "../../../../src/model/usage.ts";
import { displayWidth } from "../../../../src/ui/text/display-width.ts";
import { type DrawnDashboard, drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../../helpers/fleet-samples.ts";

const failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms" } as const;

function open(
  snapshot: FleetSnapshot,
  size: [columns: number, rows: number] = [120, 36],
  env: Record<string, string> = {},
): DrawnDashboard {
  return drawDashboard(new FakeClient(snapshot), { size, env });
}

function usage(units: Record<string, [cpu: number, mebibytes: number]>): UsageSample {
  const all = Object.entries(units).map(([unit, [cpu, mebibytes]]): [UnitId, UnitUsage] => [
    unit as UnitId,
    { cpu, memoryBytes: mebibytes * 1024 * 1024, processes: 1 },
  ]);
  return { at: 0, units: Object.fromEntries(all) };
}

function shop(): FleetSnapshot {
  return sampleFleet([
    sampleService("catalog", {
      profiles: ["core"],
      replicas: [sampleReplica("catalog", 1, { ports: { http: 8081 } })],
    }),
    sampleService("gateway", {
      profiles: ["core"],
      replicas: [1, 2].map((i) => sampleReplica("gateway", i, { ports: { http: 8078 + 2 * i } })),
    }),
    sampleService("web", { build: { status: "building", since: Date.now() - 2000, lastMs: 45_000, failure: null } }),
    sampleService("mailer", {
      profiles: ["extra"],
      replicas: [
        sampleReplica("mailer", 1, {
          state: {
            phase: "waiting",
            blockers: [{ kind: "dependency", name: "rabbitmq", condition: "ready", now: "starting" }],
          },
        }),
      ],
    }),
    sampleService("orders", {
      profiles: ["core"],
      replicas: [
        sampleReplica("orders", 1, {
          ports: { http: 8082 },
          state: { phase: "backoff", retryAt: Date.now() + 60_000, failure },
          failure,
          restarts: 6,
          cause: { kind: "exit", status: { kind: "code", code: 1 } },
        }),
      ],
    }),
  ]);
}

const sizes: [columns: number, rows: number][] = [
  [40, 10],
  [60, 16],
  [80, 24],
  [120, 36],
  [150, 40],
  [200, 60],
  [300, 100],
];

describe.each(sizes)("at %d×%d", (columns, rows) => {
  test("every row of the screen fits, whatever is pressed", async () => {
    const { client, screen } = open(shop(), [columns, rows]);
    await screen.until("backoff");
    client.usage(usage({ "catalog#1": [0.3, 18], "gateway#1": [15, 90_000], "gateway#2": [1, 1] }));
    for (const keys of ["", "o", "o", "P", "h", "l", "m", "m", "a", "x", "n", "/", "ca", "\r", "z", "z", "%", "\x1b"]) {
      screen.press(keys);
      expect(screen.rows().length, JSON.stringify(keys)).toBe(rows);
      for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
    }
  });

  test("no row moves when figures change", async () => {
    const { client, screen } = open(shop(), [columns, rows]);
    await screen.until("backoff");
    const grid = () =>
      screen
        .rows()
        .slice(1, 9)
        .map((row) => row.replace(/[\d.%KMG▁▂▃▄▅▆▇█]/g, " ").replace(/ –/g, "  "));
    client.usage(usage({ "catalog#1": [0.001, 1], "gateway#1": [0.001, 1], "gateway#2": [0, 1], "web#1": [0, 1] }));
    await screen.until((text) => columns < 80 || text.includes("0.1%"));
    const before = grid();
    client.usage(usage({ "catalog#1": [15, 999], "gateway#1": [9, 90_000], "gateway#2": [1, 1], "web#1": [1, 900] }));
    await screen.until((text) => columns < 80 || text.includes("1500%"));
    expect(grid()).toEqual(before);
  });
});

describe("the columns", () => {
  test("say how far things are", async () => {
    const { screen } = open(shop(), [150, 36]);
    const text = await screen.until("backoff");
    expect(text).toMatch(/↻ orders +backoff [56]\ds +0\/1 +8082 .* 6 +exit 1/);
    expect(text).toMatch(/● web +building \ds\/45s +1\/1/);
    expect(text).toMatch(/◌ mailer +waiting for rabbitmq +0\/1/);
    expect(text).toMatch(/● gateway +ready +2\/2 +8080 \+1 +4m/);
  });

  test("show what the whole tree takes, with the last minute where there is room", async () => {
    const { client, screen } = open(shop(), [160, 36]);
    await screen.until("CPU, last minute");
    for (let i = 0; i < 6; i += 1) client.usage(usage({ "gateway#1": [0.2, 100], "gateway#2": [i / 10, 28] }));
    await screen.until(/gateway .* 70% +128M +[▁-█]+ /);
  });

  test("are watched only while they are shown", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    await screen.until("CPU");
    expect(client.usageWatcherCount).toBe(1);
    screen.press("%");
    await screen.until((text) => !text.includes("CPU"));
    expect(client.usageWatcherCount).toBe(0);
    screen.press("%");
    await screen.until("CPU");
    expect(client.usageWatcherCount).toBe(1);
    screen.press("\tz");
    await screen.until((text) => !text.includes("Services"));
    expect(client.usageWatcherCount).toBe(0);
  });

  test("of a narrow terminal cost nothing", async () => {
    const { client, screen } = open(shop(), [40, 10]);
    await screen.until("backoff");
    expect(client.usageWatcherCount).toBe(0);
  });
});

describe("sorting", () => {
  test("is in the title, and failures come first", async () => {
    const { screen } = open(shop());
    await screen.until(/Services · failures first/);
    expect(screen.text()).toMatch(/▸ ↻ orders[\s\S]*● catalog[\s\S]*● gateway/);
    screen.press("o");
    await screen.until(/Services · by name/);
    expect(screen.text()).toMatch(/● catalog[\s\S]*● gateway[\s\S]*◌ mailer[\s\S]*▸ ↻ orders[\s\S]*● web/);
  });

  test("by CPU puts what takes most first", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    client.usage(usage({ "catalog#1": [0.1, 10], "web#1": [0.9, 1] }));
    screen.press("oo");
    await screen.until(/Services · by CPU/);
    expect(screen.text()).toMatch(/● web[\s\S]*● catalog/);
  });

  test("a service that fails comes up with the selection on it", async () => {
    const { client, screen } = open(sampleFleet([sampleService("api"), sampleService("web")]));
    await screen.until("web");
    screen.press("j");
    await screen.until("▸ ● web");
    const web = client.state.services[1]?.replicas[0] as ReplicaSnapshot;
    client.emit({ kind: "replicaChanged", from: "ready", replica: { ...web, state: { phase: "failed", failure } } });
    await screen.until(/▸ ✗ web[\s\S]*● api/);
  });
});

describe("the filter", () => {
  test("shows what matches while it is typed, and how many", async () => {
    const { screen } = open(shop());
    await screen.until("orders");
    screen.press("/");
    screen.press("way");
    const text = await screen.until("1 of 5");
    expect(text).toMatch(/▸ ● gateway/);
    expect(text).not.toContain("catalog ");
    expect(text).toContain("/way");
    screen.press("\r");
    await screen.until("Services · failures first · /way");
    screen.press("\x1b");
    await screen.until((t) => t.includes("catalog") && /▸ ● gateway/.test(t) && !t.includes("/way"));
  });

  test("says that nothing matches", async () => {
    const { screen } = open(shop());
    await screen.until("orders");
    screen.press("/");
    screen.press("zzz");
    await screen.until("nothing matches");
  });
});

describe("profiles", () => {
  test("are groups with counts that fold", async () => {
    const { screen } = open(shop(), [120, 40]);
    await screen.until("orders");
    screen.press("P");
    const text = await screen.until("▾ @core  3 services · 1 backoff · 2 ready");
    expect(text).toMatch(/▾ @extra {2}1 service · 1 waiting[\s\S]*▾ other {2}1 service · 1 ready/);
    screen.press("h");
    await screen.until((t) => t.includes("▸ ▹ @core") && !t.includes("catalog  "));
    screen.press("\r");
    await screen.until("▸ ▾ @core");
    screen.press("P");
    await screen.until((t) => !t.includes("@core"));
  });
});

describe("marks", () => {
  test("are seen without colour, counted, and asked about", async () => {
    const { client, screen } = open(shop(), [120, 36], { NO_COLOR: "1" });
    await screen.until("orders");
    screen.press("mm");
    const text = await screen.until("2 marked");
    expect(text).toMatch(/◆↻ orders/);
    expect(text).toMatch(/◆● catalog/);
    expect(text).toContain("◆ 2 marked orders, catalog  for the next verb");
    screen.press("x");
    const asked = await screen.until("Stop 2 services?");
    expect(asked).toMatch(/catalog, orders[\s\S]*\[Yes\] +No/);
    screen.press("n");
    await screen.until((t) => !t.includes("Stop 2"));
    expect(client.commands).toEqual([]);
    screen.press("r");
    await screen.until("Restart 2 services?");
    screen.press("y");
    await screen.until((t) => !t.includes("marked") && !t.includes("Restart"));
    expect(client.commands).toMatchObject([
      { command: { kind: "restart", select: { names: ["catalog", "orders"], except: [] } } },
    ]);
  });
});

describe("200 services", () => {
  const many = Array.from({ length: 200 }, (_, i) => sampleService(`service-${String(i).padStart(3, "0")}`));

  test("scroll with the selection, which is counted", async () => {
    const { screen } = open(sampleFleet(many), [120, 36]);
    await screen.until("1/200");
    screen.press("G");
    await screen.until(/▸ ● service-199/);
    screen.press("/");
    screen.press("05");
    await screen.until("12 of 200");
  });

  test("keep their order and their identity while some of them change", async () => {
    const { client, screen, session } = open(sampleFleet(many), [120, 36]);
    await screen.until("service-000");
    const before = session.frame().grid.rows;
    const changed = client.state.services[7]?.replicas[0] as ReplicaSnapshot;
    client.emit({ kind: "replicaChanged", from: "ready", replica: { ...changed, restarts: 3 } });
    await screen.until(/service-007 .* 3 +start/);
    const after = session.frame().grid.rows;
    const isSame = (index: number) => {
      const [a, b] = [before[index], after[index]];
      return a?.kind === "service" && b?.kind === "service" && a.service === b.service;
    };
    expect(after.map((_, index) => index).filter((index) => !isSame(index))).toEqual([7]);
  });
});
