import { describe, expect, test } from "vitest";
import { findLeftovers } from "../../../src/cli/vendors/find-leftovers.ts";
import type { FleetBelongings } from "../../../src/cli/vendors/fleet-belongings.ts";
import type { ListedContainer } from "../../../src/engine/vendors/docker.ts";
import { kindLabel, replicaLabel, unitLabel } from "../../../src/engine/vendors/labels.ts";
import type { ContainerSpec } from "../../../src/model/container.ts";
import type { FleetSpec } from "../../../src/model/fleet.ts";
import type { FleetId } from "../../../src/model/ids.ts";

const id = "0123456789abcdef" as FleetId;
const prefix = "shop-012345";
const unnamed = "ab".repeat(32);

function fleet(vendors: Record<string, string[]>, services: string[] = []): FleetSpec {
  const container = (names: string[]): Partial<ContainerSpec> => ({
    mounts: names.map((name) => ({ kind: "volume", name, target: "/data", isReadOnly: false })),
  });
  return {
    id,
    name: "shop",
    vendors: Object.entries(vendors).map(([name, names]) => ({ name, container: container(names) })),
    services: services.map((name) => ({ name, container: null })),
  } as unknown as FleetSpec;
}

function container(unit: string, change: Partial<ListedContainer> & { kind?: string } = {}): ListedContainer {
  const { kind = "vendor", ...rest } = change;
  return {
    id: `id-${unit}`,
    name: `${prefix}-${unit}`,
    labels: { [unitLabel]: unit, [replicaLabel]: "1", [kindLabel]: kind },
    image: unit,
    imageId: `sha256:${unit}`,
    status: "running",
    statusText: "",
    createdAt: 0,
    command: "",
    published: [],
    ...rest,
  };
}

function belongings(change: Partial<FleetBelongings>): FleetBelongings {
  return { containers: [], images: [], networks: [], volumes: [], mounted: new Map(), busy: new Set(), ...change };
}

const namesOf = (spec: FleetSpec, has: Partial<FleetBelongings>): string[] =>
  findLeftovers(spec, belongings(has)).map(({ kind, name }) => `${kind} ${name}`);

describe("what a fleet has left over", () => {
  test.each<[string, FleetSpec, Partial<FleetBelongings>, string[]]>([
    ["nothing where there is nothing", fleet({}), {}, []],
    ["not a vendor that runs", fleet({ redis: [] }), { containers: [container("redis")] }, []],
    [
      "not a vendor that is stopped",
      fleet({ redis: [] }),
      { containers: [container("redis", { status: "exited" })] },
      [],
    ],
    [
      "a vendor that has left the config",
      fleet({}),
      { containers: [container("redis")] },
      [`container ${prefix}-redis`],
    ],
    [
      "a vendor that has become a service",
      fleet({}, ["redis"]),
      { containers: [container("redis")] },
      [`container ${prefix}-redis`],
    ],
    [
      "nothing that a daemon still looks after",
      fleet({}),
      { containers: [container("redis")], busy: new Set(["redis#1"]), networks: [{ name: "n" }] },
      [],
    ],
    ["not a replica that runs", fleet({}, ["api"]), { containers: [container("api", { kind: "service" })] }, []],
    [
      "a replica that does not run",
      fleet({}, ["api"]),
      { containers: [container("api", { kind: "service", status: "exited" })] },
      [`container ${prefix}-api`],
    ],
    [
      "the network where nothing else is left",
      fleet({}),
      { networks: [{ name: "orchestra-x" }] },
      ["network orchestra-x"],
    ],
    [
      "not the network of a container that stays, though it does not run",
      fleet({ redis: [] }),
      { containers: [container("redis", { status: "exited" })], networks: [{ name: "orchestra-x" }] },
      [],
    ],
    [
      "an image that a newer one has replaced, and not the newest, and not one that runs",
      fleet({}, ["api"]),
      {
        containers: [container("api", { kind: "service", imageId: "sha256:old" })],
        images: [
          { id: "sha256:new", tags: [`orchestra/${prefix}-api:3`] },
          { id: "sha256:between", tags: [`orchestra/${prefix}-api:2`] },
          { id: "sha256:old", tags: [`orchestra/${prefix}-api:1`] },
        ],
      },
      [`image orchestra/${prefix}-api:2`],
    ],
    [
      "every image of a service that is gone",
      fleet({}),
      { images: [{ id: "sha256:new", tags: [`orchestra/${prefix}-api:3`] }] },
      [`image orchestra/${prefix}-api:3`],
    ],
    [
      "a volume that the config does not name, and not one that it names",
      fleet({ redis: ["data"] }),
      { volumes: [{ name: `${prefix}-data` }, { name: `${prefix}-old` }] },
      [`volume ${prefix}-old`],
    ],
    [
      "not a volume that a container which stays has mounted",
      fleet({ redis: [] }),
      {
        containers: [container("redis")],
        mounted: new Map([["id-redis", [`${prefix}-old`]]]),
        volumes: [{ name: `${prefix}-old` }],
      },
      [],
    ],
    [
      "the volumes without a name of a container that goes",
      fleet({}),
      { containers: [container("redis")], mounted: new Map([["id-redis", [unnamed, "somebody-elses"]]]) },
      [`container ${prefix}-redis`, `volume ${unnamed}`],
    ],
  ])("is %s", (_, spec, has, expected) => {
    expect(namesOf(spec, has)).toEqual(expected);
  });
});
