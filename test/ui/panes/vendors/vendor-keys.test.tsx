import { describe, expect, test } from "vitest";
import type { ServiceSnapshot } from "../../../../src/model/service-snapshot.ts";
import { type DrawnDashboard, drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import {
  sampleFleet,
  sampleInspection,
  sampleLine,
  sampleService,
  sampleVendor,
} from "../../../helpers/fleet-samples.ts";

const services = [
  sampleService("api", { profiles: ["core"] }),
  sampleService("web", { profiles: ["core"] }),
  sampleService("job"),
];
const vendors = [sampleVendor("postgres"), sampleVendor("redis")];

function open(size: [number, number] = [120, 36], all: ServiceSnapshot[] = [...services, ...vendors]): DrawnDashboard {
  return drawDashboard(new FakeClient(sampleFleet(all)), { size });
}

/** What was asked of the engine, in short. */
function asked({ client }: DrawnDashboard): string[] {
  return client.commands.map(({ command }) =>
    "select" in command
      ? `${command.kind} ${command.select.names.join(" ")}`
      : `${command.kind} ${JSON.stringify(command)}`,
  );
}

const selected = ({ session }: DrawnDashboard) => session.frame().ui.selected;

describe.each<[size: [number, number]]>([[[120, 36]], [[80, 24]], [[60, 20]], [[200, 60]], [[40, 10]]])(
  "at %j the selection",
  (size) => {
    test("goes on from the last service to the vendors, and back", async () => {
      const dashboard = open(size);
      await dashboard.screen.until("shop");
      const path = (keys: string[]) =>
        keys.map((key) => {
          dashboard.session.press([key]);
          return selected(dashboard);
        });
      expect(path(["j", "j", "down", "j", "j"])).toEqual(["web", "job", "postgres", "redis", "redis"]);
      expect(path(["up", "k", "home", "end", "g", "G"])).toEqual(["postgres", "job", "api", "redis", "api", "redis"]);
      await dashboard.screen.until(/▸ ● redis/);
    });
  },
);

describe("a vendor that is selected", () => {
  test("has its log shown, by its name alone", async () => {
    const { client, screen, session } = open();
    client.log(sampleLine("postgres#1", "ready to accept connections"), sampleLine("api#1", "listening"));
    await screen.until("listening");
    session.press(["j", "j", "j"]);
    const text = await screen.until((shown) => !shown.includes("listening"));
    expect(text).toMatch(/All │ postgres/);
    expect(text).toMatch(/postgres +│ ready to accept connections/);
    expect(text).not.toContain("postgres#1");
  });

  test.each<[key: string, command: string]>([
    ["s", "start postgres"],
    ["x", "stop postgres"],
    ["X", "kill postgres"],
    ["r", "restart postgres"],
    ["p", "pause postgres"],
  ])("%s is about it", async (key, command) => {
    const dashboard = open();
    await dashboard.screen.until("postgres");
    dashboard.session.press(["j", "j", "j", key]);
    await expect.poll(() => asked(dashboard)).toEqual([command]);
  });

  test.each<[key: string, why: string]>([
    ["+", "postgres is a vendor, and cannot be scaled: two of one would be two stores with different data"],
    ["-", "postgres is a vendor, and cannot be scaled"],
    ["u", "postgres is a vendor: it has no sources that could be followed"],
    ["b", "postgres is a vendor: it has no sources that could be built anew"],
    ["B", "postgres is a vendor: it has no earlier program to go back to"],
  ])("%s says why not", async (key, why) => {
    const dashboard = open();
    await dashboard.screen.until("postgres");
    dashboard.session.press(["j", "j", "j", key]);
    await dashboard.screen.until(why);
    expect(asked(dashboard)).toEqual([]);
  });

  test("can be pinned, and has details", async () => {
    const dashboard = open();
    const { client, screen, session } = dashboard;
    client.inspections.set("postgres#1", sampleInspection("postgres#1", { processes: [], probes: [] }));
    await screen.until("postgres");
    session.press(["j", "j", "j", "i", "g"]);
    await screen.until(/All │ api │ postgres/);
    session.press(["G", "k", "enter"]);
    await screen.until("Details: postgres ");
    session.press(["r"]);
    await expect.poll(() => asked(dashboard)).toEqual(["restart postgres"]);
  });

  test("is pointed at in its pane, and the services are not", async () => {
    const { screen, session } = open();
    await screen.until("postgres");
    session.press(["G"]);
    const text = await screen.until(/▸ ● redis/);
    expect(text.match(/▸/g)).toHaveLength(1);
    session.press(["/", "r", "e", "d", "i"]);
    await screen.until("0 of 3");
    expect(screen.text()).toMatch(/Vendors ─+ 1 of 2/);
    expect(screen.text()).toMatch(/\/redi +1 vendor/);
  });
});

describe("marks", () => {
  test("are of the services, or of the vendors, and a question counts both", async () => {
    const dashboard = open();
    const { screen, session } = dashboard;
    await screen.until("postgres");
    session.press(["a", "x"]);
    await screen.until("Stop 3 services?");
    session.press(["esc", "esc", "G", "a", "x"]);
    await screen.until("Stop 2 vendors?");
    session.press(["esc", "g", "m", "x"]);
    await screen.until("Stop 1 service and 2 vendors?");
    session.press(["y"]);
    await expect.poll(() => asked(dashboard)).toEqual(["stop api postgres redis"]);
  });

  test("of both are scaled as far as that can be, and the rest is told", async () => {
    const dashboard = open();
    const { screen, session } = dashboard;
    await screen.until("postgres");
    session.press(["m", "G", "m", "+"]);
    await screen.until("redis is a vendor, and cannot be scaled");
    await expect.poll(() => asked(dashboard)).toEqual([expect.stringContaining('"service":"api"')]);
  });
});

describe("profiles", () => {
  test("have no vendors under them, and a verb on their header takes none", async () => {
    const dashboard = open();
    const { screen, session } = dashboard;
    await screen.until("postgres");
    session.press(["P"]);
    const text = await screen.until("other");
    expect(text).toMatch(/@core {2}2 services/);
    expect(text).toMatch(/other {2}1 service ·/);
    session.press(["G", "k", "k", "k"]);
    await screen.until(/▸ ▾ other/);
    session.press(["s"]);
    await expect.poll(() => asked(dashboard)).toEqual(["start job"]);
    session.press(["G", "h"]);
    await screen.until(/▸ ● redis/);
    expect(screen.text()).toContain("▾ other");
  });
});

describe("the mouse", () => {
  test.each<[size: [number, number]]>([[[120, 36]], [[80, 24]], [[60, 20]]])(
    "at %j a click selects a vendor",
    async (size) => {
      const dashboard = open(size);
      const { screen, session } = dashboard;
      const text = await screen.until("redis");
      const row = text.split("\n").findIndex((line) => line.includes("redis"));
      const column = (text.split("\n")[row] ?? "").indexOf("redis");
      session.mouse({ kind: "click", column, row });
      expect(selected(dashboard)).toBe("redis");
      session.mouse({ kind: "wheel-up", column, row });
      expect(selected(dashboard)).toBe("postgres");
      const apiRow = screen.rows().findIndex((line) => line.includes(" api "));
      session.mouse({ kind: "click", column: 5, row: apiRow });
      expect(selected(dashboard)).toBe("api");
    },
  );

  test("finds rows where they are in a list that is longer than its pane", async () => {
    const many = Array.from({ length: 40 }, (_, i) => sampleService(`service-${String(i).padStart(2, "0")}`));
    const dashboard = open([120, 30], [...many, ...vendors]);
    const { screen, session } = dashboard;
    await screen.until("service-05");
    session.press(["G"]);
    // What was seen of the services stays where it is.
    const text = await screen.until(/▸ ● redis/);
    const row = text.split("\n").findIndex((line) => line.includes("service-05"));
    session.mouse({ kind: "click", column: 8, row });
    expect(selected(dashboard)).toBe("service-05");
  });
});

test("stopping all does not wait for the vendors that are kept", async () => {
  const kept = sampleVendor("postgres", {}, { vendor: { image: "postgres:16", isOptional: false, isKept: true } });
  const { screen, session } = open([120, 36], [sampleService("api"), kept]);
  await screen.until("postgres");
  session.press(["ctrl-c"]);
  await screen.until("Stops every service, vendor and the daemon, but for postgres.");
  session.press(["enter"]);
  const text = await screen.until("Stopping: 1 left");
  expect(text).toMatch(/api#1/);
});
