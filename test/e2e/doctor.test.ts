import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { tempFleet } from "../helpers/temp-fleet.ts";

describe("the doctor of a fleet without containers", () => {
  test("finds nothing wrong where nothing is, asks no engine, and starts nothing", async () => {
    const fleet = tempFleet({ files: { "api/service.yml": "run: node -e 1\n" } });
    const told = await fleet.orchestra(["doctor"], { env: { DOCKER_HOST: "unix:///nowhere" } });
    expect(told.stdout).toMatch(/^ok +config +1 service$/m);
    expect(told.stdout).toMatch(/^ok +programs +node: there$/m);
    expect(told.stdout).not.toContain("docker");
    expect(told.code).toBe(0);
    expect((await fleet.orchestra(["daemon", "status"])).stdout).toBe(`no daemon runs for ${fleet.root}\n`);
  });

  test("names who has a port, a program that is missing and a mistake of the config, and ends with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const files = { "api/service.yml": `run: no-such-program --now\nport: ${port}\n` };
    const fleet = tempFleet({ files });
    const told = await fleet.orchestra(["doctor"]);
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^problem +programs +there is no no-such-program in PATH, which api is run with → /m);
    expect(told.stdout).toMatch(
      new RegExp(`^problem +ports +${port} of api is taken by pid ${process.pid} .* → end it: kill`, "m"),
    );
    expect(told.stderr).toMatch(/^2 problems/);

    fleet.write("orchestra.yml", "servises: {}\n");
    const broken = await fleet.orchestra(["doctor", "--json"]);
    expect(broken.code).toBe(1);
    const { ok, checks } = JSON.parse(broken.stdout) as { ok: boolean; checks: { name: string; level: string }[] };
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === "config")?.level).toBe("problem");
  });
});
