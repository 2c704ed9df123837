import { describe, expect, test } from "vitest";
import { LayerFold, type PullLine } from "../../../../src/engine/vendors/docker/layer-fold.ts";

const line = (status: string, current?: number, total?: number): PullLine => ({
  id: "a",
  status,
  progressDetail: { ...(current !== undefined && { current }), ...(total !== undefined && { total }) },
});

describe("the progress of a layer", () => {
  test.each([
    ["is waiting before its first byte", [line("Pulling fs layer"), line("Waiting")], "waiting", 0, null],
    ["counts bytes", [line("Pulling fs layer"), line("Downloading", 5, 10)], "downloading", 5, 10],
    [
      "has all its bytes once it is here",
      [line("Downloading", 5, 10), line("Download complete")],
      "downloading",
      10,
      10,
    ],
    ["counts again while it is unpacked", [line("Downloading", 5, 10), line("Extracting", 3, 10)], "extracting", 3, 10],
    ["is not misled by seconds", [line("Downloading", 9, 10), line("Extracting", 1)], "extracting", 9, 10],
    ["ends whole", [line("Downloading", 5, 10), line("Extracting", 3, 10), line("Pull complete")], "done", 10, 10],
    ["is done where it was here before", [line("Already exists")], "done", 0, null],
    ["begins anew after a failure", [line("Downloading", 5, 10), line("Retrying in 5 seconds")], "waiting", 0, 10],
  ] as const)("%s", (_title, lines, phase, bytes, total) => {
    const fold = new LayerFold();
    for (const told of lines) fold.push(told);
    expect(fold.layers).toEqual([{ id: "a", phase, bytes, total }]);
    expect(fold.isWhole).toBe(phase === "done");
  });

  test("keeps the order of the layers, and leaves out what is none", () => {
    const fold = new LayerFold();
    const said: PullLine[] = [
      { id: "1.0", status: "Pulling from app" },
      { id: "b", status: "Pulling fs layer" },
      { id: "a", status: "Pulling fs layer" },
      { id: "b", status: "Pull complete" },
      { status: "Digest: sha256:abc" },
    ];
    expect(said.map((told) => fold.push(told))).toEqual([false, true, true, true, false]);
    expect(fold.layers.map(({ id }) => id)).toEqual(["b", "a"]);
  });
});
