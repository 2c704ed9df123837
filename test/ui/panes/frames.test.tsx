import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/model/diagnostic.ts";
import type { ReplicaSnapshot } from "../../../src/model/replica.ts";
import type { BuildState } from "../../../src/model/service-snapshot.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { type DrawnDashboard, drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleLine, sampleReplica, sampleService, sampleVendor } from "../../helpers/fleet-samples.ts";

const sizes: [columns: number, rows: number][] = [
  [80, 24],
  [120, 36],
  [200, 60],
  [40, 10],
];
const failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms", hint: "see its log" } as const;

function open(
  snapshot: FleetSnapshot,
  size = sizes[0] as [number, number],
  env: Record<string, string> = {},
): DrawnDashboard {
  return drawDashboard(new FakeClient(snapshot), { size, env, callerEnv: { HOME: "/home/you" } });
}

function backoff(retryAt: number): Partial<ReplicaSnapshot> {
  return {
    state: { phase: "backoff", retryAt, failure },
    failure,
    restarts: 6,
    cause: { kind: "exit", status: { kind: "code", code: 1 } },
  };
}

function shop(): FleetSnapshot {
  return sampleFleet([
    sampleService("catalog", {
      command: "./catalog --verbose",
      build: { status: "ok", since: 0, lastMs: 1234, failure: null },
    }),
    sampleService("gateway", {
      replicas: [1, 2].map((i) => sampleReplica("gateway", i, { ports: { http: 8078 + 2 * i } })),
      dependsOn: [{ name: "catalog", condition: "ready" }],
    }),
    sampleService("orders", {
      replicas: [sampleReplica("orders", 1, { ports: { http: 8082 }, ...backoff(Date.now() + 60_000) })],
    }),
  ]);
}

describe.each(sizes)("at %d×%d", (columns, rows) => {
  test("the screen is exactly as large as the terminal", async () => {
    const { client, screen } = open(shop(), [columns, rows]);
    client.log(
      ...Array.from({ length: 90 }, (_, i) =>
        sampleLine("orders#1", `日本語 line ${i} ${"x".repeat(250)}`, { offset: i }),
      ),
    );
    await screen.until("line 89");
    for (const keys of ["", "j", "j", "w", "t", "z", "z", "\t", "z", "?", "?", "q"]) {
      screen.press(keys);
      expect(screen.rows().length, JSON.stringify(keys)).toBe(rows);
      for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
    }
  });

  test("the grid says how each service is", async () => {
    const { screen } = open(shop(), [columns, rows]);
    const text = await screen.until("backoff");
    expect(text).toContain("shop");
    expect(text).toMatch(/▸ ↻ orders +backoff [56]\ds +0\/1/);
    expect(text).toMatch(/quit/);
    if (rows > 10) {
      expect(text).toMatch(/ {2}● catalog +ready +1\/1/);
      expect(text).toMatch(/● gateway +ready +2\/2 +8080 \+1/);
      expect(text).toMatch(/↻ orders +backoff [56]\ds +0\/1 +8082 .*6 +exit 1/);
      expect(text).toMatch(/catalog .* 4m .* start/);
    }
  });
});

test("at 39×9 one line says that it is too small", async () => {
  const { screen } = open(shop(), [39, 9]);
  await screen.until("Too small: 39x9, needs 40x10");
});

describe("the header", () => {
  test("counts services by phase, worst first", async () => {
    const { screen } = open(shop(), [120, 36]);
    await screen.until("3 services · 1 backoff · 2 ready");
    expect(screen.rows()[0]).toMatch(/up 5m$/);
  });

  test("counts with signs where there is little room", async () => {
    const { screen } = open(shop(), [40, 10]);
    await screen.until("3 services  ↻ 1  ● 2");
  });

  test("says since when the daemon is gone, keeps the last state, and recovers", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    await screen.until("catalog");
    client.disconnect("socket closed", new Date(2026, 0, 1, 12, 1, 2).getTime());
    const text = await screen.until("daemon gone since 12:01:02 – reconnecting");
    expect(text).toContain("catalog");
    client.reconnect();
    await screen.until((t) => !t.includes("daemon gone"));
  });
});

describe("the services", () => {
  test("change as events come", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    const orders = client.state.services[2]?.replicas[0] as ReplicaSnapshot;
    client.emit(
      {
        kind: "replicaChanged",
        from: "backoff",
        replica: { ...orders, state: { phase: "ready", pid: 1 }, since: Date.now(), failure: null },
      },
      {
        kind: "buildChanged",
        service: "gateway",
        cause: { kind: "file", path: "main.go" },
        build: { status: "building", since: Date.now(), lastMs: null, failure: null },
      },
    );
    const text = await screen.until(/● orders +ready +1\/1/);
    expect(text).toMatch(/gateway .*building 0s/);
  });

  test("a selected failed service says why in the line below", async () => {
    const { screen } = open(shop(), [120, 36]);
    await screen.until(/✗ orders exited with code 1 after 40ms {2}again in \d+s {2}see its log/);
    screen.press("j");
    await screen.until("› catalog ./catalog --verbose");
  });

  test("a waiting one says what it waits for", async () => {
    const blockers = [
      { kind: "dependency", name: "db", condition: "ready", now: "starting" } as const,
      {
        kind: "port",
        port: 8082,
        holder: { pid: 4711, command: "node old.js", cwd: null, startedAt: null, unit: null },
      } as const,
    ];
    const replicas = [sampleReplica("orders", 1, { state: { phase: "waiting", blockers } })];
    const { screen } = open(sampleFleet([sampleService("orders", { replicas })]), [120, 36]);
    const text = await screen.until(
      "waits 4m for db to be ready (now starting), port 8082, taken by pid 4711 (node old.js)",
    );
    expect(text).toMatch(/◌ orders +waiting for db \+1 +0\/1 .*4m for db ready, port 8082/);
  });

  const build: BuildState = {
    status: "failed",
    since: 0,
    lastMs: null,
    failure: {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: [],
      message: "main.go:3: undefined: x",
    },
  };

  test("a failed build does not hide behind the old one that still runs", async () => {
    const { screen } = open(sampleFleet([sampleService("api", { build })]), [120, 36]);
    const text = await screen.until("✗ api main.go:3: undefined: x  the old one still runs");
    expect(text).toContain("1 service · 1 ready · 1 broken build");
  });

  test("a failed build comes before everything else", async () => {
    const replicas = [sampleReplica("api", 1, { state: { phase: "failed", failure: { ...failure } } })];
    const { screen } = open(sampleFleet([sampleService("api", { build, replicas })]), [120, 36]);
    const text = await screen.until("✗ api main.go:3: undefined: x");
    expect(text).toMatch(/✗ api +failed .*build failed/);
  });

  test("the selected service stays selected while others come and go", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    screen.press("jj");
    await screen.until(/▸ ● gateway/);
    client.replace({
      ...client.state,
      revision: 9,
      services: [sampleService("auth"), ...client.state.services.slice(1)],
    });
    await screen.until((t) => t.includes("auth") && /▸ ● gateway/.test(t));
  });

  test("more of them than fit scroll with the selection", async () => {
    const many = Array.from({ length: 50 }, (_, i) => sampleService(`service-${String(i).padStart(2, "0")}`));
    const { screen } = open(sampleFleet(many));
    await screen.until("1/50");
    screen.press("G");
    await screen.until(/▸ ● service-49/);
    screen.press("k".repeat(9));
    await screen.until(/▸ ● service-40/);
  });

  test("names from outside cannot move the cursor", async () => {
    const evil = sampleService("api", { command: "run \x1b[2J\x1b]0;owned\x07it" });
    const { screen } = open(sampleFleet([evil]));
    await screen.until("› api run it");
    expect(screen.raw()).not.toContain("\x1b[2J");
  });
});

describe("the vendors", () => {
  test("take no room where there are none", async () => {
    const { screen } = open(shop(), [120, 36]);
    expect(await screen.until("catalog")).not.toContain("Vendors");
  });

  test.each([
    [120, 36],
    [80, 24],
    [200, 60],
  ])("have a pane at %d×%d", async (columns, rows) => {
    const fleet = sampleFleet([...shop().services, sampleVendor("postgres")]);
    const { screen } = open(fleet, [columns, rows]);
    const text = await screen.until("Vendors");
    expect(text).toMatch(/● postgres +ready +:5432 +(postgres:)?16-alp/);
    expect(text).toContain("vendors 1/1");
    expect(text).toContain("3 services · 1 backoff · 2 ready");
  });

  test.each([
    [80, 16],
    [60, 20],
    [40, 10],
  ])("are the last of the services at %d×%d", async (columns, rows) => {
    const fleet = sampleFleet([...shop().services, sampleVendor("postgres"), sampleVendor("redis")]);
    const { screen } = open(fleet, [columns, rows]);
    expect(await screen.until("vendors 2/2")).not.toContain("Vendors");
    screen.press("G");
    await screen.until(/▸ ● redis +ready +– 5432/);
  });
});

describe("the log", () => {
  const lines = (count: number, unit = "catalog#1") =>
    Array.from({ length: count }, (_, i) => sampleLine(unit, `line ${i}`, { offset: i }));

  test("shows time, replica and text, and follows", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(...lines(40), sampleLine("orders#1", "panic: no route", { stream: "err", offset: 99 }));
    const text = await screen.until("panic: no route");
    expect(text).toContain(" 12:01:02.113 catalog#1 │ line 39");
    expect(text).toContain(" 12:01:02.113 orders#1  ┃ panic: no route");
    expect(text).toContain("follow ▼");
    client.log(sampleLine("catalog#1", "the newest", { offset: 40 }));
    await screen.until("the newest");
  });

  test("separates runs", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(sampleLine("orders#1", "run 2", { kind: "run", generation: 2 }));
    await screen.until("orders#1  ╵ ── run 2 ──");
  });

  test("shows the selected service once it was moved to, and All again", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(sampleLine("catalog#1", "from catalog"), sampleLine("gateway#2", "from gateway", { offset: 1 }));
    await screen.until((t) => t.includes("from catalog") && t.includes("from gateway"));
    screen.press("jj");
    await screen.until((t) => !t.includes("from catalog") && t.includes("from gateway"));
    screen.press("\x1b[D");
    await screen.until((t) => t.includes("from catalog") && t.includes("from gateway"));
  });

  test("has a tab for one replica of several", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(sampleLine("gateway#1", "from one"), sampleLine("gateway#2", "from two", { offset: 1 }));
    await screen.until("from two");
    screen.press("jj");
    await screen.until("─ All │ gateway │ #1 │ #2 ");
    screen.press("\x1b[C");
    await screen.until((t) => t.includes("from one") && !t.includes("from two"));
  });

  test("scrolls over history that is not loaded yet, stays there, and follows again", async () => {
    const { client, screen } = open(shop(), [80, 24]);
    client.log(...lines(1500));
    await screen.until("line 1499");
    screen.press("\t");
    for (let page = 0; page < 200 && !/line 12\n/.test(screen.text()); page += 1) {
      screen.press("\x1b[5~");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await screen.until(/line 12\n/);
    const before = screen.text();
    client.log(sampleLine("catalog#1", "much later", { offset: 9999 }));
    screen.press("t");
    screen.press("t");
    expect(screen.text().split("\n").slice(-9, -1)).toEqual(before.split("\n").slice(-9, -1));
    screen.press("G");
    await screen.until("much later");
  });

  test("goes to the oldest line at once", async () => {
    const { client, screen } = open(shop(), [80, 24]);
    client.log(...lines(3000));
    await screen.until("line 2999");
    screen.press("\tg");
    await screen.until(/line 0\n/);
  });

  test("a long line is cut, or wrapped in full", async () => {
    const { client, screen } = open(shop(), [80, 24]);
    client.log(sampleLine("catalog#1", `begin ${"x".repeat(300)} end`));
    const cut = await screen.until(/begin x+…/);
    expect(cut).not.toContain("end");
    screen.press("w");
    const wrapped = await screen.until("x end");
    expect(wrapped.match(/x/g)?.length).toBeGreaterThanOrEqual(300);
  });

  test("colours pass, and nothing else does", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(sampleLine("catalog#1", "\x1b[32mgreen\x1b[0m\x1b[2J\x1b[Hhome\x1b]52;c;ZXZpbA==\x07 sweet"));
    await screen.until("greenhome sweet");
    expect(screen.raw()).toContain("\x1b[32mgreen");
    expect(screen.raw()).not.toMatch(/\x1b\[2J|\x1b\[H|\x1b\]/);
  });

  test("a line that is being written grows in place", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(sampleLine("catalog#1", "load", { offset: 7, isPartial: true }));
    await screen.until(/│ load\n/);
    client.log(sampleLine("catalog#1", "loading… done", { offset: 7 }));
    const text = await screen.until("loading… done");
    expect(text.match(/load/g)?.length).toBe(1);
  });

  test("a flood says what was passed over", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    client.log(...lines(3));
    await screen.until("line 2");
    client.log(...Array.from({ length: 4000 }, (_, i) => sampleLine("catalog#1", `flood ${i}`, { offset: 10 + i })));
    const text = await screen.until(/kB skipped, kept on disk/);
    expect(text).toContain("flood 3999");
  });

  test("says so where there is nothing to show", async () => {
    const { screen } = open(shop());
    await screen.until("No output yet.");
    screen.press("jj");
    await screen.until("gateway has written nothing yet.");
  });
});

describe("keys", () => {
  test("send commands for the selected service, with the caller's environment where it matters", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    screen.press("jj");
    screen.press("sxrR+-X");
    await screen.until("gateway");
    expect(client.commands.map((c) => c.command.kind)).toEqual([
      "start",
      "stop",
      "restart",
      "rebuild",
      "scale",
      "scale",
      "kill",
    ]);
    expect(client.commands[0]).toMatchObject({
      origin: "dashboard",
      callerEnv: { HOME: "/home/you" },
      lease: null,
      command: { select: { names: ["gateway"] } },
    });
    expect(new Set(client.commands.map((c) => c.commandId)).size).toBe(7);
  });

  test("a refused command says why", async () => {
    const { client, screen } = open(shop());
    client.reply = () => ({
      ok: false,
      error: { kind: "refused", message: "catalog cannot be scaled: its port is fixed" },
    });
    await screen.until("orders");
    screen.press("+");
    await screen.until("✗ catalog cannot be scaled: its port is fixed");
    screen.press("\x1b");
    await screen.until((t) => t.includes("? keys"));
  });

  test("what an event has to say is said", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    client.emit({ kind: "noticed", level: "warning", unit: null, message: "the disk is nearly full" });
    await screen.until("the disk is nearly full");
  });

  test("the help shows the whole table", async () => {
    const { screen } = open(shop(), [120, 120]);
    await screen.until("orders");
    screen.press("?");
    const text = await screen.until("Everywhere");
    for (const part of ["build, then restart", "log: follow on or off", "In the log", "kill all, now"])
      expect(text).toContain(part);
    screen.press("?");
    await screen.until("Services");
  });

  test("zoom gives the focused pane the screen", async () => {
    const { screen } = open(shop());
    await screen.until("catalog");
    screen.press("\tz");
    await screen.until((t) => !t.includes("Services") && t.includes("follow"));
    screen.press("\x1b");
    await screen.until("Services");
  });
});

describe("quitting", () => {
  test("asks, with leave running preselected where somebody else started the fleet", async () => {
    const { screen, left } = open(shop());
    await screen.until("orders");
    screen.press("q");
    const text = await screen.until("Quit shop");
    expect(text).toContain("4 units run.");
    expect(text).toContain("Closes this screen; the services go on.");
    screen.press("\r");
    expect(left).toEqual(["left-running"]);
  });

  test("stopping all shows what still stops and leaves at the end", async () => {
    const { client, screen, left } = open(shop());
    await screen.until("orders");
    screen.press("\x03");
    await screen.until("Stops every service and the daemon.");
    screen.press("\r");
    await screen.until("Stopping: 4 left");
    const units = client.state.services.flatMap((s) => s.replicas);
    const change = (r: ReplicaSnapshot, state: ReplicaSnapshot["state"]) =>
      ({ kind: "replicaChanged", from: r.state.phase, replica: { ...r, state } }) as const;
    client.emit(
      ...units.map((r) =>
        change(r, { phase: "stopping", pid: 1, exit: null, killAt: Date.now() + 10_000, next: "rest" }),
      ),
    );
    await screen.until(/◒ gateway#2 +stopping +SIGKILL in \d+s/);
    client.emit(...units.slice(1).map((r) => change(r, { phase: "stopped" })));
    await screen.until("Stopping: 1 left");
    expect(left).toEqual([]);
    client.emit(change(units[0] as ReplicaSnapshot, { phase: "stopped" }));
    await screen.until("Stopped");
    expect(left).toEqual(["stopped"]);
  });

  test("a second ctrl-c kills", async () => {
    const { client, screen } = open(shop());
    await screen.until("orders");
    screen.press("\x03");
    await screen.until("Quit shop");
    screen.press("\x03");
    await screen.until("killed: waiting until all of them are gone");
    expect(client.commands.map((c) => c.command.kind)).toEqual(["kill", "down"]);
  });
});

describe("a fleet without services", () => {
  const mistake: Diagnostic = {
    severity: "error",
    code: "unknown-key",
    message: 'unknown key "prot"',
    location: { file: "/home/you/shop/orders/service.yml", line: 3, column: 1, length: 4, excerpt: "prot: 1" },
    hint: 'did you mean "port"?',
  };
  const said = 'orders/service.yml:3:1 unknown key "prot" (did you mean "port"?)';

  test("says what was looked for and how to make one", async () => {
    const { screen, left } = open(sampleFleet([]));
    const text = await screen.until("There is nothing to run here yet.");
    expect(text).toContain("/home/you/shop");
    expect(text).toContain("touch orders/service.yml");
    expect(text).toContain("services: in orchestra.yml");
    expect(text).not.toContain("stop");
    screen.press("q");
    expect(left).toEqual(["nothing-ran"]);
  });

  test("because of a mistake names the mistake", async () => {
    const { screen } = open(sampleFleet([], { diagnostics: [mistake] }), [120, 36]);
    const text = await screen.until("The config has 1 mistake");
    expect(text).toContain(mistake.message);
    expect(text).toContain("orders/service.yml:3:1");
  });

  test("a mistake in a fleet that runs is one red line", async () => {
    const { client, screen } = open(shop(), [120, 36]);
    await screen.until("orders");
    client.emit({ kind: "configRejected", diagnostics: [mistake, { ...mistake, message: "another" }] });
    const text = await screen.until("2 mistakes in the config");
    expect(text).toContain(said);
    expect(text).toContain("orders");
  });

  test("the daemon is waited for", async () => {
    const client = new FakeClient(shop());
    client.disconnect("connect ENOENT");
    const { session, screen } = drawDashboard(client, { size: [80, 24], isOpen: false });
    await screen.until("Waiting for the daemon");
    session.open();
    await screen.until("connect ENOENT");
    client.reconnect();
    await screen.until("orders");
  });
});

test("what is known already is in the first frame", () => {
  const client = new FakeClient(shop());
  const deaf = Object.assign(client, { subscribe: () => ({ close: () => {} }) });
  const { session } = drawDashboard(deaf, { size: [80, 24], snapshot: shop() });
  expect(session.frame()).toMatchObject({ fleet: { snapshot: { name: "shop" } }, selected: { name: "orders" } });
});

describe("a plain terminal", () => {
  test("without UTF-8 gets signs that it has", async () => {
    const { client, screen } = open(shop(), [80, 24], { LANG: "C" });
    client.log(sampleLine("catalog#1", "hello"));
    const text = await screen.until("hello");
    expect(text).toMatch(/> @ orders/);
    screen.press("?");
    for (const frame of [text, await screen.until("Everywhere")]) expect(frame).not.toMatch(/[^\x20-\x7e\n]/);
  });

  test("without colours gets none, not from services either", async () => {
    const { client, screen } = open(shop(), [80, 24], { NO_COLOR: "1" });
    client.log(sampleLine("catalog#1", "\x1b[31mred\x1b[0m"));
    await screen.until("red");
    expect(screen.raw()).not.toMatch(/\x1b\[(?:[0-9;]*;)?(?:3|4|9)[0-7](?:;[0-9;]*)?m/);
  });
});
