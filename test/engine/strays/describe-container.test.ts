import { expect, test } from "vitest";
import { type ContainerRelation, describeContainer } from "../../../src/engine/strays/describe-container.ts";
import type { ListedContainer } from "../../../src/engine/vendors/docker.ts";
import { kindLabel, replicaLabel, unitLabel } from "../../../src/engine/vendors/labels.ts";

const plain: ContainerRelation = { isConfigured: true, isContainer: true, isVendor: false, scale: 2 };

function listed(index: number): ListedContainer {
  return {
    id: `4f${"0".repeat(62)}`,
    name: `shop-api-${index}`,
    labels: { [unitLabel]: "api", [replicaLabel]: String(index) },
    image: "orchestra/shop-api",
    imageId: "sha256:1",
    status: "running",
    statusText: "Up 2 hours (healthy)",
    createdAt: 0,
    command: "/api",
    published: [
      { inner: 80, hostPort: 8080 },
      { inner: 81, hostPort: 8080 },
    ],
  };
}

/** Why nobody looks after it, and what keeps it from being adopted. */
test.each<[string, Partial<ContainerRelation>, number, string, RegExp | null]>([
  ["that nobody wants", {}, 1, "nobody has asked for api", null],
  ["beyond the scale by one", {}, 3, "there are to be 2 of api", null],
  ["beyond the scale by more", {}, 4, "there are to be 2 of api", /number 4 of api, of which there are to be 2/],
  [
    "of a service that is gone",
    { isConfigured: false, scale: null },
    1,
    "api is not in the config any more",
    /config any more/,
  ],
  ["of a service that is a process", { isContainer: false }, 1, "api runs as a process now", /runs as a process now/],
  ["a second of a vendor", { isVendor: true, scale: 1 }, 2, "there are to be 1 of api", /there is one api/],
])("a container %s", (_title, change, index, reason, obstacle) => {
  const stray = describeContainer(listed(index), { pid: 12, startedAt: 99 }, { ...plain, ...change });
  expect(stray.evidence[1]).toBe(reason);
  if (obstacle === null) expect(stray.container?.obstacle).toBeNull();
  else expect(stray.container?.obstacle).toMatch(obstacle);
  expect(stray.evidence.at(-1)).toBe("its engine says: Up 2 hours (healthy)");
});

test("each run of a container is another stray, and its ports are told once", () => {
  const [first, second] = [1, 2].map((startedAt) => describeContainer(listed(1), { pid: 12, startedAt }, plain));
  expect(first?.id).not.toBe(second?.id);
  expect(first).toMatchObject({
    kind: "container",
    pid: 12,
    pids: [12],
    ports: [8080],
    command: "/api",
    standing: "asked",
  });
});

test("one whose engine does not tell its process has none", () => {
  expect(describeContainer(listed(1), { pid: 0, startedAt: 1 }, plain)).toMatchObject({ pid: 0, pids: [] });
});

test("a vendor has no number, also where the config has it no more", () => {
  const container = listed(1);
  const labels = { ...container.labels, [kindLabel]: "vendor" };
  const relation = { isConfigured: false, isContainer: false, isVendor: false, scale: null };
  const { evidence } = describeContainer({ ...container, labels }, { pid: 0, startedAt: 1 }, relation);
  expect(evidence[0]).toBe("carries the labels of this fleet's api, which is on no record");
});
