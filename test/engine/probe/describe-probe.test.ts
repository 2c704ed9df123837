import { expect, test } from "vitest";
import { describeProbe } from "../../../src/engine/probe/prober.ts";
import type { ProbeAction } from "../../../src/model/service.ts";
import { probeSpec } from "./probe-spec.ts";

const http = (port: string | number | null): ProbeAction => ({
  kind: "http",
  path: "/healthz",
  port,
  host: "localhost",
  status: null,
  headers: {},
});

test.each<[ProbeAction, Record<string, number>, string]>([
  [http(8080), {}, "GET /healthz on port 8080"],
  [http(null), { http: 8081, admin: 9 }, "GET /healthz on port 8081"],
  [http("admin"), { http: 8081, admin: 9 }, "GET /healthz on port 9"],
  [http("admin"), {}, "GET /healthz on port admin"],
  [http(null), {}, "GET /healthz"],
  [{ kind: "tcp", port: 5432, host: "localhost" }, {}, "tcp 5432"],
  [{ kind: "tcp", port: null, host: "localhost" }, {}, "tcp"],
  [{ kind: "exec", command: "pg_isready -q" }, {}, "exec pg_isready -q"],
  [{ kind: "log", pattern: "ready" }, {}, "log line /ready/"],
])("%j with ports %j is called %s", (action, ports, text) => {
  expect(describeProbe(probeSpec(action), ports)).toBe(text);
});
