import { expect, onTestFinished } from "vitest";
import type { VendorsJson } from "../../src/cli/vendors/vendor-json.ts";
import { rootLabel } from "../../src/engine/vendors/labels.ts";
import type { DockerEngine } from "../helpers/docker/docker-engine.ts";
import type { Outcome } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";

/** A fleet with vendors on the test run's engine; all that it has there is removed when the test is finished. */
export interface VendorFleet extends TempFleet {
  run(...args: string[]): Promise<Outcome>;
  vendors(): Promise<VendorsJson>;
  containers(): Promise<{ Id: string; State: string; Names: string[] }[]>;
}

/** Makes one, with this orchestra.yml and these files. */
export function vendorFleet(
  docker: Pick<DockerEngine, "host" | "api">,
  yaml: string,
  files: Record<string, string> = {},
): VendorFleet {
  const fleet = tempFleet({ files: { "orchestra.yml": yaml, ...files } });
  const env = { DOCKER_HOST: docker.host };
  const run = (...args: string[]): Promise<Outcome> => fleet.orchestra(args, { env });
  const byRoot = encodeURIComponent(JSON.stringify({ label: [`${rootLabel}=${fleet.root}`] }));
  const containers = () =>
    docker.api.ask<{ Id: string; State: string; Names: string[] }[]>(
      "GET",
      `/containers/json?all=true&filters=${byRoot}`,
    );
  onTestFinished(async () => {
    await run("daemon", "stop");
    await docker.api.sweep(`${rootLabel}=${fleet.root}`);
  });
  return {
    ...fleet,
    run,
    containers,
    async vendors() {
      const { code, stdout, stderr } = await run("vendors", "--json");
      expect([code, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout) as VendorsJson;
    },
  };
}
