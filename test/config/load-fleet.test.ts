import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fleetIdOf } from "../../src/config/fleet-id.ts";
import { loadFleet } from "../../src/config/load-fleet.ts";
import type { FleetSpec } from "../../src/model/fleet.ts";
import type { ServiceSpec } from "../../src/model/service.ts";
import { tempFolder } from "./temp-folder.ts";

function fleetOf(files: Record<string, string>): FleetSpec {
  const { spec, diagnostics } = loadFleet(tempFolder(files));
  if (spec === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  return spec;
}

/** The one service whose service.yml this is, in a folder with a Go file. */
function serviceOf(yaml: string, fleet = ""): ServiceSpec {
  const [service] = fleetOf({ "api/service.yml": yaml, "api/main.go": "", "orchestra.yml": fleet }).services;
  if (service === undefined) throw new Error("no service");
  return service;
}

describe("discovery", () => {
  test("an empty folder is a fleet without services", () => {
    const root = tempFolder();
    const { spec, diagnostics, files } = loadFleet(root);
    expect(diagnostics).toEqual([]);
    expect(spec).toMatchObject({ id: fleetIdOf(root), root, name: basename(root), services: [], vendors: [] });
    expect(files).toEqual([join(root, "orchestra.yml")]);
  });

  test("every direct subfolder with a service.yml is a service, by the folder's name or its own", () => {
    const root = tempFolder({
      "orders/service.yml": "run: x",
      "catalog/service.yml": "# nothing\nname: shelf\nrun: x",
      ".hidden/service.yml": "nonsense",
      "deep/er/service.yml": "nonsense",
      "docs/readme.md": "",
      "service.yml": "nonsense",
    });
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "orders"), join(root, "linked"));
    symlinkSync(join(root, "nowhere"), join(root, "broken"));
    const { spec, files, diagnostics } = loadFleet(root);
    expect(diagnostics).toEqual([]);
    expect(spec?.services.map((s) => s.name)).toEqual(["shelf", "linked", "orders"]);
    const folders = ["catalog", "deep", "docs", "linked", "orders", "real"];
    expect(files).toEqual([...folders.map((f) => join(root, f, "service.yml")), join(root, "orchestra.yml")].sort());
  });

  test("an entry of services: needs no service.yml, and may stand for one service a folder", () => {
    const spec = fleetOf({
      "orchestra.yml": 'services: {front: {dir: web/app, run: x}, web: , tools: {dir: "cmd/*-tool", args: [1.10]}}',
      "web/app/": "",
      "web/main.go": "",
      "cmd/a-tool/main.go": "",
      "cmd/b-tool/main.go": "",
      "cmd/other/main.go": "",
      "cmd/c-tool": "a file",
    });
    expect(spec.services.map((s) => [s.name, s.dir.slice(spec.root.length), s.build.kind])).toEqual([
      ["a-tool", "/cmd/a-tool", "go"],
      ["b-tool", "/cmd/b-tool", "go"],
      ["front", "/web/app", "none"],
      ["web", "/web", "go"],
    ]);
    expect(spec.services[0]?.run).toEqual({ kind: "binary", args: ["1.10"] });
  });

  test("the files of a fleet are those that matter, there or not", () => {
    const root = tempFolder({
      "orchestra.yml": 'services: {a: {dir: gone}, b: {dir: "cmd/*/x"}}\nenv_file: [.env, .none]',
      ".env": "",
      "api/": "",
    });
    const expected = [".env", ".none", "api/service.yml", "cmd", "gone", "orchestra.yml"];
    expect(loadFleet(root).files).toEqual(expected.map((file) => join(root, file)));
  });

  test("reports a root that is not there, and one that is a file", () => {
    const root = tempFolder({ file: "" });
    expect(loadFleet(join(root, "gone")).diagnostics).toMatchObject([{ severity: "error", location: null }]);
    expect(loadFleet(join(root, "file")).diagnostics).toMatchObject([{ severity: "error", location: null }]);
  });

  test("names files that are called .yaml", () => {
    const root = tempFolder({ "orchestra.yaml": "", "api/service.yaml": "" });
    expect(loadFleet(root).diagnostics.map((d) => [d.severity, d.hint])).toEqual([
      ["warning", "call it service.yml"],
      ["warning", "call it orchestra.yml"],
    ]);
  });
});

describe("defaults", () => {
  test("an empty service.yml is a Go service", () => {
    const service = serviceOf("");
    expect(service).toEqual({
      name: "api",
      dir: service.dir,
      file: join(service.dir, "service.yml"),
      build: { kind: "go", go: { package: ".", tags: [], race: false, ldflags: "" } },
      run: { kind: "binary", args: [] },
      test: "go test ./...",
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
      stop: { signal: "SIGTERM", graceMs: 10_000 },
      watch: { paths: [service.dir], packages: [], ignore: [], debounceMs: 200 },
      oneshot: false,
      autostart: true,
      rerun: null,
      onDependency: "keep",
      detachedChildren: "stop",
      splitStderr: false,
      container: null,
      vendor: null,
    });
  });

  test("an empty orchestra.yml changes nothing, nor do keys without values", () => {
    const empty = fleetOf({ "orchestra.yml": "" });
    const keys = fleetOf({ "orchestra.yml": "env:\nbefore:\nstart:\nservices:\nvendors:\nprofiles:\nlogs:\n" });
    expect(empty).toMatchObject({
      env: {},
      envFiles: [],
      before: [],
      after: [],
      commands: {},
      rerun: null,
      strays: "ask",
      logs: { keepMs: 604_800_000, maxSizeBytes: 200_000_000 },
      profiles: {},
      vendors: [],
    });
    expect({ ...keys, id: 0, root: 0, name: 0 }).toEqual({ ...empty, id: 0, root: 0, name: 0 });
  });

  test.each<[string, Partial<ServiceSpec>]>([
    ["run: node x.js", { build: { kind: "none" }, run: { kind: "command", command: "node x.js" }, test: null }],
    ["go: {package: ./cmd/x}\nrun: ./x", { run: { kind: "command", command: "./x" }, test: "go test ./..." }],
    ["build: make\nrun: ./x", { build: { kind: "command", command: "make" }, test: null }],
    ["args: [-v, 8, true]", { run: { kind: "binary", args: ["-v", "8", "true"] } }],
    ["oneshot: true", { oneshot: true, restart: "never" }],
    ["stop: {signal: int}", { stop: { signal: "SIGINT", graceMs: 10_000 } }],
    ["stop: {grace: 1m}", { stop: { signal: "SIGTERM", graceMs: 60_000 } }],
    ["port: 8080", { ports: [{ name: "http", source: { kind: "fixed", port: 8080 } }] }],
    ["port: '8080'", { ports: [{ name: "http", source: { kind: "fixed", port: 8080 } }] }],
    ["port: auto", { ports: [{ name: "http", source: { kind: "auto" } }] }],
    ["port: 8080-8083\nscale: 4", { ports: [{ name: "http", source: { kind: "range", from: 8080, to: 8083 } }] }],
    [
      "port: auto\nports: {grpc: 9000}",
      {
        ports: [
          { name: "http", source: { kind: "auto" } },
          { name: "grpc", source: { kind: "fixed", port: 9000 } },
        ],
      },
    ],
  ])("%j", (yaml, expected) => {
    expect(serviceOf(yaml)).toMatchObject(expected);
  });

  test("a service's supervise is laid over the fleet's", () => {
    const fleet = "supervise: {threshold: 9, backoff: {min: 2s, max: 1m}, max_failures: 20}";
    expect(serviceOf("supervise: {decay: 5s, backoff: {max: 3s}}", fleet).supervise).toEqual({
      threshold: 9,
      decayMs: 5000,
      backoffMinMs: 2000,
      backoffMaxMs: 3000,
      stableMs: 30_000,
      maxFailures: 20,
    });
  });

  test("watched paths and env files are found from the service's folder", () => {
    const spec = fleetOf({
      "api/service.yml": "run: x\nwatch: {paths: [., ../lib], ignore: '*.md', debounce: 1s}\nenv_file: ../.env",
      ".env": "A=1",
    });
    const [service] = spec.services;
    expect(service?.watch).toEqual({
      paths: [join(spec.root, "api"), join(spec.root, "lib")],
      packages: [],
      ignore: ["*.md"],
      debounceMs: 1000,
    });
    expect(service?.envFiles).toEqual([{ path: join(spec.root, ".env"), values: { A: "1" } }]);
  });

  test("a dependency is waited for until it is ready, a one-shot until it is completed", () => {
    const files = {
      "api/service.yml": "run: x\ndepends_on: [migrate, store, store]",
      "web/service.yml": "run: x\ndepends_on: {migrate: started, store: ready, pg: ready}",
      "migrate/service.yml": "run: x\noneshot: true",
      "store/service.yml": "run: x",
      "orchestra.yml": "vendors: {pg: {image: 'postgres:16'}}",
    };
    expect(fleetOf(files).services.map((s) => s.dependsOn.map((d) => `${d.name} ${d.condition}`))).toEqual([
      ["migrate completed", "store ready"],
      [],
      [],
      ["migrate started", "store ready", "pg ready"],
    ]);
  });
});

describe("probes", () => {
  const timing = { intervalMs: 5000, timeoutMs: 2000, successThreshold: 1, failureThreshold: 3, delayMs: 0 };
  const http = { kind: "http", path: "/h", port: null, host: "localhost", status: null, headers: {} };

  test.each<[string, object]>([
    ["{http: /h}", { action: http, ...timing }],
    [
      "{http: /h, port: grpc, status: 204, headers: {A: b}}",
      { action: { ...http, port: "grpc", status: 204, headers: { A: "b" } } },
    ],
    ["{http: 'http://localhost:81/h?a=b'}", { action: { ...http, host: "localhost", port: 81, path: "/h?a=b" } }],
    ["{http: 'http://[::1]/h'}", { action: { ...http, host: "::1", port: 80 } }],
    ["{tcp: true}", { action: { kind: "tcp", port: null, host: "localhost" } }],
    ["{tcp: 99}", { action: { kind: "tcp", port: 99, host: "localhost" } }],
    ["{tcp: grpc, host: '::1'}", { action: { kind: "tcp", port: "grpc", host: "::1" } }],
    ["{tcp: 'db:5432'}", { action: { kind: "tcp", port: 5432, host: "db" } }],
    ["{exec: pg_isready -q}", { action: { kind: "exec", command: "pg_isready -q" } }],
    ["{log: '^listening on \\d+'}", { action: { kind: "log", pattern: "^listening on \\d+" } }],
    [
      "{exec: x, interval: 1s, timeout: 10ms, success_threshold: 2, failure_threshold: 4, delay: 1s}",
      {
        action: { kind: "exec" },
        intervalMs: 1000,
        timeoutMs: 10,
        successThreshold: 2,
        failureThreshold: 4,
        delayMs: 1000,
      },
    ],
    ["{exec: x, threshold: 7}", { successThreshold: 1, failureThreshold: 7 }],
  ])("%s", (yaml, expected) => {
    expect(serviceOf(`port: auto\nports: {grpc: auto}\nready: ${yaml}`).ready).toMatchObject(expected);
    expect(serviceOf(`port: auto\nports: {grpc: auto}\nlive: ${yaml}`).live).toMatchObject(expected);
  });
});

describe("the fleet's settings", () => {
  test("are all read", () => {
    const spec = fleetOf({
      "orchestra.yml": [
        "name: shop",
        "env: {A: 1.10}",
        "env_file: .env",
        "before: go generate ./...",
        "after: [one, two]",
        "start: {env: {B: c}, after: say up}",
        "pause: {before: p}",
        "resume: {after: q}",
        "logs: {keep: 1d, max_size: 10MB, before: x}",
        "rerun: false",
        "strays: adopt",
        "profiles: {core: [api], all: [api, pg]}",
        "vendors: {pg: {image: 'postgres:16', ports: ['127.0.0.1:5432:5432', 80], ready: {exec: pg_isready}}}",
      ].join("\n"),
      ".env": "C=d",
      "api/service.yml": "run: x",
    });
    expect(spec).toMatchObject({
      name: "shop",
      env: { A: "1.10" },
      envFiles: [{ path: join(spec.root, ".env"), values: { C: "d" } }],
      before: ["go generate ./..."],
      after: ["one", "two"],
      commands: {
        start: { env: { B: "c" }, before: [], after: ["say up"] },
        pause: { env: {}, before: ["p"], after: [] },
        resume: { env: {}, before: [], after: ["q"] },
        logs: { env: {}, before: ["x"], after: [] },
      },
      rerun: { isOn: false, withTests: false },
      strays: "adopt",
      logs: { keepMs: 86_400_000, maxSizeBytes: 10_000_000 },
      profiles: { core: ["api"], all: ["api", "pg"] },
      vendors: [{ name: "pg", container: { image: "postgres:16" } }],
    });
  });

  test("with commands of an earlier Orchestra bring a note each", () => {
    const { spec, diagnostics } = loadFleet(
      tempFolder({ "orchestra.yml": "gorun: {env: {A: b}}\ninstall:\nexport: {before: x}\n" }),
    );
    expect(spec?.commands).toEqual({});
    expect(diagnostics.map((d) => `${d.severity} ${d.location?.line}`)).toEqual(["note 1", "note 2", "note 3"]);
  });
});

/** Diagnostics as `file:line:column code message`, the file from the root. */
function mistakesIn(files: Record<string, string>): string[] {
  const root = tempFolder(files);
  const { spec, diagnostics } = loadFleet(root);
  const errors = diagnostics.filter((d) => d.severity === "error");
  expect(spec === null).toBe(errors.length > 0);
  return errors.map(({ code, message, location }) => {
    const file = location?.file.slice(root.length + 1);
    return `${file}:${location?.line}:${location?.column} ${code} ${message.replaceAll(root, "ROOT")}`;
  });
}

describe("mistakes in a service.yml", () => {
  test.each<[string, string]>([
    ["prot: 80", '1:1 unknown-key unknown key "prot"'],
    ["run: x\nready: {http: /x, treshold: 3}\nport: 1", '2:19 unknown-key unknown key "treshold"'],
    ["run: x\nrun: y", '2:1 duplicate-key "run" is given twice'],
    ["- a", "1:1 wrong-type this file must be a map of keys and values, not a list"],
    ["hello", '1:1 wrong-type this file must be a map of keys and values, not "hello"'],
    ["run: [a]", '1:6 wrong-type "run" must be text, not a list'],
    ["run: 5", '1:6 wrong-type "run" must be text, not 5'],
    ["run: ''", '1:6 bad-value "run" must not be empty'],
    ["autostart: yes", '1:12 wrong-type "autostart" must be true or false, not "yes"'],
    ["env: [A=b]", '1:6 wrong-type "env" must be a map of keys and values, not a list'],
    ["env: {A-B: c}", '1:7 bad-name "A-B" is no name for a variable'],
    ["env: {A: }", '1:7 bad-value "env.A" has no value'],
    ["env: {A: [b]}", '1:10 bad-value "env.A" must be text, not a list'],
    ["env_file: [gone]", "1:12 env-file ROOT/api/gone does not exist"],
    ["env_file: ../api", "1:11 env-file ROOT/api is a folder, not a file"],
    [
      "port: 99999",
      '1:7 bad-value "port" must be a port from 1 to 65535, auto, or a range such as 8080-8083, not 99999',
    ],
    ["port: 83-80", '1:7 bad-value "port" must be a range that goes up, not "83-80"'],
    ["ports: {1x: 80}", '1:9 bad-name "1x" is no name for a port'],
    ["port: 80\nports: {http: 81}", '2:9 duplicate-port the port "http" is given twice'],
    ["ports: {a: 80, b: 80}", '1:19 duplicate-port port 80 of "api" is also that of another port of it'],
    ["port: 80-81\nscale: 3", "1:7 short-range this range has 2 ports for 3 replicas"],
    ["scale: 0", '1:8 bad-value "scale" must be at least 1, not 0'],
    ["scale: 1.5", '1:8 bad-value "scale" must be a whole number, not 1.5'],
    ["restart: alwys", '1:10 bad-value "restart" must be always, on-failure or never, not "alwys"'],
    ["stop: {signal: SIGTREM}", '1:16 bad-value "stop.signal" must be a signal\'s name, not "SIGTREM"'],
    ["stop: {grace: 10}", '1:15 bad-value "stop.grace" must be a duration, not 10'],
    ["stop: {grace: 30d}", '1:15 bad-value "stop.grace" must be at most 24d'],
    ["depends_on: api", '1:13 wrong-type "depends_on" must be a list or a map of keys and values, not "api"'],
    ["depends_on: [gone]", '1:14 unknown-service no service or vendor is called "gone"'],
    ["depends_on: {api: ready}", "1:14 cycle dependency cycle: api → api"],
    ["depends_on: [5]", '1:14 wrong-type an entry of "depends_on" must be text, not 5'],
    ["ready: {}", '1:1 probe "ready" says nothing to check'],
    ["ready: {exec: x, log: y}", '1:18 probe "ready" checks one thing, not 2'],
    ["ready: {http: /x}", '1:9 probe "ready" needs a port, and the service has none'],
    ["port: 80\nready: {http: /x, port: grpc}", '2:25 unknown-port no port of the service is called "grpc"'],
    [
      "ready: {tcp: {port: 1}}",
      '1:14 bad-value "ready.tcp" must be true, a port\'s number or name, or host:port, not a map',
    ],
    ["port: 80\nready: {tcp: grpc}", '2:14 unknown-port no port of the service is called "grpc"'],
    ["ready: {http: 'https://x/'}", '1:15 bad-value "ready.http" must use http: https is not checked'],
    ["live: {log: '('}", '1:13 bad-value "live.log" is no regular expression: unterminated group'],
    ["ready: {exec: x, interval: 0s}", '1:28 bad-value "ready.interval" must be at least 10ms'],
    ["supervise: {backoff: {min: 9s, max: 1s}}", "1:28 bad-value the shortest backoff is longer than the longest"],
    ["name: a/b", '1:7 bad-value "name" must be letters, digits, dots, _ and -'],
    ["build: make", '1:1 missing-key "build" makes something, and nothing says how to run it'],
    ["run: a: b", "1:6 syntax a key cannot begin inside this value"],
    ["a: 'x", "1:5 syntax a quote is never closed"],
  ])("%j", (yaml, expected) => {
    expect(mistakesIn({ "api/service.yml": yaml, "api/main.go": "" })).toEqual([`api/service.yml:${expected}`]);
  });

  test("are all found in one go, also behind one another", () => {
    const yaml = "rnu: x\nport: 80-81\nscale: 3\nready: {tcp: grcp}\nenv_file: gone\nstop: {grace: 1, signal: X}\n";
    const other = "run: x\nport: 81\ndepends_on: [nobody]";
    expect(
      mistakesIn({ "api/service.yml": yaml, "b/service.yml": other }).map((m) => m.split(" ", 2).join(" ")),
    ).toEqual([
      "api/service.yml:1:1 unknown-key",
      "api/service.yml:2:7 short-range",
      "api/service.yml:4:14 unknown-port",
      "api/service.yml:5:11 env-file",
      "api/service.yml:6:15 bad-value",
      "api/service.yml:6:26 bad-value",
      "b/service.yml:2:7 duplicate-port",
      "b/service.yml:3:14 unknown-service",
    ]);
  });

  test("bring a hint where there is one", () => {
    const hintFor = (yaml: string) => {
      const { diagnostics } = loadFleet(tempFolder({ "api/service.yml": yaml, "api/main.go": "" }));
      return diagnostics[0]?.hint;
    };
    expect(hintFor("depend_on: [x]")).toBe('did you mean "depends_on"?');
    expect(hintFor("stop: {grace: 10}")).toBe("write 10s, or another unit: ms, s, m, h, d");
    expect(hintFor("stop: {signal: TREM}")).toBe('did you mean "SIGTERM"?');
    expect(hintFor("port: '8080:80'")).toBe("write 8080");
    expect(hintFor("autostart: no")).toBe("write false");
    expect(hintFor("depends_on: [apii]")).toBe('did you mean "api"?');
  });

  test("in an env file are placed there, and do not show its text", () => {
    const root = tempFolder({ "api/service.yml": "run: x\nenv_file: .env", "api/.env": "A=1\nhunter2\n" });
    const { diagnostics } = loadFleet(root);
    expect(diagnostics).toMatchObject([{ code: "env-file", location: { file: join(root, "api/.env"), line: 2 } }]);
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
  });

  test("a liveness probe that can never fail brings a warning", () => {
    const { diagnostics } = loadFleet(tempFolder({ "api/service.yml": "run: x\nready: {log: up}\nlive: {log: up}" }));
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "no-effect", location: { line: 3, column: 8 } }]);
  });

  test("of one pattern's services are said once", () => {
    const files = {
      "orchestra.yml": 'services: {x: {dir: "cmd/*", rnu: y}}',
      "cmd/a/": "",
      "cmd/b/": "",
      "cmd/c/": "",
    };
    expect(mistakesIn(files)).toEqual(['orchestra.yml:1:30 unknown-key unknown key "rnu"']);
  });
});

describe("mistakes in orchestra.yml", () => {
  test.each<[string, string[]]>([
    ["strt: {}", ['1:1 unknown-key unknown key "strt"']],
    ["start: {bfore: x}", ['1:9 unknown-key unknown key "bfore"']],
    ["start: x", ['1:8 wrong-type "start" must be a map of keys and values, not "x"']],
    ["logs: {keep: 7}", ['1:14 bad-value "logs.keep" must be a duration, not 7']],
    ["logs: {max_size: 200}", ['1:18 bad-value "logs.max_size" must be a size, not 200']],
    ["strays: kill", ['1:9 bad-value "strays" must be ask, stop, adopt or ignore, not "kill"']],
    ["supervise: {decay: 30}", ['1:20 bad-value "supervise.decay" must be a duration, not 30']],
    ["profiles: {core: [apii]}", ['1:19 unknown-service no service or vendor is called "apii"']],
    ["profiles: {'a b': [api]}", ['1:12 bad-name "a b" cannot be the name of a profile']],
    ["services: [x]", ['1:11 wrong-type "services" must be a map of keys and values, not a list']],
    [
      "services: {web: x}",
      [
        "1:12 missing-folder the folder ROOT/web does not exist",
        '1:17 wrong-type "services.web" must be a map of keys and values, not "x"',
      ],
    ],
    ["services: {web: {dir: gone, run: x}}", ["1:23 missing-folder the folder ROOT/gone does not exist"]],
    ["services: {web: {dir: 'gone/*'}}", ["1:23 missing-folder no folder matches ROOT/gone/*"]],
    ["services: {'a b': {dir: api2, run: x}}", ['1:12 bad-name "a b" cannot be the name of a service']],
    ["services: {api: {dir: api2, run: x}}", ['1:12 duplicate-name the name "api" is taken']],
    [
      "services: {web: {dir: api, run: x}}",
      ['1:12 duplicate-folder the folder of "web" has a service.yml, which makes it the service "api"'],
    ],
    ["services: {w: {dir: api2, run: x, name: y}}", ['1:35 unknown-key unknown key "name"']],
    ["vendors: {api: {image: x}}", []],
    ["vendors: {pg: {}}", ['1:11 missing-key "image" is missing']],
    [
      "vendors: {pg: {image: x, ports: [a]}}",
      ['1:34 bad-value an entry of "ports" must be a port as in "5432:5432", not "a"'],
    ],
    ["vendors: {pg: {image: x, ports: ['8080:80']}}", ['1:34 duplicate-port port 8080 of "pg" is also that of "api"']],
    ["vendors: {pg: {image: x, depends_on: [nope]}}", ['1:39 unknown-service no service or vendor is called "nope"']],
    ["env_file: gone", ["1:11 env-file ROOT/gone does not exist"]],
  ])("%j", (yaml, expected) => {
    const files = { "orchestra.yml": yaml, "api/service.yml": "run: x\nport: 8080", "api2/": "" };
    const found = mistakesIn(files).filter((mistake) => mistake.startsWith("orchestra.yml:"));
    expect(found).toEqual(expected.map((mistake) => `orchestra.yml:${mistake}`));
  });

  test("a port that a vendor publishes is no service's", () => {
    const files = {
      "orchestra.yml": "vendors: {pg: {image: x, ports: ['8080:80']}}",
      "z/service.yml": "run: x\nport: 8080",
    };
    expect(mistakesIn(files)).toEqual(['z/service.yml:2:7 duplicate-port port 8080 of "z" is also that of "pg"']);
  });

  test("hide no mistakes elsewhere, and invent none", () => {
    const files = {
      "orchestra.yml": "services: {web: {dir: web, run: x}\n",
      "api/service.yml": "run: x\ndepends_on: [web]\nstop: {grace: 1}",
    };
    expect(mistakesIn(files).map((m) => m.split(" ", 2).join(" "))).toEqual([
      "api/service.yml:3:15 bad-value",
      "orchestra.yml:1:34 syntax",
    ]);
  });
});

describe("between services", () => {
  test("a cycle is told once, along its way", () => {
    // a → b → c → a, and d → a outside of it
    const files = {
      "a/service.yml": "run: x\ndepends_on: [b]",
      "b/service.yml": "run: x\ndepends_on: {c: started}",
      "c/service.yml": "run: x\ndepends_on: [a]",
      "d/service.yml": "run: x\ndepends_on: [a]",
    };
    expect(mistakesIn(files)).toEqual(["a/service.yml:2:14 cycle dependency cycle: a → b → c → a"]);
  });

  test("a chain of two thousand is no cycle", () => {
    const entries = Array.from({ length: 2000 }, (_, i) => `  s${i}: {dir: d, run: x, depends_on: [s${i + 1}]}`);
    const files = { "orchestra.yml": `services:\n${entries.join("\n")}\n  s2000: {dir: d, run: x}\n`, "d/": "" };
    expect(mistakesIn(files)).toEqual([]);
  });

  test("waiting for the end of what does not end is a mistake", () => {
    const files = { "a/service.yml": "run: x\ndepends_on: {b: completed}", "b/service.yml": "run: x" };
    expect(mistakesIn(files)).toEqual(['a/service.yml:2:14 never-completes "b" never completes: it is not a one-shot']);
  });

  test("names and ports are taken once", () => {
    const files = {
      "a/service.yml": "run: x\nport: 8080-8090",
      "b/service.yml": "run: x\nport: 8085",
      "c/service.yml": "run: x\nname: a\nport: auto",
      "d/service.yml": "run: x\nport: 8090-8095",
    };
    expect(mistakesIn(files)).toEqual([
      'b/service.yml:2:7 duplicate-port port 8085 of "b" is also that of "a"',
      'c/service.yml:2:7 duplicate-name the name "a" is taken',
      'd/service.yml:2:7 duplicate-port port 8090 of "d" is also that of "a"',
    ]);
  });

  test("names whose variables would be the same bring a warning", () => {
    const files = { "my-api/service.yml": "run: x", "my_api/service.yml": "run: x" };
    const { spec, diagnostics } = loadFleet(tempFolder(files));
    expect(spec).not.toBeNull();
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "similar-name" }]);
  });
});

describe("whatever a file is", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["a binary", Uint8Array.from([0, 1, 2, 255]), "this file is not a text file"],
    ["Latin-1", Uint8Array.from([97, 58, 32, 228]), "this file is not UTF-8 text"],
    ["ten megabytes", "#".repeat(10_000_000), "this file is too large: 10000000 bytes, at most 1000000"],
  ])("%s is a mistake", (_title, contents, message) => {
    for (const file of ["orchestra.yml", "api/service.yml"]) {
      const { spec, diagnostics } = loadFleet(tempFolder({ [file]: contents }));
      expect(spec).toBeNull();
      expect(diagnostics).toMatchObject([{ code: "unreadable", message }]);
    }
  });

  test("a folder in its place is a mistake", () => {
    const root = tempFolder({ "orchestra.yml/": "", "api/service.yml/": "" });
    expect(loadFleet(root).diagnostics.map((d) => d.message)).toEqual(
      Array(2).fill("this file is a folder, not a file"),
    );
  });

  test("a file or folder without permission does no harm", () => {
    const root = tempFolder({ "api/service.yml": "run: x", "data/x": "" });
    chmodSync(join(root, "api/service.yml"), 0);
    chmodSync(join(root, "data"), 0);
    const { spec, diagnostics } = loadFleet(root);
    chmodSync(join(root, "data"), 0o700);
    // Root may read everything.
    if (process.getuid?.() === 0) expect(spec).not.toBeNull();
    else expect(diagnostics.map((d) => d.code)).toEqual(["unreadable"]);
  });

  test("a byte order mark and CRLF are fine", () => {
    expect(serviceOf("\uFEFFrun: x\r\nport: 80\r\n")).toMatchObject({
      run: { command: "x" },
      ports: [{ name: "http" }],
    });
  });

  test("anchors, aliases and merge keys are fine", () => {
    const yaml = "run: x\nport: 80\nready: &p {http: /a, interval: 1s}\nlive: {<<: *p, interval: 2s}\n";
    expect(serviceOf(yaml).live).toMatchObject({ action: { path: "/a" }, intervalMs: 2000 });
  });

  test("nothing makes it throw", () => {
    const text =
      'env: {A: "${B}"}\nports: {a: 1, b: auto}\nready: {http: /x}\ndepends_on: &d [a, *d]\nstop: {grace: 1s}\n';
    const root = tempFolder({ "api/": "" });
    let seed = 7;
    const random = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % limit;
    };
    const junk = "{}[]:,&*!|>'\"%@`#-? \n\t~<=\u0007é";
    for (let round = 0; round < 150; round++) {
      let broken = text;
      for (let i = 0; i <= round % 4; i++) {
        const at = random(broken.length);
        broken = broken.slice(0, at) + junk[random(junk.length)] + broken.slice(at + random(3));
      }
      const folder = tempFolder({ "orchestra.yml": broken, "api/service.yml": broken });
      expect(() => loadFleet(folder), broken).not.toThrow();
    }
    expect(loadFleet(root).spec).not.toBeNull();
  });
});
