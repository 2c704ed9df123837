import { afterAll, beforeAll, expect, test } from "vitest";
import type { Docker, DockerEvent, LogPiece } from "../../../../src/engine/vendors/docker.ts";
import { loadDocker } from "../../../../src/engine/vendors/load-docker.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { type DockerEngine, startDockerEngine } from "../../../helpers/docker/docker-engine.ts";
import { bulkyLayers, startRegistry } from "../../../helpers/docker/registry.ts";
import { loadTestImages } from "../../../helpers/docker/test-images.ts";
import { handClock } from "../../../helpers/hand-clock.ts";
import { describeWith } from "../../../helpers/require.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";

describeWith("docker", "an engine that goes away", () => {
  let engine: DockerEngine;
  let docker: Docker;

  beforeAll(async () => {
    engine = await startDockerEngine({ isLiveRestore: true });
    await loadTestImages(engine.api, "busybox");
    docker = await loadDocker({ host: engine.host, env: { HOME: "/nonexistent" }, clock: systemClock });
  });
  afterAll(async () => {
    docker?.close();
    await engine?.dispose();
  });

  test("cuts the log short, which goes on by its time without loss or doubles once it is back", async () => {
    const command = ["sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done"];
    const id = await engine.api.run({ image: "busybox", command, labels: { "dev.test": "away" } });
    const heard: DockerEvent[] = [];
    const stop = docker.follow("dev.test", (event) => heard.push(event));
    const pieces: LogPiece[] = [];
    const read = (since: string, signal: AbortSignal) =>
      docker.logs(id, { since, follow: true, hasTty: false, signal }, (piece) => {
        // Those of the very moment that are known already.
        if (piece.time !== since || !pieces.some((known) => known.bytes.equals(piece.bytes))) pieces.push(piece);
      });
    const cut = read("", new AbortController().signal);
    await waitUntil("lines have come", () => pieces.length > 20);
    await engine.kill();
    expect(await cut).toMatchObject({ ok: false, failure: { kind: "docker-unreachable", reason: "lost" } });
    await waitUntil("it is lost", () => heard.at(-1)?.kind === "lost");
    expect(await docker.version()).toMatchObject({
      ok: false,
      failure: { kind: "docker-unreachable", reason: "absent" },
    });
    const before = pieces.length;
    await engine.start();
    await waitUntil("it is there again", () => heard.at(-1)?.kind === "connected", 20_000);
    const abort = new AbortController();
    const resumed = read(pieces.at(-1)?.time ?? "", abort.signal);
    await waitUntil("lines have come again", () => pieces.length > before + 20);
    abort.abort();
    expect(await resumed).toEqual({ ok: true });
    const lines = pieces.map(({ bytes }) => Number(bytes.toString()));
    expect(lines).toEqual(lines.map((_, index) => index + 1));
    stop();
    expect(await docker.remove(id)).toEqual({ ok: true });
  }, 60_000);

  test("while it hangs is lost, and answers again afterwards", async () => {
    const clock = handClock();
    const patient = await loadDocker({ host: engine.host, env: { HOME: "/nonexistent" }, clock });
    engine.freeze();
    try {
      const asked = patient.version();
      await waitUntil("it is asked", () => clock.timers() === 1);
      clock.advance(10_000);
      expect(await asked).toMatchObject({
        ok: false,
        failure: { reason: "lost", message: expect.stringContaining("has not answered for 10 s") },
      });
    } finally {
      engine.thaw();
    }
    expect(await patient.version()).toMatchObject({ ok: true });
    patient.close();
  });

  test("in the middle of a pull breaks it, and takes it up again afterwards", async () => {
    const registry = await startRegistry();
    try {
      const wish = { layers: bulkyLayers(1, 300_000), config: { Cmd: ["x"] } };
      const name = await registry.publish(engine.api, "away:1", wish);
      registry.network.limit(50_000);
      let hasBegun = false;
      const pull = () =>
        docker.pull(name, {
          signal: new AbortController().signal,
          onProgress: (layers) => {
            hasBegun ||= layers.some(({ bytes }) => bytes > 0);
          },
        });
      const broken = pull();
      await waitUntil("bytes have come", () => hasBegun);
      await engine.kill();
      expect(await broken).toMatchObject({ ok: false, failure: { kind: "image-unavailable", reason: "broken-pull" } });
      await engine.start();
      registry.network.limit(null);
      expect(await pull()).toEqual({ ok: true });
    } finally {
      await registry.stop();
    }
  }, 60_000);
});
