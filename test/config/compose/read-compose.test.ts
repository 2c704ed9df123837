import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VendorSpec } from "../../../src/model/vendor.ts";
import { fleetOf, toldOf, vendorOf } from "../vendors/told.ts";

const withFile = (text: string, more: Record<string, string> = {}) => ({
  "orchestra.yml": "vendors_from: compose.yaml",
  "compose.yaml": text,
  ...more,
});

/** The service `db` of a Compose file, of these lines. */
const db = (lines: string, env: Record<string, string> = {}): VendorSpec =>
  vendorOf(withFile(`services:\n  db:\n    image: x\n    ${lines.replaceAll("\n", "\n    ")}\nvolumes: {data: }`), env);

describe("a service of a Compose file", () => {
  test("has all that is honoured", () => {
    const spec = fleetOf(
      withFile(
        [
          "version: '3.8'",
          "name: shop",
          "x-health: &health {interval: 1m30s, timeout: 5s, retries: 4, start_period: 1m}",
          "x-base: &base {restart: unless-stopped, init: true}",
          "services:",
          "  postgres:",
          "    <<: *base",
          "    image: postgres:${PG:-16}",
          "    pull_policy: if_not_present",
          '    command: postgres -c "log_statement=all"',
          "    entrypoint: [/docker-entrypoint.sh]",
          "    environment:",
          "      POSTGRES_PASSWORD: ${PASSWORD:?set PASSWORD}",
          "      VERSION: 1.10",
          "      DEBUG: true",
          "      TOKEN:",
          "      GONE:",
          "      QUOTE: $$x $${y}",
          "    env_file: [pg.env, {path: none.env, required: false}]",
          "    ports: ['5432:5432', {target: 80, published: 8080, host_ip: 0.0.0.0, name: web}]",
          "    expose: [5433]",
          "    volumes:",
          "      - data:/data",
          "      - ./init:/init:ro",
          "      - {type: bind, source: /etc/x, target: /x, read_only: true}",
          "    tmpfs: [/run]",
          "    user: '1000'",
          "    shm_size: 64m",
          "    ulimits: {nofile: {soft: 1, hard: 2}}",
          "    labels: [a=b]",
          "    healthcheck: {<<: *health, test: [CMD, pg_isready, -U, a b]}",
          "    stop_signal: SIGINT",
          "    stop_grace_period: 1m",
          "volumes:",
          "  data:",
        ].join("\n"),
        { ".env": "PASSWORD=$secret\nPG='17'\n", "pg.env": "E=f" },
      ),
      { PG: "18", TOKEN: "t" },
    );
    expect(spec.vendors[0]).toMatchObject({
      name: "postgres",
      file: join(spec.root, "compose.yaml"),
      restart: "always",
      env: { POSTGRES_PASSWORD: "$secret", VERSION: "1.10", DEBUG: "true", TOKEN: "t", QUOTE: "$x $${y}" },
      envFiles: [{ path: join(spec.root, "pg.env"), values: { E: "f" } }],
      ports: [
        { name: "5432/tcp", source: { kind: "fixed", port: 5432 } },
        { name: "web", source: { kind: "fixed", port: 8080 } },
      ],
      ready: {
        action: { kind: "exec", command: "pg_isready -U 'a b'" },
        intervalMs: 90_000,
        timeoutMs: 5000,
        failureThreshold: 4,
      },
      stop: { signal: "SIGINT", graceMs: 60_000 },
      container: {
        image: "postgres:18",
        pull: "missing",
        command: ["postgres", "-c", "log_statement=all"],
        entrypoint: ["/docker-entrypoint.sh"],
        mounts: [
          { kind: "volume", name: "data", target: "/data", isReadOnly: false },
          { kind: "bind", source: join(spec.root, "init"), target: "/init", isReadOnly: true },
          { kind: "bind", source: "/etc/x", target: "/x", isReadOnly: true },
          { kind: "tmpfs", target: "/run", sizeBytes: null },
        ],
        user: "1000",
        shmBytes: 67_108_864,
        ulimits: { nofile: { soft: 1, hard: 2 } },
        init: true,
        labels: { a: "b" },
        inside: { web: { port: 80, protocol: "tcp", hostIp: "0.0.0.0" } },
      },
    });
    expect(spec.vendors[0]?.env).not.toHaveProperty("GONE");
  });

  test.each<[string, object]>([
    ["restart: no", { restart: "never" }],
    ["restart: 'no'", { restart: "never" }],
    ["restart: always", { restart: "always" }],
    ["restart: on-failure:3", { restart: "on-failure", supervise: { maxFailures: 4 } }],
    ["labels: {a: 1}", { restart: "on-failure", supervise: { maxFailures: null } }],
    ["environment: [A=b=c, 'D=${D}', E, GONE]", { env: { A: "b=c", D: "d", E: "e" } }],
    ["healthcheck: {test: 'curl -f x || exit 1'}", { ready: { action: { command: "curl -f x || exit 1" } } }],
    ["healthcheck: {test: [CMD-SHELL, 'a | b']}", { ready: { action: { command: "a | b" }, intervalMs: 30_000 } }],
    ["healthcheck: {test: [NONE]}", { ready: null }],
    ["healthcheck: {disable: true}\nports: ['80:80']", { ready: { action: { kind: "tcp", port: null } } }],
    ["init: '${INIT:-true}'", { container: { init: true } }],
    ["volumes: ['data:/d']", { container: { mounts: [{ kind: "volume", name: "data" }] } }],
    ["volumes: [{type: volume, source: data, target: /d}]", { container: { mounts: [{ name: "data" }] } }],
    ["command: ['sh', '-c', 'echo $$HOME']", { container: { command: ["sh", "-c", "echo $HOME"] } }],
    ["profiles: [debug]", { autostart: false }],
    ["stop_grace_period: 5", { stop: { graceMs: 5000 } }],
  ])("%s", (lines, expected) => {
    expect(db(lines, { D: "d", E: "e" })).toMatchObject(expected);
  });

  test("waits for others as it says", () => {
    const spec = fleetOf(
      withFile(
        [
          "services:",
          "  a: {image: x, depends_on: [b], links: ['c:see']}",
          "  b: {image: x, depends_on: {c: {condition: service_healthy, restart: true}}}",
          "  c: {image: x}",
          "  d: {image: x, depends_on: {migrate: {condition: service_completed_successfully}}}",
          "  migrate: {image: x, restart: always, depends_on: {gone: {condition: service_started, required: false}}}",
          "  gone: {build: .}",
        ].join("\n"),
      ),
    );
    const waits = spec.vendors.map(
      (v) => `${v.name}: ${v.dependsOn.map((d) => `${d.name} ${d.condition}`).join(", ")}`,
    );
    expect(waits).toEqual(["a: b started, c started", "b: c ready", "c: ", "d: migrate completed", "migrate: "]);
    expect(spec.vendors.map((v) => v.onDependency)).toEqual(["keep", "restart", "keep", "keep", "keep"]);
    expect(spec.vendors[4]).toMatchObject({ oneshot: true, restart: "never" });
  });

  test("of a profile is part of it here too, where orchestra.yml says nothing else", () => {
    const files = {
      "orchestra.yml": "vendors_from: [a.yml, b.yml]\nprofiles: {mine: [x]}",
      "a.yml": "services: {x: {image: x, profiles: [debug, mine]}}",
      "b.yml": "services: {y: {image: x, profiles: [debug]}, z: {image: x}}",
    };
    expect(fleetOf(files).profiles).toEqual({ debug: ["x", "y"], mine: ["x"] });
    expect(toldOf(files)).toContain(
      'note orchestra.yml:2:12 profile the profile "mine" is what stands here, not what a file of vendors_from says',
    );
  });
});
