import { beforeAll, onTestFinished, test } from "vitest";
import { rootLabel } from "../../src/engine/vendors/labels.ts";
import type { DockerEngine } from "../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../helpers/docker/test-images.ts";
import { keys } from "../helpers/real-terminal.ts";
import { describeWith } from "../helpers/require.ts";
import { tempFleet } from "../helpers/temp-fleet.ts";

const fleetFile = `
vendors:
  redis: {image: redis, ports: [6379], ready: {exec: redis-cli PING}}
  gone: {image: '127.0.0.1:1/gone:1', optional: true}
services:
  tick: {dir: tick, run: 'sh -c "echo redis is at $REDIS_PORT; sleep 600"', depends_on: {redis: ready}}
`;

describeWith("docker", "the dashboard over a real engine", () => {
  let docker: Pick<DockerEngine, "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis");
  }, 120_000);

  test("shows a vendor, its log, its container and its trouble, and takes keys for it", async () => {
    const fleet = tempFleet({ files: { "orchestra.yml": fleetFile, "tick/readme": "" } });
    const env = { DOCKER_HOST: docker.host };
    onTestFinished(async () => {
      await fleet.orchestra(["daemon", "stop"], { env });
      const label = encodeURIComponent(JSON.stringify({ label: [`${rootLabel}=${fleet.root}`] }));
      for (const kind of ["containers", "networks"]) {
        const path = kind === "containers" ? `/containers/json?all=true&filters=${label}` : `/${kind}?filters=${label}`;
        const found = await docker.api.ask<{ Id: string }[]>("GET", path);
        for (const { Id } of found) await docker.api.ask("DELETE", `/${kind}/${Id}?force=true&v=true`);
      }
    });
    const terminal = fleet.terminal([], { env, columns: 120, rows: 36 });
    await terminal.waitFor(/● redis +ready +:\d+ +redis/, { limitMs: 60_000 });
    await terminal.waitFor(/● tick +ready/);
    await terminal.waitFor(/tick#1 │ redis is at \d+/);

    terminal.press("/redi\r");
    await terminal.waitFor(/▸ ● redis/);
    await terminal.waitFor("Ready to accept connections");
    terminal.press("+");
    await terminal.waitFor("redis is a vendor, and cannot be scaled");
    terminal.press("\r");
    await terminal.waitFor("Details: redis");
    await terminal.waitFor(/127\.0\.0\.1:\d+ +is +6379\/tcp +inside/);
    terminal.press("x");
    await terminal.waitFor(/redis {2}stopped for/);
    terminal.press("s");
    await terminal.waitFor(/redis {2}ready for/, { limitMs: 20_000 });
    terminal.press(keys.escape);
    await terminal.waitFor("Vendors");

    // What was typed before is taken out again.
    terminal.press("/");
    await terminal.waitFor("enter take");
    terminal.press(`${keys.backspace.repeat(4)}gone\r`);
    await terminal.waitFor("gone: the registry of its image cannot be reached");
    await terminal.waitFor("gone is optional: what needs it goes on without it");
  }, 120_000);
});
