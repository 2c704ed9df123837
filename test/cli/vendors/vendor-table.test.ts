import { describe, expect, test } from "vitest";
import { toVendorsJson } from "../../../src/cli/vendors/vendor-json.ts";
import { statusOfContainer, statusOfView } from "../../../src/cli/vendors/vendor-status.ts";
import { formatVendors } from "../../../src/cli/vendors/vendor-table.ts";
import type { ContainerState } from "../../../src/engine/vendors/docker.ts";
import { type VendorView, vendorsOf } from "../../../src/model/snapshot.ts";
import { sampleContainer, sampleFleet, sampleVendor } from "../../helpers/fleet-samples.ts";

const now = 1_800_000_000_000;

function view(...args: Parameters<typeof sampleVendor>): VendorView {
  const [vendor] = vendorsOf(sampleFleet([sampleVendor(...args)]));
  if (vendor === undefined) throw new Error("no vendor");
  return vendor;
}

describe("the table of vendors", () => {
  test("says what state each is in, what it takes, and what needs more words", () => {
    const vendors = [
      statusOfView(
        view("postgres", {
          startedAt: now - 120_000,
          ports: { postgres: 5432 },
          container: sampleContainer("postgres", { health: "healthy", isImageMoved: true, image: "postgres:16" }),
        }),
        { cpu: 0.031, memoryBytes: 48_200_000, processes: 6 },
        now,
      ),
      statusOfView(
        view("redis", {
          state: { phase: "waiting", blockers: [{ kind: "docker", detail: "no such socket", hint: "start Docker" }] },
          ports: {},
          container: sampleContainer("redis", { image: "redis:7", id: null }),
        }),
        null,
        now,
      ),
    ];
    expect(formatVendors(vendors, now, { hasColor: false })).toBe(
      [
        "NAME      STATE    HEALTH   IMAGE                PORTS  UP  RESTARTS  CPU  MEM",
        "postgres  ready    healthy  postgres:16 (moved)  5432   2m  0         3%   48.2 MB",
        "redis     waiting  –        redis:7              –      –   0         –    –",
        "",
        "postgres runs an older postgres:16; to run the new one: orchestra restart postgres",
        "redis waiting for Docker: no such socket",
        "start Docker",
        "",
      ].join("\n"),
    );
  });

  test("says what an engine tells where no daemon runs", () => {
    const redis = { name: "redis", container: { image: "redis:7" } };
    const state = {
      id: "abc",
      name: "shop-redis",
      image: "redis:7",
      imageId: "sha256:1",
      status: "exited",
      health: "unhealthy",
      startedAt: now,
    } as ContainerState;
    const told = { imageId: "sha256:1", ports: {}, usage: null };
    expect(statusOfContainer(redis, { ...told, state: null })).toMatchObject({
      state: "no container",
      container: null,
    });
    expect(statusOfContainer(redis, { ...told, state })).toMatchObject({
      state: "stopped",
      health: "none",
      upSince: null,
    });
    const running = statusOfContainer(redis, { ...told, state: { ...state, status: "running" }, imageId: "sha256:2" });
    expect(running).toMatchObject({ state: "running", health: "unhealthy", isImageMoved: true, upSince: now });
    expect(toVendorsJson({ name: "shop", root: "/shop", hasDaemon: false }, [running])).toEqual({
      fleet: "shop",
      root: "/shop",
      daemon: false,
      vendors: [
        {
          name: "redis",
          phase: null,
          state: "running",
          health: "unhealthy",
          image: "redis:7",
          imageMoved: true,
          ports: {},
          startedAt: new Date(now).toISOString(),
          restarts: null,
          container: { id: "abc", name: "shop-redis" },
          usage: null,
          failure: null,
          remark: null,
        },
      ],
    });
  });
});
