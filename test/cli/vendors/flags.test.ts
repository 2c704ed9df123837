import { describe, expect, test } from "vitest";
import { sampleFleet, sampleService, sampleVendor } from "../../helpers/fleet-samples.ts";
import { CliWorld } from "../cli-world.ts";

const files = { "orchestra.yml": "vendors: {redis: {image: redis}}\n", "api/service.yml": "run: ./api\n" };

function world(options: { hasDaemon?: boolean } = {}): CliWorld {
  return new CliWorld(sampleFleet([sampleService("api"), sampleVendor("redis")]), { files, ...options });
}

describe("the flags of a start", () => {
  test("say when images are fetched, and that services run in containers", async () => {
    const cli = world();
    cli.accept("api#1");
    expect(await cli.run("start", "api", "--in-containers", "--pull", "always")).toBe(0);
    expect(cli.client.commands[0]?.command).toMatchObject({ kind: "start", inContainers: true, pull: "always" });
  });

  test("say nothing where they are not given", async () => {
    const cli = world();
    cli.accept("api#1");
    expect(await cli.run("start", "api")).toBe(0);
    expect(cli.client.commands[0]?.command).not.toHaveProperty("inContainers");
    expect(cli.client.commands[0]?.command).not.toHaveProperty("pull");
  });

  test("go with --headless where there is no verb", async () => {
    const cli = world();
    expect(await cli.run("--pull", "never")).toBe(2);
    expect(cli.stderr).toContain("--pull goes with --headless");
    const headless = world();
    headless.accept("api#1");
    expect(await headless.run("--headless", "--until", "ready", "--in-containers", "--pull", "never")).toBe(0);
    expect(headless.client.commands[0]?.command).toMatchObject({ kind: "start", inContainers: true, pull: "never" });
  });
});

describe("vendors", () => {
  test("are those of the config, and nothing else", async () => {
    const service = world();
    expect(await service.run("vendors", "up", "api")).toBe(2);
    expect(service.stderr).toBe("api is a service, not a vendor\n  see it: orchestra ps\n");
    const typo = world();
    expect(await typo.run("vendors", "status", "redsi")).toBe(2);
    expect(typo.stderr).toBe('there is no vendor "redsi"\n  did you mean "redis"?\n');
  });

  test("are shown as their daemon knows them", async () => {
    const cli = world();
    expect(await cli.run("vendors")).toBe(0);
    expect(cli.stdout).toMatch(/^redis +ready/m);
    expect(cli.stdout).not.toMatch(/^api/m);
  });

  test("can do a few things, and one that is mistyped is guessed", async () => {
    const cli = world();
    expect(await cli.run("vendors", "purne")).toBe(2);
    expect(cli.stderr).toBe('vendors cannot "purne"\n  did you mean "orchestra vendors prune"?\n');
    for (const word of ["status", "up", "down", "pull", "logs", "prune", "exec"]) {
      const helped = world();
      expect(await helped.run("vendors", word, "--help")).toBe(0);
      expect(helped.stdout).toMatch(
        new RegExp(`^Usage: orchestra vendors ${word}[\\s\\S]*Examples?:\n {2}\\$ orchestra vendors`),
      );
    }
  });

  test("are stopped by their names alone", async () => {
    const cli = world();
    cli.accept("redis#1");
    const stopped = cli.run("vendors", "down");
    await cli.untilSent(1);
    expect(cli.client.commands[0]?.command).toEqual({ kind: "stop", select: { names: ["redis"], except: [] } });
    cli.change("redis#1", { state: { phase: "stopped" } });
    expect(await stopped).toBe(0);
    expect(cli.stderr).toMatch(/stopped redis in/);
  });

  test("are shown and stopped by a daemon that knows them, whatever the config has become", async () => {
    const broken = { ...files, "orchestra.yml": "vendors: [" };
    const cli = new CliWorld(sampleFleet([sampleService("api"), sampleVendor("redis")]), { files: broken });
    expect(await cli.run("vendors", "status", "redis")).toBe(0);
    expect(cli.stdout).toMatch(/^redis +ready/m);
    cli.accept("redis#1");
    const stopped = cli.run("vendors", "down", "redis");
    await cli.untilSent(1);
    cli.change("redis#1", { state: { phase: "stopped" } });
    expect(await stopped).toBe(0);
    expect(await cli.run("vendors", "pull")).toBe(2);
  });

  test("are pulled from nowhere where there are none", async () => {
    const cli = new CliWorld(sampleFleet([sampleService("api")]));
    expect(await cli.run("vendors", "pull")).toBe(0);
    expect(cli.stderr).toBe("there is no image to pull: the fleet has no vendors\n");
  });
});
