import { expect, test } from "vitest";
import { defaultService } from "../../../src/config/default-service.ts";
import { affectedByConfig } from "../../../src/engine/rerun/config-change.ts";
import type { FleetSpec } from "../../../src/model/fleet.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";
import { sampleSpec } from "./sample-spec.ts";

const api = defaultService("api", "/f/api", "/f/api/service.yml");
const web = defaultService("web", "/f/web", "/f/web/service.yml");
const fleet = (change: Partial<FleetSpec> = {}): FleetSpec => sampleSpec({ services: [api, web], ...change });
const withApi = (change: Partial<ServiceSpec>): FleetSpec => fleet({ services: [{ ...api, ...change }, web] });

test.each<[string, FleetSpec, string[]]>([
  ["nothing", fleet(), []],
  ["its environment", withApi({ env: { A: "b" } }), ["api"]],
  ["its env file", withApi({ envFiles: [{ path: "/f/api/.env", values: { A: "b" } }] }), ["api"]],
  ["its command", withApi({ run: { kind: "command", command: "node x.js" } }), ["api"]],
  ["its build", withApi({ build: { kind: "command", command: "make" } }), ["api"]],
  ["its ports", withApi({ ports: [{ name: "http", source: { kind: "auto" } }] }), ["api"]],
  ["its scale, which is heeded as it stands", withApi({ scale: 3 }), []],
  [
    "its grace period, its policy, what it depends on",
    withApi({
      stop: { signal: "SIGINT", graceMs: 1 },
      restart: "never",
      dependsOn: [{ name: "web", condition: "ready" }],
    }),
    [],
  ],
  ["what is watched", withApi({ watch: { paths: ["/f"], packages: [], ignore: [], debounceMs: 1 } }), []],
  ["the fleet's environment", fleet({ env: { A: "b" } }), ["api", "web"]],
  [
    "a command's environment",
    fleet({ commands: { start: { env: { A: "b" }, before: [], after: [] } } }),
    ["api", "web"],
  ],
  ["profiles", fleet({ profiles: { core: ["api"] } }), []],
  ["a service that is gone", fleet({ services: [web] }), []],
  ["a service that is new", fleet({ services: [api, web, { ...api, name: "new" }] }), []],
])("%s", (_name, after, expected) => {
  expect([...affectedByConfig(fleet(), after)]).toEqual(expected);
});
