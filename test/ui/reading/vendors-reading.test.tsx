import { expect, test, vi } from "vitest";
import type { LayerProgress } from "../../../src/model/container.ts";
import type { ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { defaultKeys } from "../../../src/ui/keys/rebind.ts";
import { spokenTheme } from "../../../src/ui/reading/spoken-theme.ts";
import { timeOfDay } from "../../../src/ui/text/time-of-day.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { type DrawnDashboard, drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import {
  sampleContainer,
  sampleFleet,
  sampleInspection,
  sampleReplica,
  sampleService,
  sampleVendor,
} from "../../helpers/fleet-samples.ts";

const since = Date.now() - 12_000;
const failure = { kind: "container-removed", message: "somebody removed its container" } as const;
const layers: LayerProgress[] = [
  { id: "a1b2c3d4e5f6", phase: "done", bytes: 4_000_000, total: 4_000_000 },
  { id: "b1b2c3d4e5f6", phase: "downloading", bytes: 33_000_000, total: 116_000_000 },
];

const vendors = [
  sampleVendor("postgres", { container: sampleContainer("postgres", { isImageMoved: true, health: "unhealthy" }) }),
  sampleVendor("rabbitmq", {
    state: { phase: "starting", pid: null },
    since,
    startedAt: null,
    ports: { amqp: 5672, http: 15_672 },
    container: sampleContainer("rabbitmq", { id: null, imageId: null, image: "rabbitmq:3", pull: layers }),
  }),
  sampleVendor(
    "redis",
    { state: { phase: "failed", failure }, failure, restarts: 2, ports: {} },
    { vendor: { image: "redis:7", isOptional: true, isKept: false } },
  ),
];

function read(services: ServiceSnapshot[], size: [number, number] = [300, 30]): DrawnDashboard {
  vi.stubEnv("INK_SCREEN_READER", "true");
  const client = new FakeClient(sampleFleet(services));
  for (const { id } of services.flatMap((s) => s.replicas)) client.inspections.set(id, sampleInspection(id));
  const dashboard = drawDashboard(client, { size, isReadAloud: true });
  dashboard.session.setLook({ theme: spokenTheme(themeFor({ TERM: "xterm" })), keys: defaultKeys, mistakes: [] });
  return dashboard;
}

/** As if rows that were wrapped were whole. */
const whole = (text: string) => text.replaceAll(/\s*\n\s*/g, " ");

test("vendors are read in words, after the services and apart from them", async () => {
  const { screen } = read([sampleService("api"), ...vendors]);
  const text = whole(await screen.until("Vendor postgres"));
  expect(text).toContain("shop: 1 service, 1 ready. 1 of 3 vendors ready");
  expect(text).toContain("Services: 1 service, failures first");
  expect(text).toContain(
    "Vendor postgres: ready, unhealthy by its image's own check, port 5432, postgres:16-alpine, its tag names another image by now",
  );
  expect(text).toContain("Vendor redis: failed, 2 restarts, somebody removed its container, optional");
  expect(text.indexOf("api: ready")).toBeLessThan(text.indexOf("Vendor postgres"));
});

test("a pull is read in steps, with the moment since when", async () => {
  const { screen } = read([sampleService("api"), ...vendors]);
  const text = whole(await screen.until("Vendor rabbitmq"));
  expect(text).toContain(
    `Vendor rabbitmq: starting, pulling rabbitmq:3, 30 percent of 120.0 MB, 1 of 2 layers, since ${timeOfDay(since, true)}, ports 5672 15672`,
  );
  expect(text).not.toMatch(/[█─]/);
});

test("a service whose image is pulled is read in the same words", async () => {
  const replica = sampleReplica("api", 1, {
    state: { phase: "starting", pid: null },
    since,
    container: sampleContainer("api", { image: "golang:1", pull: layers }),
  });
  const { screen } = read([sampleService("api", { replicas: [replica] })]);
  const text = whole(await screen.until("pulling golang:1"));
  expect(text).toContain("api: starting, pulling golang:1, 30 percent of 120.0 MB, 1 of 2 layers, since");
});

test("the selected vendor is said, and its details have its name", async () => {
  const { screen, session } = read([sampleService("api"), sampleVendor("postgres")]);
  await screen.until("Vendor postgres");
  session.press(["G"]);
  await screen.until("Selected: Vendor postgres: ready");
  session.press(["enter"]);
  const text = await screen.until("Details of postgres");
  expect(text).not.toContain("Details of postgres#1");
  expect(text).not.toMatch(/[─│╭╮╰╯●↑▸✗›]/);
});

test("a question about vendors counts them as such", async () => {
  const { screen, session } = read([sampleService("api"), sampleVendor("postgres"), sampleVendor("redis")]);
  await screen.until("Vendor postgres");
  session.press(["G", "a", "x"]);
  await screen.until("Stop 2 vendors?");
});
