import { describe, expect, test } from "vitest";
import { ContainerStrays } from "../../../src/engine/strays/container-strays.ts";
import type { Docker, DockerEvent, ListedContainer } from "../../../src/engine/vendors/docker.ts";
import { DockerLink } from "../../../src/engine/vendors/docker-link.ts";
import { replicaLabel, unitLabel } from "../../../src/engine/vendors/labels.ts";
import type { FleetId } from "../../../src/model/ids.ts";
import { handClock } from "../../helpers/hand-clock.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { scriptedDocker } from "../vendors/scripted-docker.ts";

const fleet = "0123456789ab" as FleetId;

function listed(id: string, status: ListedContainer["status"] = "running", unit = "redis"): ListedContainer {
  return {
    id,
    name: `shop-${id}`,
    labels: { [unitLabel]: unit, [replicaLabel]: "1" },
    image: "redis",
    imageId: "sha256:1",
    status,
    statusText: "Up",
    createdAt: 0,
    command: "redis-server",
    published: [],
  };
}

/** An engine with these containers; each was started at the moment that its id ends with. */
function scene(containers: ListedContainer[], script: Partial<Docker> = {}) {
  const clock = handClock();
  const followed = Promise.withResolvers<(event: DockerEvent) => void>();
  let inspections = 0;
  let startedAtText = "";
  const docker = scriptedDocker({
    list: async () => ({ ok: true, containers }),
    async inspect(id) {
      inspections++;
      return { ok: true, state: { pid: 7, status: "running", startedAt: Number(id.at(-1)), startedAtText } as never };
    },
    follow(_label, listener) {
      followed.resolve(listener);
      return () => {};
    },
    ...script,
  });
  const link = new DockerLink({ fleet, loaded: null, load: async () => docker, changed() {}, survey: async () => {} });
  const ours = new Set<string>();
  const strays = new ContainerStrays({
    fleet,
    link,
    clock,
    isLookedAfter: (_service, _index, container) => ours.has(container),
    relation: () => ({ isConfigured: true, isContainer: true, isVendor: true, scale: 1 }),
  });
  const restart = (): void => {
    startedAtText = "later";
  };
  return { strays, clock, ours, restart, followed: followed.promise, inspections: () => inspections };
}

describe("strays among containers are", () => {
  test("those that run and nobody looks after, the oldest first", async () => {
    const { strays, ours } = scene([listed("c3"), listed("a1", "exited"), listed("b2"), listed("d4")]);
    ours.add("d4");
    const found = await strays.find(true);
    expect(found?.map(({ stray }) => stray.container?.name)).toEqual(["shop-b2", "shop-c3"]);
  });

  test("not looked for where nobody asks and their engine is not followed", async () => {
    const { strays } = scene([], { list: () => Promise.reject(new Error("nobody was to ask this")) });
    expect(await strays.find(false)).toBeNull();
  });

  test("not known where their engine refuses, or takes longer than three seconds", async () => {
    const message = "no such socket";
    const failure = { kind: "docker-unreachable", endpoint: "x", reason: "absent", message } as const;
    expect(await scene([], { list: async () => ({ ok: false, failure }) }).strays.find(true)).toBeNull();
    const { strays, clock } = scene([], { list: () => new Promise(() => {}) });
    const asked = strays.find(true);
    clock.advance(3_000);
    expect(await asked).toBeNull();
  });
});

describe("a stray container in hand", () => {
  async function held(containers = [listed("b2")]) {
    const made = scene(containers);
    const [candidate] = (await made.strays.find(true)) ?? [];
    const hold = candidate?.hold();
    if (hold == null) throw new Error("it was to be found");
    const ended: string[] = [];
    const letGo = hold.watch(() => ended.push("ended"));
    return { ...made, hold, ended, letGo, tell: await made.followed };
  }

  test("ends with its own death, which is told once", async () => {
    const { hold, ended, tell } = await held();
    tell({ kind: "container", id: "other", action: "die", exitCode: 0 });
    tell({ kind: "container", id: "b2", action: "die", exitCode: 0 });
    tell({ kind: "container", id: "b2", action: "destroy", exitCode: null });
    await waitUntil("it is heard", () => ended.length > 0);
    expect([ended, hold.isAlive()]).toEqual([["ended"], false]);
  });

  test("is gone where it runs anew after its engine was away, and is not where it runs on", async () => {
    const { hold, ended, tell, restart, inspections } = await held();
    const before = inspections();
    tell({ kind: "connected" });
    await waitUntil("it was looked at", () => inspections() > before);
    await Promise.resolve();
    expect([hold.isAlive(), ended]).toEqual([true, []]);
    restart();
    tell({ kind: "connected" });
    await waitUntil("its end is told", () => ended.length > 0);
    expect(hold.isAlive()).toBe(false);
  });

  test("is claimed once somebody looks after it", async () => {
    const { hold, ours } = await held();
    expect(hold.isClaimed()).toBe(false);
    ours.add("b2");
    expect(hold.isClaimed()).toBe(true);
  });
});
