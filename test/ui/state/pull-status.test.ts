import { describe, expect, test } from "vitest";
import type { LayerProgress } from "../../../src/model/container.ts";
import { matchingServices } from "../../../src/ui/state/grid-filter.ts";
import { pullOf, pullText } from "../../../src/ui/state/pull-status.ts";
import { isAiling } from "../../../src/ui/state/service-status.ts";
import { bytesOf } from "../../../src/ui/text/amount.ts";
import { sampleContainer, sampleReplica, sampleService, sampleVendor } from "../../helpers/fleet-samples.ts";

const layer = (phase: LayerProgress["phase"], bytes: number, total: number | null): LayerProgress => ({
  id: "a1b2c3d4e5f6",
  phase,
  bytes,
  total,
});
const mega = 1_000_000;

describe("a pull", () => {
  test.each<[title: string, pull: LayerProgress[], text: string, percent: number | null, done: number]>([
    ["the registry has not answered", [], "", null, 0],
    ["no layer is begun", [layer("waiting", 0, null)], "", null, 0],
    [
      "the whole is not known yet",
      [layer("downloading", 34 * mega, 80 * mega), layer("waiting", 0, null)],
      "34.0 MB",
      null,
      0,
    ],
    [
      "the whole is known",
      [layer("downloading", 34 * mega, 80 * mega), layer("waiting", 0, 40 * mega)],
      "34/120 MB",
      28,
      0,
    ],
    [
      "what is unpacked has come, however far that is",
      [layer("extracting", 1, 20 * mega), layer("downloading", 10 * mega, 100 * mega)],
      "30/120 MB",
      25,
      0,
    ],
    [
      "a layer that was there before is nothing to wait for",
      [layer("done", 0, null), layer("downloading", 3 * mega, 6 * mega)],
      "3.0/6.0 MB",
      50,
      1,
    ],
    [
      "a layer that comes again begins at nothing",
      [layer("waiting", 0, 6 * mega), layer("done", 6 * mega, 6 * mega)],
      "6/12 MB",
      50,
      1,
    ],
    [
      "only unpacking is left",
      [layer("extracting", 1, 6 * mega), layer("done", 6 * mega, 6 * mega)],
      "unpacking 1/2",
      100,
      1,
    ],
  ])("%s", (_title, pull, text, percent, done) => {
    const status = pullOf({ container: sampleContainer("db", { pull }) });
    expect(status).toMatchObject({ percent, done, layers: pull.length });
    expect(status === null ? null : pullText(status)).toBe(text);
  });

  test("is none where nothing is being pulled", () => {
    expect(pullOf(null)).toBeNull();
    expect(pullOf(sampleReplica("api"))).toBeNull();
    expect(pullOf({ container: sampleContainer("db") })).toBeNull();
  });

  test.each<[bytes: number, total: number, text: string]>([
    [34 * mega, 120 * mega, "34/120 MB"],
    [400_000, 3_200_000, "0.4/3.2 MB"],
    [34 * mega, 1_200 * mega, "0.0/1.2 GB"],
    [100, 900, "100/900 B"],
  ])("of %d of %d bytes is %s", (bytes, total, text) => {
    expect(bytesOf(bytes, total)).toBe(text);
  });
});

describe("a container that is not well by its image's own check", () => {
  const sick = sampleVendor("db", { container: sampleContainer("db", { health: "unhealthy" }) });
  const pulling = sampleVendor("mq", {
    state: { phase: "starting", pid: null },
    container: sampleContainer("mq", { pull: [] }),
  });

  test("comes first, and is found by its words", () => {
    expect(isAiling(sick)).toBe(true);
    expect(isAiling(sampleVendor("db"))).toBe(false);
    const all = [sampleService("api"), sick, pulling];
    expect(matchingServices(all, "unh")).toEqual([sick]);
    expect(matchingServices(all, "pulling")).toEqual([pulling]);
    expect(matchingServices(all, "ready").map((s) => s.name)).toEqual(["api", "db"]);
  });
});
