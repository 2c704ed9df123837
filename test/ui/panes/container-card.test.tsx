import { describe, expect, test } from "vitest";
import type { LayerProgress } from "../../../src/model/container.ts";
import type { Failure } from "../../../src/model/failure.ts";
import type { ReplicaSnapshot } from "../../../src/model/replica.ts";
import { containerCard } from "../../../src/ui/panes/container-card/container-card.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import {
  sampleContainer,
  sampleFleet,
  sampleInspection,
  sampleReplica,
  sampleService,
  sampleVendor,
} from "../../helpers/fleet-samples.ts";

const theme = themeFor({ TERM: "xterm" });
const image = "registry.example.com/kafka:9";
const layers: LayerProgress[] = [
  { id: "a1b2c3d4e5f6", phase: "done", bytes: 4_000_000, total: 4_000_000 },
  { id: "b1b2c3d4e5f6", phase: "extracting", bytes: 1_000_000, total: 20_000_000 },
  { id: "c1b2c3d4e5f6", phase: "downloading", bytes: 12_000_000, total: 80_000_000 },
  { id: "d1b2c3d4e5f6", phase: "waiting", bytes: 0, total: 16_000_000 },
];

const pulling: Partial<ReplicaSnapshot> = {
  state: { phase: "starting", pid: null },
  since: Date.now() - 12_000,
  startedAt: null,
  container: sampleContainer("postgres", { id: null, imageId: null, pull: layers }),
};

const failed = (failure: Failure): Partial<ReplicaSnapshot> => ({ state: { phase: "failed", failure }, failure });

function card(replica: Partial<ReplicaSnapshot>, isOptional = false): { title: string; lines: string[] } | null {
  const vendor = { image: "postgres:16-alpine", isOptional, isKept: false };
  const made = containerCard(sampleVendor("postgres", replica, { vendor }), 60, theme);
  if (made === null) return null;
  return { title: made.title, lines: made.rows.map((row) => row.map((span) => span.text).join("")) };
}

describe("the card", () => {
  test.each<[failure: Failure, title: string]>([
    [
      {
        kind: "docker-unreachable",
        endpoint: "unix:///var/run/docker.sock",
        reason: "absent",
        message: "Docker does not answer",
      },
      "postgres: Docker cannot be reached",
    ],
    [
      {
        kind: "docker-unreachable",
        endpoint: "unix:///var/run/docker.sock",
        reason: "denied",
        message: "Docker does not let us in",
      },
      "postgres: Docker does not let us in",
    ],
    [
      { kind: "image-unavailable", image, reason: "no-registry", message: "m" },
      "postgres: the registry of its image cannot be reached",
    ],
    [{ kind: "image-unavailable", image, reason: "no-such-tag", message: "m" }, "postgres: there is no such image"],
    [{ kind: "image-unavailable", image, reason: "denied", message: "m" }, "postgres: its image may not be pulled"],
    [
      { kind: "image-unavailable", image, reason: "not-pulled", message: "m" },
      "postgres: its image is not on this machine",
    ],
    [
      { kind: "image-unavailable", image, reason: "broken-pull", message: "m" },
      "postgres: the pull of its image broke off",
    ],
    [
      { kind: "container-refused", container: "c", status: 400, message: "m" },
      "postgres: Docker refused its container",
    ],
    [{ kind: "container-removed", message: "m" }, "postgres: somebody removed its container"],
    [{ kind: "out-of-memory", message: "m" }, "postgres: out of memory"],
    [
      { kind: "gave-up", failures: 3, last: { kind: "out-of-memory", message: "m" }, message: "gave up" },
      "postgres: out of memory",
    ],
    [{ kind: "exited", code: 1, message: "exited with code 1" }, "postgres: has failed"],
  ])("%#: says what kind of trouble it is", (failure, title) => {
    expect(card(failed(failure))?.title).toBe(title);
  });

  test("has the message in full, and what to do", () => {
    const message = `cannot pull ${image}: registry.example.com cannot be reached: dial tcp 10.1.2.3:443: i/o timeout`;
    const hint = "see whether this machine is online";
    expect(
      card(failed({ kind: "image-unavailable", image, reason: "no-registry", message, hint }), true)?.lines,
    ).toEqual([
      "cannot pull registry.example.com/kafka:9:",
      "registry.example.com cannot be reached: dial tcp",
      "10.1.2.3:443: i/o timeout",
      `› ${hint}`,
      "› postgres is optional: what needs it goes on without it",
    ]);
  });

  test("says what is waited for while Docker does not answer", () => {
    const detail = "Docker does not answer at unix:///run/docker.sock";
    const blockers = [{ kind: "docker", detail, hint: "start Docker" } as const];
    const shown = card({ state: { phase: "waiting", blockers } });
    expect(shown?.title).toBe("postgres: waits for Docker");
    expect(shown?.lines.slice(0, 2)).toEqual([detail, "› start Docker"]);
    expect(shown?.lines[2]).toMatch(/^› it goes on by itself once Docker answers/);
  });

  test("has a row for each layer that is pulled", () => {
    expect(card(pulling)).toEqual({
      title: "postgres: pulls postgres:16-alpine",
      lines: [
        `a1b2c3d4e5f6  done         ${"█".repeat(20)}  4.0 MB`,
        `b1b2c3d4e5f6  extracting   ${"█".repeat(20)}  20.0 MB`,
        `c1b2c3d4e5f6  downloading  ███${"─".repeat(17)}  12/80 MB`,
        `d1b2c3d4e5f6  waiting      ${"─".repeat(20)}  16.0 MB`,
      ],
    });
  });

  test.each<[title: string, replica: Partial<ReplicaSnapshot>]>([
    ["what is ready", {}],
    ["a pull that has not begun", { ...pulling, container: sampleContainer("postgres", { pull: [] }) }],
    [
      "a wait for something else",
      { state: { phase: "waiting", blockers: [{ kind: "port", port: 5432, holder: null }] } },
    ],
    ["trouble that is over", { failure: { kind: "out-of-memory", message: "m" } }],
  ])("is none for %s", (_title, replica) => {
    expect(card(replica)).toBeNull();
  });

  test("is none for the failure of a service that is told in one line", () => {
    const failure = { kind: "exited", code: 1, message: "exited with code 1" } as const;
    const service = sampleService("api", { replicas: [sampleReplica("api", 1, failed(failure))] });
    expect(containerCard(service, 60, theme)).toBeNull();
  });

  test.each([
    [120, 36],
    [80, 24],
  ])("stands between the panes at %d×%d, and goes when the pull is over", async (columns, rows) => {
    const client = new FakeClient(sampleFleet([sampleService("api"), sampleVendor("postgres", pulling)]));
    const { screen, session } = drawDashboard(client, { size: [columns, rows] });
    await screen.until("postgres");
    session.press(["j"]);
    const text = await screen.until(/postgres: pulls postgres:16-alpine ─+ 30% · 36\/120 MB · 1 of 4 layers/);
    expect(text).toContain("postgres pulls postgres:16-alpine for 1");
    const { replicas } = sampleVendor("postgres");
    client.emit({ kind: "replicaChanged", from: "starting", replica: replicas[0] as ReplicaSnapshot });
    await screen.until((shown) => !shown.includes("layers"));
  });

  test("is a service's too, where that runs in a container", async () => {
    const replica = sampleReplica("api", 1, { ...pulling, container: sampleContainer("api", { pull: layers }) });
    const client = new FakeClient(sampleFleet([sampleService("api", { replicas: [replica] })]));
    const { screen } = drawDashboard(client, { size: [120, 36] });
    const text = await screen.until("api: pulls api:16-alpine");
    expect(text).toMatch(/◐ api +pulling 30% +0\/1 .*36\/120 MB/);
  });
});

describe("the details", () => {
  const facts = sampleContainer("postgres", { isImageMoved: true, health: "unhealthy" });
  const vendor = sampleVendor(
    "postgres",
    { container: facts },
    { vendor: { image: "postgres:16-alpine", isOptional: true, isKept: true } },
  );

  test("of a vendor tell of its container", async () => {
    const client = new FakeClient(sampleFleet([vendor]));
    client.inspections.set(
      "postgres#1",
      sampleInspection("postgres#1", {
        processes: [],
        ports: [{ name: "5432", port: 5432, owner: { pid: 9, command: "docker-proxy", isOwn: false } }],
        container: {
          healthOutput: "no response\n",
          aliases: ["postgres", "postgres-1"],
          ports: [
            { port: 5432, protocol: "tcp", published: { ip: "127.0.0.1", port: 15_432 } },
            { port: 8008, protocol: "tcp", published: null },
          ],
          mounts: [
            { kind: "volume", source: "shop_data", target: "/var/lib/postgresql/data", isReadOnly: false },
            { kind: "bind", source: "/home/you/shop/init.sql", target: "/init.sql", isReadOnly: true },
            { kind: "tmpfs", source: "", target: "/tmp", isReadOnly: false },
          ],
        },
      }),
    );
    const { screen, session } = drawDashboard(client, { size: [120, 50] });
    await screen.until("postgres");
    session.press(["enter"]);
    const text = await screen.until("127.0.0.1:15432");
    expect(text).toContain("Details: postgres ");
    expect(text).toMatch(/● postgres {2}ready for 2m/);
    expect(text).toMatch(/name +shop-012345-postgres {2}4f0c1d2e3a5b /);
    expect(text).toMatch(/image +postgres:16-alpine ↑ {2}9a8b7c6d5e4f/);
    expect(text).toContain("its tag names another image by now");
    expect(text).toMatch(/health +unhealthy/);
    expect(text).toContain("no response");
    expect(text).toMatch(/reached as +postgres, postgres-1 {2}from other containers/);
    expect(text).toMatch(/mounts +\/var\/lib\/postgresql\/data {2}volume shop_data/);
    expect(text).toMatch(/\/init\.sql {2}bind \/home\/you\/shop\/init\.sql {2}read only/);
    expect(text).toMatch(/127\.0\.0\.1:15432 +is +5432\/tcp +inside/);
    expect(text).toMatch(/not published +is +8008\/tcp +inside/);
    expect(text).toContain("optional: what needs it goes on without it");
    expect(text).toContain("kept: down leaves it running");
    // Docker's proxy listens for it, which is as it should be.
    expect(text).not.toContain("docker-proxy");
    expect(text).not.toContain("in /home/you/shop");
  });

  test("of one whose image is pulled have all of its layers", async () => {
    const client = new FakeClient(sampleFleet([sampleVendor("postgres", pulling)]));
    const { screen, session } = drawDashboard(client, { size: [80, 40] });
    await screen.until("postgres");
    session.press(["enter"]);
    const text = await screen.until(/pull +36\/120 MB, 1 of 4 layers/);
    for (const { id, phase } of layers) expect(text).toMatch(new RegExp(`${id} {2}${phase}`));
    expect(text).toMatch(/name +shop-012345-postgres {2}not made yet/);
  });

  test("show the ports by number until the engine has told more", async () => {
    const client = new FakeClient(sampleFleet([vendor]));
    client.inspections.set("postgres#1", sampleInspection("postgres#1", { processes: [] }));
    const { screen, session } = drawDashboard(client, { size: [120, 50] });
    await screen.until("postgres");
    session.press(["enter"]);
    await screen.until(/5432 {2}on this machine/);
  });
});
