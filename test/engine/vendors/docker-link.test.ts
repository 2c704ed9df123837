import { describe, expect, test } from "vitest";
import type { Docker, DockerEvent } from "../../../src/engine/vendors/docker.ts";
import { DockerLink } from "../../../src/engine/vendors/docker-link.ts";
import type { FleetId } from "../../../src/model/ids.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { scriptedDocker } from "./scripted-docker.ts";

const absent = {
  kind: "docker-unreachable",
  endpoint: "unix:///x",
  reason: "absent",
  message: "Docker does not answer",
  hint: "start Docker",
} as const;

function scene({ isThere = true, survey = async () => {} }: { isThere?: boolean; survey?: () => Promise<void> } = {}) {
  const said: string[] = [];
  const followed: string[] = [];
  let tell: (event: DockerEvent) => void = () => {};
  const docker: Docker = scriptedDocker({
    version: async () =>
      isThere ? { ok: true, version: "1", apiVersion: "1.41", isLocal: true } : { ok: false, failure: absent },
    follow(label, listener) {
      followed.push(label);
      tell = listener;
      return () => said.push("unfollowed");
    },
    close: () => said.push("closed"),
  });
  let loads = 0;
  const link = new DockerLink({
    fleet: "0123456789ab" as FleetId,
    loaded: null,
    load: async () => {
      loads++;
      return docker;
    },
    changed: () => said.push("changed"),
    survey: async () => {
      said.push("survey");
      await survey();
    },
  });
  return { link, said, followed, docker, loads: () => loads, tell: (event: DockerEvent) => tell(event) };
}

describe("the link to Docker", () => {
  test("loads and asks nothing before something needs it, and both once", async () => {
    const { link, followed, loads } = scene();
    expect(link).toMatchObject({ isUp: false, failure: null, loaded: null });
    expect(loads()).toBe(0);
    expect(link.blockers()).toEqual([{ kind: "docker", detail: "being asked", isAsked: true }]);
    link.blockers();
    link.follow(() => {});
    await waitUntil("it is followed", () => followed.length > 0);
    expect(followed).toEqual(["dev.orchestra.fleet=0123456789ab"]);
    expect(loads()).toBe(1);
  });

  test("is up once all containers were looked at, and not before", async () => {
    const looked = Promise.withResolvers<void>();
    const { link, said, followed, tell } = scene({ survey: () => looked.promise });
    const heard: string[] = [];
    link.follow(({ kind }) => heard.push(kind));
    await waitUntil("it is followed", () => followed.length > 0);
    tell({ kind: "connected" });
    tell({ kind: "container", id: "x", action: "die", exitCode: 1 });
    await waitUntil("they are looked at", () => said.includes("survey"));
    expect(link.isUp).toBe(false);
    expect(heard).toEqual([]);
    looked.resolve();
    await waitUntil("it is up", () => heard.length === 2);
    expect(link.isUp).toBe(true);
    expect(heard).toEqual(["connected", "container"]);
    expect(link.blockers()).toEqual([]);
    expect(said).toEqual(["survey", "changed"]);
  });

  test("that is lost says why, and is up again when it answers", async () => {
    const { link, followed, tell } = scene({ isThere: false });
    link.connect();
    await waitUntil("it is followed", () => followed.length > 0);
    tell({ kind: "lost", detail: "ECONNREFUSED" });
    await waitUntil("it is down", () => link.failure !== null);
    expect(link.failure).toEqual(absent);
    expect(link.blockers()).toEqual([{ kind: "docker", detail: "Docker does not answer", hint: "start Docker" }]);
    tell({ kind: "connected" });
    await waitUntil("it is up", () => link.isUp);
    expect(link.failure).toBeNull();
  });

  test("that only its events have left says what those said", async () => {
    const { link, followed, tell } = scene();
    link.connect();
    await waitUntil("it is followed", () => followed.length > 0);
    tell({ kind: "lost", detail: "the stream ended" });
    await waitUntil("it is down", () => link.failure !== null);
    expect(link.failure).toMatchObject({
      kind: "docker-unreachable",
      reason: "lost",
      message: "docker unreachable: the stream ended",
    });
  });

  test("that is closed tells nobody anything any more", async () => {
    const { link, said, followed, tell } = scene();
    const heard: string[] = [];
    link.follow(({ kind }) => heard.push(kind));
    await waitUntil("it is followed", () => followed.length > 0);
    link.close();
    await waitUntil("it is closed", () => said.includes("closed"));
    tell({ kind: "connected" });
    await Promise.resolve();
    expect(said).toEqual(["unfollowed", "closed"]);
    expect(heard).toEqual([]);
  });

  test("that is closed while it is being loaded is not followed", async () => {
    const { link, said, followed } = scene();
    link.connect();
    link.close();
    await waitUntil("it is closed", () => said.includes("closed"));
    expect(followed).toEqual([]);
  });
});
