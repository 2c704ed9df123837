import { describe, expect, test } from "vitest";
import { type GateInput, gateOf, unavailableVendors } from "../../src/engine/gate.ts";
import type { Failure } from "../../src/model/failure.ts";
import { replicaId } from "../../src/model/ids.ts";
import type { Blocker, UnitState } from "../../src/model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../../src/model/service-snapshot.ts";

function dependency(states: UnitState[], scale = states.length): ServiceSnapshot {
  return {
    name: "db",
    dir: "/f/db",
    command: "./db",
    wanted: "running",
    scale,
    oneshot: false,
    autostart: true,
    dependsOn: [],
    profiles: [],
    build: build("none"),
    replicas: states.map((state, i) => ({
      id: replicaId("db", i + 1),
      service: "db",
      index: i + 1,
      state,
      since: 0,
      generation: 1,
      ports: {},
      restarts: 0,
      failure: null,
      cause: { kind: "spawn" },
      startedAt: null,
      adopted: false,
      outputElsewhere: false,
    })),
  };
}

function build(status: BuildState["status"]): BuildState {
  const broken: Failure = { kind: "build-failed", command: "go build", exitCode: 1, output: [], message: "broken" };
  const failure = status === "failed" ? broken : null;
  return { status, since: 0, lastMs: null, failure };
}

function gate(change: Partial<GateInput>): string {
  const result = gateOf({
    dependsOn: [],
    services: () => undefined,
    build: build("none"),
    ignoresDependencies: false,
    strayBlockers: () => [],
    failsOnStrays: false,
    dockerBlockers: () => [],
    failsOnDocker: () => null,
    portBlockers: () => [],
    ...change,
  });
  if (result.kind === "closed") {
    return result.blockers.map(nameBlocker).join(", ");
  }
  return result.kind === "failed" ? `failed: ${result.failure.kind}` : "open";
}

const ready: UnitState = { phase: "ready", pid: 1 };
const starting: UnitState = { phase: "starting", pid: 1 };
const forking: UnitState = { phase: "starting", pid: null };

describe("dependencies", () => {
  test.each<["started" | "ready" | "completed", UnitState[], string]>([
    ["ready", [ready], "open"],
    ["ready", [starting], "db starting"],
    ["ready", [ready, starting], "db starting"],
    ["ready", [{ phase: "completed" }], "open"],
    ["started", [starting], "open"],
    ["started", [forking], "db starting"],
    ["started", [{ phase: "stopped" }], "db stopped"],
    ["completed", [{ phase: "completed" }], "open"],
    ["completed", [ready], "db ready"],
  ])("%s, of %o", (condition, states, expected) => {
    expect(gate({ dependsOn: [{ name: "db", condition }], services: () => dependency(states) })).toBe(expected);
  });

  test("a replica beyond the scale holds nobody back", () => {
    const services = () => dependency([ready, { phase: "stopping", pid: 1, exit: null, killAt: 0, next: "rest" }], 1);
    expect(gate({ dependsOn: [{ name: "db", condition: "ready" }], services })).toBe("open");
  });

  test("--no-deps passes over them", () => {
    expect(gate({ dependsOn: [{ name: "db", condition: "ready" }], ignoresDependencies: true })).toBe("open");
  });

  const docker: UnitState = { phase: "waiting", blockers: [{ kind: "docker", detail: "no such socket" }] };
  const asked: UnitState = {
    phase: "waiting",
    blockers: [{ kind: "docker", detail: "being asked", isAsked: true }],
  };
  const build: UnitState = { phase: "waiting", blockers: [{ kind: "build", status: "queued" }] };
  const refused: UnitState = { phase: "failed", failure: { kind: "out-of-memory", message: "" } };
  test.each<[string, UnitState, string]>([
    ["ready", ready, "open"],
    ["on its way up", starting, "db starting"],
    ["waiting for something that comes", build, "db waiting"],
    ["waiting for the first answer of Docker", asked, "db waiting"],
    ["not to be had without Docker", docker, "open"],
    ["failed for good", refused, "open"],
  ])("an optional vendor that is %s", (_, state, expected) => {
    const vendor = { image: "postgres:16", isOptional: true, isKept: false };
    const services = () => ({ ...dependency([state]), vendor });
    expect(gate({ dependsOn: [{ name: "db", condition: "ready" }], services })).toBe(expected);
    const isMissed = state === docker || state === refused;
    expect([...unavailableVendors({ services: [services()] })]).toEqual(isMissed ? ["db"] : []);
  });
});

describe("build and ports", () => {
  test("a build and a dependency are waited for side by side", () => {
    const input = {
      dependsOn: [{ name: "db", condition: "ready" as const }],
      services: () => dependency([starting]),
      build: build("building"),
    };
    expect(gate(input)).toBe("db starting, building");
  });

  test("a failed build fails the start", () => {
    expect(gate({ build: build("failed") })).toBe("failed: build-failed");
  });

  test("ports are looked at only once all else is there", () => {
    const portBlockers = () => [{ kind: "port" as const, port: 80, holder: null }];
    expect(gate({ build: build("ok"), portBlockers })).toBe("port 80");
    expect(gate({ build: build("queued"), portBlockers })).toBe("queued");
  });
});

function nameBlocker(blocker: Blocker): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} ${blocker.now}`;
    case "build":
      return blocker.status;
    case "port":
      return `port ${blocker.port}`;
    case "docker":
      return `docker: ${blocker.detail}`;
    case "endingStrays":
    case "strays":
      return `strays ${blocker.strays.map((stray) => stray.pid).join(" ")}`;
  }
}
