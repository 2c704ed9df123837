import { once } from "node:events";
import { chmodSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import type { VendorsJson } from "../../src/cli/vendors/vendor-json.ts";
import { startDockerEngine } from "../helpers/docker/docker-engine.ts";
import { loadTestImages } from "../helpers/docker/test-images.ts";
import { describeWith } from "../helpers/require.ts";
import type { Outcome } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { withoutRights } from "../helpers/without-rights.ts";

//   api ──► db         needs Docker
//   web ──► cache      goes on without
const yaml = `
vendors:
  db: {image: redis, ports: [6379], ready: {exec: redis-cli PING}}
  cache: {image: redis, optional: true}
services:
  api: {dir: ., run: sleep 600, depends_on: [db]}
  web: {dir: ., run: sleep 600, depends_on: [cache]}
`;
const hint = "add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again)";

interface Denied extends TempFleet {
  run(...args: string[]): Promise<Outcome>;
  phases(): Promise<Record<string, string>>;
}

const under = withoutRights();

describe.skipIf(under === null)(
  `a socket of Docker's that may not be opened${under === null ? " (skipped: nothing here is closed to root)" : ""}`,
  () => {
    const fleetAt = (socket: (fleet: TempFleet) => string, config = yaml): Denied => {
      const fleet = tempFleet({ files: { "orchestra.yml": config }, under: under ?? [] });
      const env = { DOCKER_HOST: `unix://${socket(fleet)}` };
      const run = (...args: string[]): Promise<Outcome> => fleet.orchestra(args, { env });
      onTestFinished(async () => {
        await run("down");
        await run("daemon", "stop");
      });
      const phases = async (): Promise<Record<string, string>> => {
        const { services, vendors } = JSON.parse((await run("ps", "--json")).stdout) as PsJson;
        const replicas = services.flatMap(({ name, replicas }) => replicas.map(({ phase }) => [name, phase]));
        return Object.fromEntries([...replicas, ...vendors.map(({ name, phase }) => [name, phase])]);
      };
      return { ...fleet, run, phases };
    };

    /** Nobody who may not open it learns who listens there. */
    const shutSocket = async (path: string): Promise<void> => {
      const server = createServer((client) => client.destroy()).listen(path);
      onTestFinished(() => void server.close());
      await once(server, "listening");
      chmodSync(path, 0);
    };

    test("is told of by each verb, with what to do, and holds up what needs it alone", async () => {
      const fleet = fleetAt((own) => own.path("d.sock"));
      const socket = fleet.path("d.sock");
      await shutSocket(socket);
      const refusal = `Docker does not let us in at unix://${socket}: permission denied`;
      const refused = { code: 3, stdout: "", stderr: expect.stringContaining(`${refusal}\n  ${hint}`) };
      for (const verb of ["status", "up", "pull", "prune"])
        expect(await fleet.run("vendors", verb)).toMatchObject(refused);

      const started = await fleet.run("start", "--wait-timeout", "3s");
      expect(started.code).toBe(3);
      expect(started.stderr).toContain(`\n  db waiting for Docker: ${refusal}\n`);
      expect(started.stderr).toMatch(
        /\n {2}api#1 waiting for db .*\nadd yourself to the group.*, or set DOCKER_HOST\n$/,
      );
      expect(started.stderr).toMatch(/^web#1 +ready after/m);
      expect(await fleet.phases()).toEqual({ api: "waiting", web: "ready", db: "waiting", cache: "waiting" });

      const status = await fleet.run("vendors", "status");
      expect(status.code).toBe(0);
      expect(status.stdout).toContain(
        `\ndb waiting for Docker: ${refusal}\ncache waiting for Docker: ${refusal}\n${hint}`,
      );
      const { vendors } = JSON.parse((await fleet.run("vendors", "--json")).stdout) as VendorsJson;
      expect(vendors.map(({ remark }) => remark)).toEqual(Array(2).fill(`waiting for Docker: ${refusal}`));
      expect((await fleet.run("why", "api")).stdout).toMatch(
        /it needs db to be ready, which is waiting\n.*\n.*\n +Docker does not let us in .*\n {2}next: add yourself to the group/,
      );
      expect((await fleet.run("why", "web")).stdout).toMatch(/^web#1 is ready/);
      expect(await fleet.run("vendors", "exec", "db", "true")).toMatchObject({ code: 3, stdout: "" });
      const doctor = await fleet.run("doctor");
      expect(doctor.code).toBe(1);
      expect(doctor.stdout).toContain(`problem  docker      ${refusal} → ${hint}`);
    });

    test("ends a run that nobody looks at with 3, unless all that needs it is optional", async () => {
      const fleet = fleetAt((own) => own.path("d.sock"));
      await shutSocket(fleet.path("d.sock"));
      const broken = await fleet.run("--headless", "--until", "ready");
      expect(broken.code).toBe(3);
      expect(broken.stderr).toMatch(/^db failed: Docker does not let us in .*: permission denied$/m);
      expect(broken.stderr).toContain(`  ${hint}`);
      expect(broken.stderr).toMatch(/^api#1 cannot start: it needs db, which failed$/m);
      fleet.write("orchestra.yml", yaml.replace("redis-cli PING}}", "redis-cli PING}, optional: true}"));
      const fine = await fleet.run("--headless", "--until", "ready");
      expect(fine.code).toBe(0);
      expect(fine.stderr).toMatch(/ready after \S+: api and web; without db and cache, which are optional\n$/);
      const doctor = await fleet.run("doctor");
      expect(doctor.code).toBe(0);
      expect(doctor.stdout).toMatch(
        /^warning +docker +Docker does not let us in .* \(all that needs it is optional\) → add/m,
      );
    });

    describeWith("docker", "and then is", () => {
      test("lets what waited go on by itself, and a later run start", async () => {
        const docker = await startDockerEngine();
        onTestFinished(() => docker.dispose(), 60_000);
        await loadTestImages(docker.api, "redis");
        const fleet = fleetAt(() => docker.socket);
        chmodSync(docker.socket, 0);
        expect((await fleet.run("start", "--wait-timeout", "2s")).code).toBe(3);
        chmodSync(docker.socket, 0o600);
        expect(await fleet.run("wait", "db=ready", "api=ready", "cache=ready", "--timeout", "40s")).toMatchObject({
          code: 0,
        });
        expect(await fleet.phases()).toEqual({ api: "ready", web: "ready", db: "ready", cache: "ready" });
        expect((await fleet.run("why")).stdout).toMatch(/^all is well/);
        expect((await fleet.run("doctor")).stdout).toMatch(/^ok +docker +Docker \S+ \(API/m);
        expect((await fleet.run("down")).code).toBe(0);

        chmodSync(docker.socket, 0);
        expect((await fleet.run("--headless", "--until", "ready")).code).toBe(3);
        chmodSync(docker.socket, 0o600);
        expect((await fleet.run("start")).stderr).toMatch(/ready after \S+: db, api, cache and web\n$/);
      });
    });
  },
);
