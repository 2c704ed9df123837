import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadFleet } from "../../../src/config/load-fleet.ts";
import { tempFolder } from "../temp-folder.ts";
import { fleetOf, toldOf, vendorOf } from "./told.ts";

const vendor = (yaml: string) => vendorOf({ "orchestra.yml": `vendors:\n  pg: {image: "postgres:16", ${yaml}}` });

describe("a vendor", () => {
  test("of an image alone is one container that is always kept up", () => {
    const { dir, file, ...spec } = vendorOf({ "orchestra.yml": "vendors: {pg: {image: 'postgres:16'}}" });
    expect(file).toBe(join(dir, "orchestra.yml"));
    expect(spec).toEqual({
      name: "pg",
      build: { kind: "none" },
      run: { kind: "binary", args: [] },
      test: null,
      acceptance: null,
      env: {},
      envFiles: [],
      ports: [],
      scale: 1,
      dependsOn: [],
      ready: null,
      live: null,
      restart: "always",
      supervise: {
        threshold: 5,
        decayMs: 30_000,
        backoffMinMs: 1000,
        backoffMaxMs: 30_000,
        stableMs: 30_000,
        maxFailures: null,
      },
      stop: { signal: null, graceMs: 10_000 },
      watch: { paths: [], packages: [], ignore: [], debounceMs: 200 },
      oneshot: false,
      autostart: true,
      rerun: { isOn: false, withTests: false },
      onDependency: "keep",
      detachedChildren: "stop",
      splitStderr: false,
      container: {
        image: "postgres:16",
        pull: "missing",
        command: null,
        entrypoint: null,
        mounts: [],
        user: null,
        shmBytes: null,
        ulimits: {},
        init: false,
        labels: {},
        inside: {},
      },
      vendor: { optional: false, keep: false, variables: {} },
    });
  });

  test("has every setting that it is given", () => {
    const spec = fleetOf({
      "pg.env": "C=d",
      "migrate/service.yml": "run: x\noneshot: true",
      "orchestra.yml": [
        "supervise: {threshold: 7}",
        "vendors:",
        "  pg:",
        "    image: postgres:16",
        "    pull: always",
        "    command: postgres -c 'max_connections=5'",
        "    entrypoint: [docker-entrypoint.sh, 1]",
        "    env: {A: 1.10}",
        "    env_file: pg.env",
        "    volumes: [data:/data, ./init:/init:ro, /cache]",
        "    tmpfs: /run:size=1m",
        "    user: 0010",
        "    shm_size: 256m",
        "    ulimits: {nofile: 100, nproc: {soft: 1, hard: -1}}",
        "    init: true",
        "    labels: [a=b=c, d]",
        "    depends_on: [migrate, other]",
        "    restart: on-failure",
        "    supervise: {max_failures: 3}",
        "    stop: {signal: int, grace: 1m}",
        "    autostart: false",
        "    on_dependency: restart",
        "    optional: true",
        "    keep: true",
        "    variables: {DB_HOST: host, DB_PORT: port}",
        "  other: {image: o, oneshot: true, labels: {n: 1}}",
      ].join("\n"),
    });
    const [pg, other] = spec.vendors;
    expect(pg).toMatchObject({
      env: { A: "1.10" },
      envFiles: [{ path: join(spec.root, "pg.env"), values: { C: "d" } }],
      dependsOn: [
        { name: "migrate", condition: "completed" },
        { name: "other", condition: "completed" },
      ],
      restart: "on-failure",
      supervise: { threshold: 7, maxFailures: 3 },
      stop: { signal: "SIGINT", graceMs: 60_000 },
      autostart: false,
      onDependency: "restart",
      vendor: { optional: true, keep: true, variables: { DB_HOST: "host", DB_PORT: "port" } },
      container: {
        pull: "always",
        command: ["postgres", "-c", "max_connections=5"],
        entrypoint: ["docker-entrypoint.sh", "1"],
        mounts: [
          { kind: "volume", name: "data", target: "/data", isReadOnly: false },
          { kind: "bind", source: join(spec.root, "init"), target: "/init", isReadOnly: true },
          { kind: "anonymous", target: "/cache" },
          { kind: "tmpfs", target: "/run", sizeBytes: 1_048_576 },
        ],
        user: "0010",
        shmBytes: 268_435_456,
        ulimits: { nofile: { soft: 100, hard: 100 }, nproc: { soft: 1, hard: -1 } },
        init: true,
        labels: { a: "b=c", d: "" },
      },
    });
    expect(other).toMatchObject({ oneshot: true, restart: "never", container: { labels: { n: "1" } } });
  });

  test("has its first port as the main one, whatever the numbers are", () => {
    const { ports, container } = vendor("ports: ['15672:15672', 5672, '5672:5672', '127.0.0.2:53:53/udp']");
    expect(ports).toEqual([
      { name: "15672/tcp", source: { kind: "fixed", port: 15_672 } },
      { name: "5672/tcp", source: { kind: "auto" } },
      { name: "5672-2/tcp", source: { kind: "fixed", port: 5672 } },
      { name: "53/udp", source: { kind: "fixed", port: 53 } },
    ]);
    expect(Object.entries(container.inside)).toEqual([
      ["15672/tcp", { port: 15_672, protocol: "tcp", hostIp: "127.0.0.1" }],
      ["5672/tcp", { port: 5672, protocol: "tcp", hostIp: "127.0.0.1" }],
      ["5672-2/tcp", { port: 5672, protocol: "tcp", hostIp: "127.0.0.1" }],
      ["53/udp", { port: 53, protocol: "udp", hostIp: "127.0.0.2" }],
    ]);
  });

  test("may have ports with names", () => {
    const { ports } = vendor("ports: {amqp: '5672:5672', ui: auto:15672, more: '80-81:80-81'}");
    expect(ports.map((port) => port.name)).toEqual(["amqp", "ui", "more", "more-2"]);
  });

  test.each<[string, object]>([
    ["{tcp: true}", { kind: "tcp", port: null }],
    ["{tcp: 5432}", { kind: "tcp", port: "5432/tcp" }],
    ["{http: /health, port: 8008}", { kind: "http", port: "8008/tcp" }],
    ["{tcp: 9999}", { kind: "tcp", port: 9999 }],
    ["{exec: pg_isready}", { kind: "exec", command: "pg_isready" }],
    ["{log: ready to accept}", { kind: "log", pattern: "ready to accept" }],
  ])("is probed by %s, where a number is that of the port inside", (yaml, action) => {
    expect(vendor(`ports: ['15432:5432', 8008], ready: ${yaml}`).ready?.action).toMatchObject(action);
  });

  test("of a fleet may be waited for, and may wait", () => {
    const spec = fleetOf({
      "api/service.yml": "run: x\ndepends_on: [pg, migrate]",
      "orchestra.yml": "vendors: {pg: {image: x}, migrate: {image: x, oneshot: true, depends_on: {pg: started}}}",
    });
    expect(spec.services[0]?.dependsOn.map((d) => d.condition)).toEqual(["ready", "completed"]);
    expect(spec.vendors[1]?.dependsOn).toEqual([{ name: "pg", condition: "started" }]);
  });
});

describe("mistakes of a vendor", () => {
  test.each<[string, string[]]>([
    ["image: 'a b'", ['2:15 bad-value "image" must be an image as in postgres:16, not "a b"']],
    [
      "image: x, scale: 2",
      [
        '2:25 bad-value "scale" is not for vendors: each is one container, which keeps its data and its ports to itself',
      ],
    ],
    ["image: x, pull: newer", ['2:24 bad-value "pull" must be always, missing or never, not "newer"']],
    ["image: x, command: it's", ['2:27 bad-value "command" opens a quote that is never closed']],
    [
      "image: x, volumes: ['data:d']",
      ['2:28 bad-value an entry of "volumes" must have an absolute path inside the container, not "d"'],
    ],
    ["image: x, volumes: [a:/d, b:/d]", ["2:34 duplicate-mount something else is mounted at /d already"]],
    ["image: x, volumes: a:/d, tmpfs: /d", ["2:40 duplicate-mount something else is mounted at /d already"]],
    ["image: x, volumes: ['a:/d:nocopy']", ['warning 2:28 no-effect "nocopy" changes nothing about this mount']],
    ["image: x, ulimits: {nofiles: 1}", ['2:28 unknown-key there is no limit called "nofiles"']],
    [
      "image: x, ulimits: {nofile: -2}",
      ['2:36 bad-value "ulimits.nofile" must be a number of at least 0, or soft and hard, not -2'],
    ],
    [
      "image: x, ulimits: {nofile: {soft: 2, hard: 1}}",
      ['2:36 bad-value "ulimits.nofile" must have a soft limit that is not above the hard one'],
    ],
    ["image: x, shm_size: -1m", ['2:28 bad-value "shm_size" must not be negative, as "-1m" is']],
    [
      "image: x, tmpfs: run",
      ['2:25 bad-value an entry of "tmpfs" must have an absolute path inside the container, not "run"'],
    ],
    ["image: x, environment: {A: b}", ['2:18 unknown-key unknown key "environment"']],
    ["image: x, depends_on: {pg: ready}", ["2:31 cycle dependency cycle: pg → pg"]],
    ["image: x, depends_on: [gone]", ['2:31 unknown-service no service or vendor is called "gone"']],
    ["image: x, variables: {A: adress}", ['2:33 bad-value "variables.A" must be host, port or url, not "adress"']],
    ["image: x, variables: {1A: host}", ['2:30 bad-name "1A" is no name for a variable']],
    ["image: x, ready: {tcp: true}", ['2:26 probe "ready" needs a port, and the vendor has none']],
    [
      "image: x, ports: [a], ready: {tcp: true}",
      ['2:26 bad-value an entry of "ports" must be a port as in "5432:5432", not "a"'],
    ],
    ["image: x, ports: {1: 80}", ['2:26 bad-name "1" is no name for a port']],
    [
      "image: x, ports: ['80:80', '0.0.0.0:80:81']",
      ['2:35 duplicate-port port 80 of "pg" is also that of another port of it'],
    ],
  ])("%s", (yaml, expected) => {
    const told = toldOf({ "orchestra.yml": `vendors:\n  pg: {${yaml}}` });
    expect(told).toEqual(expected.map((line) => line.replace(/^(warning )?/, "$1orchestra.yml:")));
  });

  test("hide none of another, nor its name", () => {
    const files = {
      "orchestra.yml": "vendors:\n  a: {}\n  b: {imge: x}\n  c: {image: x, restart: no, depends_on: [a]}",
    };
    expect(toldOf(files)).toEqual([
      'orchestra.yml:2:3 missing-key "image" is missing',
      'orchestra.yml:3:3 missing-key "image" is missing',
      'orchestra.yml:3:7 unknown-key unknown key "imge"',
      'orchestra.yml:4:26 bad-value "restart" must be always, on-failure or never, not "no"',
    ]);
  });

  test("among several are ports, variables, and ends that never come", () => {
    const files = {
      "orchestra.yml": [
        "vendors:",
        "  a: {image: x, ports: ['80:80', '53:53/udp', '127.0.0.2:90:90'], variables: {DB: url}}",
        "  b: {image: x, ports: ['80:80', '53:53', '127.0.0.3:90:90'], variables: {DB: host}}",
        "  c: {image: x, depends_on: {a: completed}}",
      ].join("\n"),
    };
    expect(toldOf(files)).toEqual([
      'orchestra.yml:3:25 duplicate-port port 80 of "b" is also that of "a"',
      'orchestra.yml:3:75 duplicate-variable DB is to tell the addresses of both "a" and "b"',
      'orchestra.yml:4:30 never-completes "a" never completes: it is not a one-shot',
    ]);
  });
});

test("the variables that files of vendors use are told, so that another value of one counts", () => {
  const root = tempFolder({
    "orchestra.yml": "vendors_from: compose.yaml\nvendors: {pg: {image: x, env: {A: '${OURS}'}}}",
    "compose.yaml": "services: {a: {image: 'x:${TAG:-${OTHER:-1}}', environment: [HOME]}}",
    ".env": "OTHER=2",
  });
  expect(loadFleet(root, {}).variables).toEqual(["HOME", "OTHER", "TAG"]);
});

test("every file that vendors are read of is told, so that an edit of it counts", () => {
  const root = tempFolder({
    "orchestra.yml": "vendors_from: [infra/compose.yaml, gone.yml]\nvendors: {pg: {image: x, env_file: pg.env}}",
    "infra/compose.yaml": "services: {a: {image: x, env_file: [a.env, {path: b.env, required: false}]}}",
  });
  const files = [
    "orchestra.yml",
    "pg.env",
    "gone.yml",
    "infra/compose.yaml",
    "infra/.env",
    "infra/a.env",
    "infra/b.env",
  ];
  expect(loadFleet(root, {}).files).toEqual(expect.arrayContaining(files.map((file) => join(root, file))));
});
