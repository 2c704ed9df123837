import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import type { DockerEngine } from "../helpers/docker/docker-engine.ts";
import { bulkyLayers, startDenyingRegistry, startRegistry } from "../helpers/docker/registry.ts";
import { sharedDockerEngine } from "../helpers/docker/shared-engine.ts";
import { loadTestImages, testImage } from "../helpers/docker/test-images.ts";
import { describeWith } from "../helpers/require.ts";
import { type VendorFleet, vendorFleet } from "./vendor-fleet.ts";

const redis = "redis: {image: redis, ports: [6379], ready: {exec: 'redis-cli PING'}}";

describeWith("docker", "vendors from the command line", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "redis", "web", "busybox");
  }, 120_000);

  const fleetOf = (yaml: string, files: Record<string, string> = {}): VendorFleet => vendorFleet(docker, yaml, files);

  test("start, are shown, run commands inside, stop with their data, and are never called by a number", async () => {
    const fleet = fleetOf(`vendors: {${redis}}`);
    const up = await fleet.run("vendors", "up");
    expect(up).toMatchObject({ code: 0, stdout: "" });
    expect(up.stderr).toMatch(/\nready after \S+: redis\n$/);
    expect(up.stderr).not.toContain("#1");
    expect((await fleet.run("vendors", "up", "redis")).stderr).toBe("already running: redis\n");

    const { vendors, daemon } = await fleet.vendors();
    expect(daemon).toBe(true);
    expect(vendors).toMatchObject([
      { name: "redis", phase: "ready", health: "none", image: "redis", imageMoved: false, restarts: 0, failure: null },
    ]);
    const table = await fleet.run("vendors", "status", "redis");
    expect(table.stdout).toMatch(
      /^NAME +STATE +HEALTH +IMAGE +PORTS +UP +RESTARTS.*\nredis +ready +– +redis +\d+ +\S+ +0/,
    );

    expect(await fleet.run("vendors", "exec", "redis", "redis-cli", "SET", "here", "yes")).toMatchObject({
      code: 0,
      stdout: "OK\n",
    });
    expect(await fleet.run("vendors", "exec", "redis", "sh", "-c", "echo out; echo err >&2; exit 7")).toMatchObject({
      code: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect((await fleet.run("vendors", "exec", "redis", "no-such-program")).code).toBe(127);
    const piped = await fleet.orchestra(["vendors", "exec", "redis", "sh", "-c", "cat; echo end"], {
      env: { DOCKER_HOST: docker.host },
      input: "typed\n",
    });
    expect(piped).toMatchObject({ code: 0, stdout: "typed\nend\n" });

    const logs = await fleet.run("vendors", "logs", "redis", "--grep", "Ready to accept");
    expect(logs.stdout).toMatch(/^redis [│┃] .*Ready to accept/m);
    expect((await fleet.run("why", "redis")).stdout).not.toContain("#1");
    expect((await fleet.run("ps")).stdout).toMatch(/^redis +ready/m);
    expect((await fleet.run("wait", "redis=ready")).code).toBe(0);
    const scaled = await fleet.run("scale", "redis=2");
    expect(scaled.code).not.toBe(0);
    expect(scaled.stderr).toMatch(/vendor/);

    const down = await fleet.run("vendors", "down");
    expect(down.stderr).toMatch(/stopped redis in \S+\n$/);
    expect(await fleet.run("vendors", "exec", "redis", "true")).toMatchObject({
      code: 1,
      stderr: "redis does not run\n  start it: orchestra vendors up redis\n",
    });
    expect((await fleet.run("start", "redis")).code).toBe(0);
    expect((await fleet.run("vendors", "exec", "redis", "redis-cli", "GET", "here")).stdout).toBe("yes\n");
    expect((await fleet.run("restart", "redis")).code).toBe(0);
    expect((await fleet.run("stop", "redis")).stderr).toMatch(/stopped redis in/);
  });

  test("that are kept go on without a daemon, are told of, and can be ended", async () => {
    const fleet = fleetOf("vendors: {web: {image: web, ports: [80], keep: true}}");
    expect((await fleet.run("start")).code).toBe(0);
    expect((await fleet.run("down")).code).toBe(0);
    expect((await fleet.containers()).map(({ State }) => State)).toEqual(["running"]);

    const shown = await fleet.run("ps");
    expect(shown.stdout).toMatch(/^web +container\S* +/m);
    const json = JSON.parse((await fleet.run("ps", "--json")).stdout) as PsJson;
    expect(json.vendors).toMatchObject([{ name: "web", image: "web", phase: "starting" }]);
    const { daemon, vendors } = await fleet.vendors();
    expect(daemon).toBe(false);
    expect(vendors).toMatchObject([{ name: "web", phase: null, state: "running" }]);
    expect(Object.values(vendors[0]?.ports ?? {})).toHaveLength(1);

    expect((await fleet.run("stop", "web")).stderr).toBe(
      `nothing runs in ${fleet.root} but what is kept: web\n  end it: orchestra vendors down\n`,
    );
    expect((await fleet.run("vendors", "down")).stderr).toMatch(/stopped web in/);
    expect((await fleet.containers()).map(({ State }) => State)).toEqual(["exited"]);
    expect((await fleet.run("down")).code).toBe(0);
    expect((await fleet.vendors()).vendors).toMatchObject([{ name: "web", state: "stopped" }]);
  });

  test("are pulled, and a registry that is not there, a tag that is not there and a refusal are three messages", async () => {
    const [registry, denying] = await Promise.all([startRegistry(), startDenyingRegistry()]);
    onTestFinished(async () => {
      await Promise.all([registry.stop(), denying.stop()]);
    });
    const image = await registry.publish(docker.api, "app:1", testImage("busybox"));
    onTestFinished(async () => {
      await docker.api.ask("DELETE", `/images/${image}?force=true`).catch(() => {});
    });
    const fleet = fleetOf(`vendors:
  good: {image: '${image}'}
  tagless: {image: '${registry.address}/app:2'}
  denied: {image: '${denying.address}/app:1'}
  lost: {image: '127.0.0.1:1/app:1'}`);
    const first = await fleet.run("vendors", "pull", "good");
    expect(first).toMatchObject({ code: 0, stdout: "" });
    expect(first.stderr).toMatch(/app:1 pulled in \S+\n$/);
    expect((await fleet.run("vendors", "pull", "good")).stderr).toMatch(/app:1 is the newest already\n$/);
    const all = await fleet.run("vendors", "pull", "--json");
    expect(all.code).toBe(1);
    const { images } = JSON.parse(all.stdout) as {
      images: { vendors: string[]; new: boolean; failure: { reason: string } | null }[];
    };
    expect(images.map(({ vendors, failure }) => [vendors[0], failure?.reason ?? null])).toEqual([
      ["good", null],
      ["tagless", "no-such-tag"],
      ["denied", "denied"],
      ["lost", "no-registry"],
    ]);
    expect(all.stderr).toMatch(/there is no image \S+app:2/);
    expect(all.stderr).toMatch(/may not pull/);
    expect(all.stderr).toMatch(/cannot be reached/);
    expect(all.stderr).toMatch(/not pulled: tagless, denied and lost\n$/);
  });

  test("that cannot be had for want of an engine end a headless run with 3, unless they are optional", async () => {
    const api = { "api/service.yml": "run: sleep 1000\n" };
    const fleet = fleetOf("vendors: {web: {image: web}}", api);
    const env = { DOCKER_HOST: `unix://${fleet.path("none.sock")}` };
    const broken = await fleet.orchestra(["--headless", "--until", "ready"], { env });
    expect(broken.code).toBe(3);
    expect(broken.stderr).toMatch(/^web failed: Docker does not answer/m);
    await fleet.orchestra(["daemon", "stop"], { env });
    fleet.write("orchestra.yml", "vendors: {web: {image: web, optional: true}}");
    const fine = await fleet.orchestra(["--headless", "--until", "ready"], { env });
    expect(fine.code).toBe(0);
    expect(await fleet.orchestra(["vendors", "up"], { env })).toMatchObject({ code: 3, stdout: "" });
    expect(await fleet.orchestra(["vendors", "exec", "web", "true"], { env })).toMatchObject({ code: 3 });
    await fleet.orchestra(["daemon", "stop"], { env });
  });

  test("that are missing are not pulled where that is not wanted", async () => {
    const fleet = fleetOf("vendors: {gone: {image: '127.0.0.1:1/gone:1'}}");
    const started = await fleet.run("start", "--pull", "never");
    expect(started.code).toBe(1);
    expect(started.stderr).toContain(
      "gone failed: the image 127.0.0.1:1/gone:1 is not on this machine, and is not to be pulled",
    );
    expect((await fleet.run("start", "--pull", "sometimes")).code).toBe(2);
  });

  test("are looked at by the doctor", async () => {
    const fleet = fleetOf(`vendors: {${redis}, gone: {image: '127.0.0.1:1/gone:1'}}`);
    const told = await fleet.run("doctor");
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^ok +config +0 services and 2 vendors$/m);
    expect(told.stdout).toMatch(/^ok +docker +Docker \S+ \(API/m);
    expect(told.stdout).toMatch(
      /^problem +images +127.0.0.1:1\/gone:1 is not on this machine, and 127.0.0.1:1 does not answer/m,
    );
    expect(told.stderr).toMatch(/1 problem/);
    expect(await fleet.orchestra(["daemon", "status"])).toMatchObject({ stdout: `no daemon runs for ${fleet.root}\n` });
    const without = await fleet.orchestra(["doctor", "--json"], {
      env: { DOCKER_HOST: `unix://${fleet.path("none.sock")}` },
    });
    const { ok, checks } = JSON.parse(without.stdout) as { ok: boolean; checks: { name: string; level: string }[] };
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === "docker")?.level).toBe("problem");
  });

  test("give a command inside a terminal of its own where there is one, as large as that", async () => {
    const fleet = fleetOf("vendors: {web: {image: web}}");
    expect((await fleet.run("vendors", "up")).code).toBe(0);
    const env = { DOCKER_HOST: docker.host };
    const terminal = fleet.terminal(["vendors", "exec", "web", "sh"], { env, columns: 90, rows: 20 });
    await terminal.waitFor("#");
    // Its size comes to it a moment after its start.
    terminal.press("while test \"$(stty size)\" != '20 90'; do usleep 20000; done; test -t 0 && echo a-'terminal'\r");
    await terminal.waitFor("a-terminal");
    terminal.resize(100, 30);
    terminal.press("while test \"$(stty size)\" != '30 100'; do usleep 20000; done; echo fits-'now'\r");
    await terminal.waitFor("fits-now");
    terminal.press("exit 5\r");
    expect(await terminal.exited).toMatchObject({ code: 5 });
  });

  test("tell a headless run how far their pull is, and go on with the newest image after a restart", async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const wish = testImage("busybox");
    const image = await registry.publish(docker.api, "slow:1", { ...wish, layers: bulkyLayers(2, 3_000_000) });
    onTestFinished(async () => {
      await docker.api.ask("DELETE", `/images/${image}?force=true`).catch(() => {});
    });
    registry.network.limit(1_000_000);
    const fleet = fleetOf(`vendors: {slow: {image: '${image}', command: [sleep, '1000'], stop: {signal: SIGKILL}}}`);
    const run = await fleet.run("--headless", "--until", "ready");
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^slow ── pulling \S+slow:1$/m);
    expect(run.stdout).toMatch(/^slow ── pulling \S+slow:1: \d+\.\d MB.*, \d of \d layers$/m);
    expect(run.stdout.match(/pulling/g)?.length).toBeLessThan(8);

    registry.network.limit(100_000_000);
    await registry.publish(docker.api, "slow:1", { ...wish, layers: bulkyLayers(1, 1000) });
    expect((await fleet.run("vendors", "pull")).stderr).toMatch(/slow:1 pulled in/);
    expect((await fleet.run("restart", "slow")).stderr).toMatch(
      /^slow +made anew, with its volumes: image \(its tag has moved\)/m,
    );
  });

  test("that wait for an engine until the time is up end a start with 3", async () => {
    const fleet = fleetOf("vendors: {web: {image: web}}");
    const env = { DOCKER_HOST: `unix://${fleet.path("none.sock")}` };
    const started = await fleet.orchestra(["start", "--wait-timeout", "1s"], { env });
    expect(started.code).toBe(3);
    expect(started.stderr).toMatch(/^ {2}web waiting for Docker: /m);
    await fleet.orchestra(["daemon", "stop"], { env });
  });

  describeWith("go", "with services in containers too", () => {
    test("share a start, and are told apart", async () => {
      const main = `package main

import (
	"net/http"
	"os"
)

func main() { http.ListenAndServe(":"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("inside")) })) }
`;
      const fleet = fleetOf("vendors: {web: {image: web}}", {
        "api/go.mod": "module api\n\ngo 1.21\n",
        "api/main.go": main,
        "api/service.yml": "port: auto\nready: {http: /}\ndepends_on: [web]\n",
      });
      const started = await fleet.run("start", "--in-containers");
      expect(started.stderr).toMatch(/ready after \S+: web and api\n$/);
      expect((await fleet.containers()).map(({ State }) => State)).toEqual(["running", "running"]);
      const json = JSON.parse((await fleet.run("ps", "--json")).stdout) as PsJson;
      const port = json.services[0]?.replicas[0]?.port;
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("inside");
      expect((await fleet.vendors()).vendors.map(({ name }) => name)).toEqual(["web"]);
      expect((await fleet.run("down")).stderr).toMatch(/stopped api and web in/);
      const pruned = await fleet.run("vendors", "prune");
      expect(pruned.stdout).toMatch(/^container +\S+-api-1 +it does not run, and is made anew at a start$/m);
      expect(await fleet.containers()).toHaveLength(1);
    });
  });

  test("that nobody has on record are strays: listed without a daemon, and stopped by their name", async () => {
    const fleet = fleetOf(`vendors: {${redis}}`);
    expect((await fleet.run("start")).code).toBe(0);
    const [container] = await fleet.containers();
    const name = container?.Names[0]?.slice(1) ?? "";
    await fleet.run("daemon", "stop");
    expect(await fleet.run("strays")).toMatchObject({ code: 0, stdout: "" });
    await docker.api.ask("POST", `/containers/${container?.Id}/start`);
    rmSync(join(fleet.root, ".orchestra"), { recursive: true });
    const listed = await fleet.run("strays");
    expect(listed.stdout).toMatch(new RegExp(`^container ${name}  redis  started .* ago  waits for you\n`));
    expect(listed.stdout).toContain("which is on no record");
    expect(listed.stderr).toContain(`orchestra strays adopt ${name}`);
    const json = JSON.parse((await fleet.run("strays", "--json")).stdout) as { strays: unknown[] };
    expect(json.strays).toMatchObject([
      { kind: "container", service: "redis", container: { id: container?.Id, name } },
    ]);
    expect((await fleet.run("strays", "stop", name)).stderr).toContain(`stopped container ${name} (redis)`);
    expect(await fleet.containers()).toMatchObject([{ Id: container?.Id, State: "exited" }]);
    expect((await fleet.run("strays")).stderr).toMatch(/^no strays/);
  }, 60_000);
});
