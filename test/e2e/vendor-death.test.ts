import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import type { DockerEngine } from "../helpers/docker/docker-engine.ts";
import { removeFleet } from "../helpers/docker/remove-fleet.ts";
import { sharedDockerEngine } from "../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../helpers/docker/test-images.ts";
import { describeWith } from "../helpers/require.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { MortalFleet } from "./mortal-fleet.ts";

describeWith("docker", "after the daemon was killed", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "busybox", "floods");
  }, 120_000);

  function fleetOf(yaml: string): MortalFleet {
    const fleet = new MortalFleet(yaml, { DOCKER_HOST: docker.host });
    onTestFinished(async () => {
      await fleet.end();
      await removeFleet(docker.host, fleetIdOf(fleet.root));
    }, 30_000);
    return fleet;
  }

  function outputOf(fleet: MortalFleet, name: string): string {
    const folder = fleet.path(`.orchestra/logs/${name}/1`);
    const files = readdirSync(folder).filter((file) => file.endsWith(".log"));
    return files.map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("");
  }

  test("at random moments while a vendor prints, no line of it is lost or doubled, and it is not started anew", async () => {
    const loop = "i=0; while :; do i=$((i+1)); echo out $i; echo err $i >&2; echo -n .; usleep 1000; done";
    const fleet = fleetOf(`vendors: {counts: {image: busybox, init: true, command: [sh, -c, "${loop}"]}}\n`);
    await fleet.start();
    await fleet.untilPhase("ready", "counts#1");
    const { container } = await fleet.replica("counts#1");
    for (let round = 0; round < 6; round++) {
      const before = outputOf(fleet, "counts").length;
      await waitUntil("it is written on", () => outputOf(fleet, "counts").length > before);
      await sleep(Math.random() * 100);
      fleet.kill();
      await fleet.untilPhase("ready", "counts#1");
    }
    expect(await fleet.replica("counts#1")).toMatchObject({ generation: 1, container: { id: container?.id } });
    await fleet.stop();
    await fleet.untilPhase("stopped", "counts#1");
    const [ours, theirs] = [outputOf(fleet, "counts"), await docker.api.logs(container?.id ?? "")];
    expect(ours.length === theirs.length ? "" : differenceOf(ours, theirs)).toBe("");
    const all = ours.split("\n");
    // Stdout and stderr meet where Docker has them meet: between parts of a line.
    for (const word of ["out", "err"]) {
      const numbers = all.flatMap((line) => line.match(new RegExp(`${word} (\\d+)$`))?.[1] ?? []).map(Number);
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      expect(numbers.length).toBeGreaterThan(100);
    }
  }, 120_000);

  test("in the middle of a flood of long lines, all of it is there, and the daemon stays small", async () => {
    const env = "{LINES: '8', LINE_BYTES: '10000000'}";
    const fleet = fleetOf(
      `vendors: {floods: {image: floods, init: true, env: ${env}, ready: {log: done, timeout: 60s}}}\n`,
    );
    const size = (): number => {
      try {
        return outputOf(fleet, "floods").length;
      } catch {
        return 0;
      }
    };
    await fleet.start();
    await waitUntil("some of it is written", () => size() > 5_000_000, 60_000);
    const peaks = [peakMb(fleet)];
    fleet.kill();
    await fleet.untilPhase("ready", "floods#1");
    await waitUntil("all of it is written", () => size() >= 80_000_013, 60_000);
    peaks.push(peakMb(fleet));
    const text = outputOf(fleet, "floods");
    expect(text.length).toBe(80_000_013);
    expect(text.split("\n").map((line) => line.length)).toEqual([...Array<number>(8).fill(10_000_000), 4, 0]);
    for (const mb of peaks) expect(mb).toBeLessThan(300);
  }, 180_000);
});

/** Where two texts part, for whoever has to find out why. */
function differenceOf(ours: string, theirs: string): string {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at++;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `at ${at} of ${ours.length} and ${theirs.length}: ours ${around(ours)}, Docker's ${around(theirs)}`;
}

/** The most that the daemon has had in memory, in megabytes. */
function peakMb(fleet: MortalFleet): number {
  const status = readFileSync(`/proc/${fleet.daemonPid()}/status`, "utf8");
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}
