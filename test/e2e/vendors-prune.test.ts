import { beforeAll, expect, onTestFinished, test } from "vitest";
import { rootLabel } from "../../src/engine/vendors/labels.ts";
import { startAskedProxy } from "../helpers/docker/asked-proxy.ts";
import type { DockerEngine } from "../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../helpers/docker/test-images.ts";
import { describeWith } from "../helpers/require.ts";
import { type VendorFleet, vendorFleet } from "./vendor-fleet.ts";

describeWith("docker", "a prune of vendors", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "web", "busybox");
  }, 120_000);

  const fleetOf = (yaml: string): VendorFleet => vendorFleet(docker, yaml);

  test("leaves nothing over but for the data that nobody has agreed to lose", async () => {
    const fleet = fleetOf(
      "vendors: {web: {image: web}, old: {image: busybox, command: [sleep, '1000'], stop: {signal: SIGKILL}, volumes: ['data:/data']}}",
    );
    const other = fleetOf("vendors: {web: {image: web}}");
    expect((await fleet.run("start")).stderr).toMatch(/ready after/);
    expect((await other.run("start")).code).toBe(0);
    expect((await fleet.run("down")).code).toBe(0);
    fleet.write("orchestra.yml", "vendors: {web: {image: web}}");

    const dry = await fleet.run("vendors", "prune", "--dry-run");
    expect(dry.stdout).toMatch(/^container +\S+-old +it is not in the config any more\n$/);
    expect(dry.stderr).toMatch(/^would remove 1 container\n.*stays in\n {2}\S+-data\n/s);
    expect(await fleet.containers()).toHaveLength(2);

    const refused = await fleet.run("vendors", "prune", "--volumes");
    expect(refused.code).toBe(2);
    expect(await fleet.containers()).toHaveLength(2);
    const pruned = await fleet.run("vendors", "prune", "--volumes", "--yes");
    expect(pruned).toMatchObject({ code: 0, stderr: "removed 1 container and 1 volume\n" });
    expect(await fleet.containers()).toHaveLength(1);
    expect((await fleet.run("vendors", "prune")).stderr).toMatch(/^nothing to remove/);

    fleet.write("orchestra.yml", "vendors: {}");
    expect((await fleet.run("vendors", "prune")).stderr).toBe("removed 1 container and 1 network\n");
    expect(await fleet.containers()).toEqual([]);
    expect((await other.containers()).map(({ State }) => State)).toEqual(["running"]);
  });

  test("names who holds a volume that will not go, and removes what else is left over", async () => {
    const idle = (volumes: string) =>
      `{image: busybox, command: [sleep, '1000'], stop: {signal: SIGKILL}, volumes: [${volumes}]}`;
    const fleet = fleetOf(`vendors: {db: ${idle("'data:/data', 'spare:/spare'")}, old: ${idle("'old:/data'")}}`);
    expect((await fleet.run("start")).code).toBe(0);
    const volumes = async () => (await docker.api.volumes(`${rootLabel}=${fleet.root}`)).sort();
    const [data = "", old = "", spare = ""] = await volumes();
    expect([data, old, spare].map((name) => name.replace(/.*-/, ""))).toEqual(["data", "old", "spare"]);
    const keeper = `keeper-${data}`;
    const holder = await docker.api.run({
      name: keeper,
      image: "busybox",
      labels: { "dev.test.holds": data },
      command: ["sleep", "1000"],
      binds: [`${data}:/data`],
    });
    onTestFinished(() => docker.api.sweep(`dev.test.holds=${data}`));

    // Its daemon goes on with what it has started, whatever the config says since.
    fleet.write("orchestra.yml", "vendors: {}");
    const running = await fleet.run("vendors", "prune", "--volumes", "--yes");
    expect(running.code).toBe(0);
    expect(running.stderr).toContain(`volume ${old} stays: it is held by the container `);
    expect(running.stderr).toMatch(/ the container \S+-old \(running, old of this fleet\)$/m);
    const used = running.stderr.split("\n").find((line) => line.startsWith(`volume ${data} stays: it is held by `));
    expect(used).toContain(`the container ${keeper} (running, not of this fleet)`);
    expect(used).toMatch(/the container \S+-db \(running, db of this fleet\)/);
    expect(await volumes()).toEqual([data, old, spare]);
    expect((await fleet.containers()).map(({ State }) => State)).toEqual(["running", "running"]);

    expect((await fleet.run("down")).code).toBe(0);
    const held = `cannot remove volume ${data}: it is held by the container ${keeper} (running, not of this fleet); remove what holds it, then prune again\n`;
    const dry = await fleet.run("vendors", "prune", "--volumes", "--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: `${held}would remove 2 containers, 1 network and 2 volumes\n` });
    expect(dry.stdout).not.toContain(data);
    const pruned = await fleet.run("vendors", "prune", "--volumes", "--yes");
    expect(pruned).toMatchObject({ code: 1, stderr: `${held}removed 2 containers, 1 network and 2 volumes\n` });
    expect(await volumes()).toEqual([data]);
    expect(await fleet.containers()).toEqual([]);
    expect(await docker.api.ask("GET", `/containers/${holder}/json`)).toMatchObject({ State: { Running: true } });

    // One that does not run holds it too.
    await docker.api.ask("POST", `/containers/${holder}/kill`);
    await docker.api.ended(holder);
    const json = await fleet.run("vendors", "prune", "--volumes", "--yes", "--json");
    expect(json.code).toBe(1);
    const told = JSON.parse(json.stdout) as { removed: unknown[]; kept: unknown[]; failed: string[] };
    expect(told).toMatchObject({
      removed: [],
      kept: [],
      failed: [expect.stringContaining(`${keeper} (exited, not of`)],
    });
    await docker.api.ask("DELETE", `/containers/${holder}`);
    expect(await fleet.run("vendors", "prune", "--volumes", "--yes")).toMatchObject({
      code: 0,
      stderr: "removed 1 volume\n",
    });
  });

  test("names who has come to hold a volume in its middle", async () => {
    const fleet = fleetOf(
      "vendors: {old: {image: busybox, command: ['true'], oneshot: true, volumes: ['data:/data']}}",
    );
    expect((await fleet.run("start")).code).toBe(0);
    expect((await fleet.run("down")).code).toBe(0);
    const [data = ""] = await docker.api.volumes(`${rootLabel}=${fleet.root}`);
    fleet.write("orchestra.yml", "vendors: {}");
    const proxy = await startAskedProxy(docker.socket, fleet.path("proxy.sock"));
    onTestFinished(() => proxy.close());
    const late = `late-${data}`;
    let id = "";
    proxy.before = async (request) => {
      if (request !== `DELETE /volumes/${data}`) return;
      const labels = { "dev.test.holds": data };
      const binds = [`${data}:/data`];
      id = await docker.api.run({ name: late, image: "busybox", command: ["sleep", "1000"], labels, binds });
    };
    onTestFinished(() => docker.api.sweep(`dev.test.holds=${data}`));
    const args = ["vendors", "prune", "--volumes", "--yes"];
    const pruned = await fleet.orchestra(args, { env: { DOCKER_HOST: proxy.host } });
    expect(pruned.code).toBe(1);
    expect(pruned.stderr).toMatch(
      /^cannot remove volume \S+-data: it is held by the container late-\S+ \(running, not/,
    );
    expect(pruned.stderr).toMatch(/\nremoved 1 container and 1 network\n$/);
    expect(await docker.api.ask("GET", `/containers/${id}/json`)).toMatchObject({ State: { Running: true } });
  });
});
