import { describe, expect, test } from "vitest";
import type { RerunState, ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { initialUiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleService } from "../../helpers/fleet-samples.ts";
import { around, uiDriver } from "./drive-ui.ts";

const rerun: RerunState = { isOn: true, withTests: false, trouble: null, canGoBack: true };

function follower(name: string, change: Partial<RerunState> = {}): ServiceSnapshot {
  return sampleService(name, { rerun: { ...rerun, ...change } });
}

function driver(...services: ServiceSnapshot[]) {
  const { run, press } = uiDriver(around(sampleFleet(services)));
  const opened = run(initialUiState, [{ kind: "fleetChanged" }]).state;
  return (...ids: Parameters<typeof press>[1]) => press(opened, ids);
}

const select = (...names: string[]) => ({ names, except: [] });

describe("rerun on and off", () => {
  test("is turned for the selected service, and said", () => {
    const { effects } = driver(follower("api"), follower("web"))("rerun-toggle");
    expect(effects).toEqual([
      { kind: "say", level: "info", text: "rerun off for api" },
      { kind: "send", command: { kind: "rerun", select: select("api"), to: "off" }, label: "rerun off for api" },
    ]);
  });

  test("of several goes off where one of them is on, and takes the marks away", () => {
    const { state, effects } = driver(follower("api", { isOn: false }), follower("web"))(
      "mark",
      "mark",
      "rerun-toggle",
    );
    expect(effects.at(-1)).toMatchObject({ command: { select: select("api", "web"), to: "off" } });
    expect(state.grid.marked).toEqual([]);
  });

  test("of all is one command for whatever there is", () => {
    const off = driver(follower("api", { isOn: false }), sampleService("plain"));
    expect(off("rerun-toggle-all").effects.at(-1)).toMatchObject({ command: { select: select(), to: "on" } });
    expect(off("rerun-toggle-all").effects[0]).toMatchObject({ text: "rerun on for all services" });
  });

  test("of a service without sources is told to be impossible, and not asked for", () => {
    const { effects } = driver(sampleService("plain"))("rerun-toggle");
    expect(effects).toEqual([{ kind: "say", level: "warning", text: "plain has no sources that could be followed" }]);
  });

  test("is about the service of the open details", () => {
    const { effects } = driver(follower("api"), follower("web"))("select-down", "details", "rerun-toggle");
    expect(effects.at(-1)).toMatchObject({ command: { select: select("web") } });
  });
});

describe("rerun now", () => {
  test("asks nothing, even for several", () => {
    const { effects } = driver(follower("api"), follower("web"), sampleService("plain"))("mark-all", "rerun-now");
    expect(effects).toEqual([
      { kind: "send", command: { kind: "rerun", select: select("api", "web"), to: "now" }, label: "rerun 2 services" },
    ]);
  });
});

describe("going back", () => {
  test("is one key for one service", () => {
    const { effects } = driver(follower("api"))("go-back");
    expect(effects).toEqual([
      { kind: "send", command: { kind: "goBack", select: select("api") }, label: "go back with api" },
    ]);
  });

  test("asks first for several, and takes those alone that have somewhere to go", () => {
    const press = driver(follower("api"), follower("web", { canGoBack: false }), follower("zed"));
    expect(press("mark-all", "go-back").state.dialog).toMatchObject({ kind: "confirm", names: ["api", "zed"] });
    expect(press("mark-all", "go-back", "confirm-yes").effects).toMatchObject([
      { command: { kind: "goBack", select: select("api", "zed") } },
    ]);
  });

  test("says so where nothing is kept", () => {
    const { effects } = driver(follower("api", { canGoBack: false }))("go-back");
    expect(effects).toEqual([{ kind: "say", level: "warning", text: "api has no earlier program to go back to" }]);
  });
});
