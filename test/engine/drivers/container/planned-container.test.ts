import { describe, expect, test } from "vitest";
import { plainContainer } from "../../../../src/config/plain-container.ts";
import {
  carryVolumes,
  decideContainer,
  type PlanInput,
  planContainer,
} from "../../../../src/engine/drivers/container/planned-container.ts";
import type { ContainerPlan, ContainerState } from "../../../../src/engine/vendors/docker.ts";
import type { ContainerSpec } from "../../../../src/model/container.ts";
import type { FleetId } from "../../../../src/model/ids.ts";

const place = { fleet: "0123456789ab" as FleetId, fleetName: "My Shop", root: "/srv/shop", session: "s1" };
const vendor: PlanInput["service"]["vendor"] = {} as NonNullable<PlanInput["service"]["vendor"]>;
const container: ContainerSpec = {
  ...plainContainer,
  image: "postgres:16",
  inside: { main: { port: 5432, protocol: "tcp", hostIp: "127.0.0.1" } },
};
const hex = (digit: string): string => digit.repeat(64);

function input(change: Partial<Omit<PlanInput, "container">> & { container?: Partial<ContainerSpec> } = {}): PlanInput {
  return {
    service: { name: "postgres", stop: { signal: "SIGINT", graceMs: 1_000 }, vendor, scale: 1 },
    image: "postgres:16",
    index: 1,
    ports: { main: 15432 },
    env: { POSTGRES_DB: "shop" },
    ...change,
    container: { ...container, ...change.container },
  };
}

function state(change: Partial<ContainerState> = {}, from: PlanInput = input()): ContainerState {
  const { plan } = planContainer(from, place);
  return {
    id: hex("a"),
    name: plan.name,
    labels: plan.labels,
    status: "running",
    pid: 1,
    exitCode: 0,
    isOutOfMemory: false,
    startedAt: 1,
    startedAtText: "",
    finishedAtText: "",
    imageId: "sha256:1",
    image: plan.image,
    hasTty: false,
    health: "none",
    healthOutput: "",
    stopSignal: "",
    volumes: {},
    error: "",
    ...change,
  };
}

describe("the plan of a container", () => {
  test("of a vendor has the fleet's names, and its port where it is inside", () => {
    const { plan } = planContainer(input(), place);
    expect(plan).toMatchObject({
      name: "my-shop-012345-postgres",
      hostname: "postgres",
      network: "orchestra-0123456789ab",
      aliases: ["postgres", "postgres-1"],
      ports: [{ inner: 5432, protocol: "tcp", hostIp: "127.0.0.1", hostPort: 15432 }],
      env: { POSTGRES_DB: "shop" },
      extraHosts: { "host.docker.internal": "host-gateway" },
      stopSignal: "SIGINT",
    });
    expect(plan.labels).toMatchObject({
      "dev.orchestra.fleet": "0123456789ab",
      "dev.orchestra.root": "/srv/shop",
      "dev.orchestra.unit": "postgres",
      "dev.orchestra.replica": "1",
      "dev.orchestra.kind": "vendor",
      "dev.orchestra.session": "s1",
    });
  });

  test("of a service's second replica has a name of its own", () => {
    const { plan } = planContainer(
      input({ service: { ...input().service, vendor: null, name: "api" }, index: 2 }),
      place,
    );
    expect(plan).toMatchObject({ name: "my-shop-012345-api-2", hostname: "api-2", aliases: ["api-2"] });
    expect(plan.labels["dev.orchestra.kind"]).toBe("service");
  });

  test("publishes a port that nothing is said of under the same number inside", () => {
    const { plan } = planContainer(input({ ports: { web: 8080 }, container: { inside: {} } }), place);
    expect(plan.ports).toEqual([{ inner: 8080, protocol: "tcp", hostIp: "127.0.0.1", hostPort: 8080 }]);
  });

  test("names volumes after the fleet, and asks for them", () => {
    const { plan, volumes } = planContainer(
      input({
        container: {
          mounts: [
            { kind: "volume", name: "data", target: "/data", isReadOnly: false },
            { kind: "anonymous", target: "/x" },
          ],
        },
      }),
      place,
    );
    expect(volumes).toEqual(["my-shop-012345-data"]);
    expect(plan.mounts.map((mount) => ("name" in mount ? mount.name : mount.kind))).toEqual([
      "my-shop-012345-data",
      "anonymous",
    ]);
  });

  test("never lets a label of the config stand in for one of ours", () => {
    const { plan } = planContainer(
      input({ container: { labels: { "dev.orchestra.fleet": "other", team: "a" } } }),
      place,
    );
    expect(plan.labels).toMatchObject({ "dev.orchestra.fleet": "0123456789ab", team: "a" });
  });

  test("has the same hash for the same config in another order, another session and another generation", () => {
    const one = planContainer(input({ env: { A: "1", B: "2", ORCHESTRA_GENERATION: "1" } }), place);
    const two = planContainer(input({ env: { ORCHESTRA_GENERATION: "7", B: "2", A: "1" } }), {
      ...place,
      session: "s2",
    });
    expect(two.hash).toBe(one.hash);
  });
});

describe("what is done so that the container runs", () => {
  const planned = planContainer(input(), place);

  test.each<[string, ContainerState | null, string | null, ReturnType<typeof decideContainer>]>([
    ["none is there", null, "sha256:1", { kind: "create" }],
    ["it runs as it should", state(), "sha256:1", { kind: "adopt" }],
    ["it runs, and its tag has moved", state(), "sha256:2", { kind: "adopt" }],
    ["somebody has paused it", state({ status: "paused" }), "sha256:1", { kind: "adopt" }],
    ["it has ended", state({ status: "exited" }), "sha256:1", { kind: "start" }],
    ["its start was refused", state({ status: "created" }), "sha256:1", { kind: "start" }],
    ["it has ended, and its image is gone", state({ status: "exited" }), null, { kind: "start" }],
    [
      "it has ended, and its tag has moved",
      state({ status: "exited" }),
      "sha256:2",
      { kind: "recreate", changed: ["image (its tag has moved)"] },
    ],
    ["it is dead", state({ status: "dead" }), "sha256:1", { kind: "recreate", changed: [] }],
    ["it is being removed", state({ status: "removing" }), "sha256:1", { kind: "recreate", changed: [] }],
    ["its labels are no longer ours", state({ labels: {} }), "sha256:1", { kind: "recreate", changed: [] }],
    [
      "its keys are nonsense",
      state({ labels: { "dev.orchestra.config": "x", "dev.orchestra.keys": "null" } }),
      "sha256:1",
      { kind: "recreate", changed: [] },
    ],
  ])("where %s", (_, existing, imageId, step) => {
    expect(decideContainer(existing, planned, imageId)).toEqual(step);
  });

  test.each<[string, PlanInput, string[]]>([
    ["the image", input({ image: "postgres:17" }), ["image"]],
    ["the command", input({ container: { command: ["-c", "fsync=off"] } }), ["command"]],
    ["the entrypoint", input({ container: { entrypoint: ["sh"] } }), ["entrypoint"]],
    ["a variable", input({ env: { POSTGRES_DB: "other" } }), ["env.POSTGRES_DB"]],
    ["new and gone variables", input({ env: { A: "1" } }), ["env.A", "env.POSTGRES_DB"]],
    ["the port", input({ ports: { main: 15433 } }), ["ports"]],
    ["a mount", input({ container: { mounts: [{ kind: "tmpfs", target: "/run", sizeBytes: null }] } }), ["volumes"]],
    ["the user", input({ container: { user: "999" } }), ["user"]],
    ["shared memory", input({ container: { shmBytes: 1 } }), ["shm_size"]],
    ["a limit", input({ container: { ulimits: { nofile: { soft: 1, hard: 2 } } } }), ["ulimits.nofile"]],
    ["the init", input({ container: { init: true } }), ["init"]],
    ["a label", input({ container: { labels: { team: "a" } } }), ["labels.team"]],
    [
      "the stop signal",
      input({ service: { ...input().service, stop: { signal: "SIGTERM", graceMs: 1 } } }),
      ["stop.signal"],
    ],
  ])("a change of %s is named", (_, changed, keys) => {
    expect(decideContainer(state(), planContainer(changed, place), "sha256:1")).toEqual({
      kind: "recreate",
      changed: keys,
    });
  });

  test("a change of what shapes no container changes nothing", () => {
    const other = input({
      container: { pull: "always" },
      service: { ...input().service, stop: { signal: "SIGINT", graceMs: 9 } },
    });
    expect(decideContainer(state(), planContainer(other, place), "sha256:1")).toEqual({ kind: "adopt" });
  });

  test("a replica that has ended is made anew, since its environment says which generation it is", () => {
    const service = input({ service: { ...input().service, vendor: null } });
    expect(decideContainer(state({ status: "exited" }, service), planContainer(service, place), null)).toEqual({
      kind: "recreate",
      changed: [],
    });
  });
});

describe("a container that takes the place of another", () => {
  const plan = (mounts: ContainerPlan["mounts"]): ContainerPlan => ({ ...planContainer(input(), place).plan, mounts });

  test.each<[string, ContainerPlan["mounts"], Record<string, string>, ContainerPlan["mounts"]]>([
    ["no volume", [], {}, []],
    [
      "an anonymous volume of its config",
      [{ kind: "anonymous", target: "/data" }],
      { "/data": hex("b") },
      [{ kind: "volume", name: hex("b"), target: "/data", isReadOnly: false }],
    ],
    [
      "a volume that its image declares",
      [],
      { "/data": hex("b") },
      [{ kind: "volume", name: hex("b"), target: "/data", isReadOnly: false }],
    ],
    [
      "a new anonymous volume elsewhere",
      [{ kind: "anonymous", target: "/new" }],
      { "/data": hex("b") },
      [
        { kind: "anonymous", target: "/new" },
        { kind: "volume", name: hex("b"), target: "/data", isReadOnly: false },
      ],
    ],
    [
      "a named volume where an anonymous one was",
      [{ kind: "volume", name: "shop-data", target: "/data", isReadOnly: false }],
      { "/data": hex("b") },
      [{ kind: "volume", name: "shop-data", target: "/data", isReadOnly: false }],
    ],
    ["a named volume that is not wanted any more", [], { "/data": "shop-data" }, []],
    [
      "a folder of the machine where a volume was",
      [{ kind: "bind", source: "/srv", target: "/data", isReadOnly: true }],
      { "/data": hex("c") },
      [{ kind: "bind", source: "/srv", target: "/data", isReadOnly: true }],
    ],
  ])("with %s", (_, mounts, volumes, expected) => {
    expect(carryVolumes(plan(mounts), { volumes }).mounts).toEqual(expected);
  });
});
