import { describe, expect, test } from "vitest";
import { addressVariables } from "../../src/config/address-variables.ts";
import { loadFleet } from "../../src/config/load-fleet.ts";
import { type EnvironmentInput, resolveEnvironment } from "../../src/config/resolve-environment.ts";
import { tempFolder } from "./temp-folder.ts";

function resolve(files: Record<string, string>, input: Partial<Omit<EnvironmentInput, "fleet" | "service">> = {}) {
  const { spec, diagnostics } = loadFleet(tempFolder({ "api/main.go": "", "api/service.yml": "", ...files }));
  const service = spec?.services.find((s) => s.name === "api");
  if (spec === null || service === undefined) throw new Error(JSON.stringify(diagnostics));
  const defaults = { verb: "start", callerEnv: {}, overrides: {}, replica: null, addresses: {} };
  return { fleet: spec, ...resolveEnvironment({ fleet: spec, service, ...defaults, ...input }) };
}

describe("precedence", () => {
  test("each layer beats those before it, and says where a value comes from", () => {
    const { values, origins, warnings } = resolve(
      {
        ".env.dev": "B=env.dev\nC=env.dev\nD=env.dev\nE=env.dev\nF=env.dev\nG=env.dev",
        "orchestra.yml": [
          "env_file: .env.dev",
          "env: {C: fleet, D: fleet, E: fleet, F: fleet, G: fleet}",
          "start: {env: {D: command, E: command, F: command, G: command}}",
          "stop: {env: {A: no}}",
        ].join("\n"),
        "api/.env": "E=env\nF=env\nG=env",
        "api/service.yml": "env_file: [.env]\nenv: {F: service, G: service}",
      },
      { callerEnv: { A: "shell", B: "shell", G: "shell" }, overrides: { G: "override" } },
    );
    expect(values).toMatchObject({
      A: "shell",
      B: "env.dev",
      C: "fleet",
      D: "command",
      E: "env",
      F: "service",
      G: "override",
    });
    expect(origins).toMatchObject({
      A: "shell",
      B: ".env.dev",
      C: "orchestra.yml",
      D: "orchestra.yml start",
      E: "api/.env",
      F: "api/service.yml",
      G: "-e",
    });
    expect(warnings).toEqual([]);
  });

  test("a vendor has what the fleet says for all in its values alone", () => {
    const files = {
      "orchestra.yml": [
        "env: {A: fleet, B: fleet}",
        "start: {env: {C: command}}",
        "vendors: {pg: {image: x, env: {B: own, D: '${A} ${C}'}}}",
      ].join("\n"),
    };
    const { spec } = loadFleet(tempFolder(files));
    const [service] = spec?.vendors ?? [];
    if (spec === null || service === undefined) throw new Error("no vendor");
    const input = { callerEnv: { A: "shell", E: "shell" }, overrides: {}, replica: null, addresses: {} };
    const { values, origins } = resolveEnvironment({ fleet: spec, service, verb: "start", ...input });
    expect(values).toMatchObject({ B: "own", D: "fleet command", E: "shell" });
    expect(values).not.toHaveProperty("A");
    expect(values).not.toHaveProperty("C");
    expect(origins).toMatchObject({ B: "orchestra.yml pg", D: "orchestra.yml pg" });
  });

  test("later env files beat earlier ones", () => {
    const files = { "api/a": "X=1\nY=1", "api/b": "X=2", "api/service.yml": "env_file: [a, b]" };
    expect(resolve(files).values).toMatchObject({ X: "2", Y: "1" });
  });

  test("a service that lives in orchestra.yml is named as the origin", () => {
    const files = { "orchestra.yml": "services: {web: {dir: api, env: {A: b}, run: x}}", "api/service.yml": "" };
    const root = tempFolder({ "orchestra.yml": files["orchestra.yml"], "api/": "" });
    const { spec } = loadFleet(root);
    const service = spec?.services[0];
    if (spec === null || service === undefined) throw new Error("no service");
    const input = { verb: "start", callerEnv: {}, overrides: {}, replica: null, addresses: {} };
    expect(resolveEnvironment({ fleet: spec, service, ...input }).origins.A).toBe("orchestra.yml web");
  });

  test("values are as written in the file", () => {
    const { values } = resolve({
      "api/service.yml": "env: {A: 1.10, B: true, C: 0x1F, D: '', E: 12345678901234567890}",
    });
    expect(values).toMatchObject({ A: "1.10", B: "true", C: "0x1F", D: "", E: "12345678901234567890" });
  });
});

describe("what Orchestra sets", () => {
  const replica = { index: 2, generation: 7, ports: { http: 8081, grpc: 9001 } };

  test("a replica gets its ports and marks, over everything else", () => {
    const { fleet, values, origins } = resolve({}, { replica, callerEnv: { PORT: "1", ORCHESTRA_SERVICE: "x" } });
    expect(values).toEqual({
      PORT: "8081",
      PORT_GRPC: "9001",
      ORCHESTRA_FLEET: fleet.id,
      ORCHESTRA_SERVICE: "api",
      ORCHESTRA_REPLICA: "2",
      ORCHESTRA_GENERATION: "7",
      FORCE_COLOR: "1",
      PYTHONUNBUFFERED: "1",
    });
    expect(new Set(Object.values(origins))).toEqual(new Set(["orchestra"]));
  });

  test("what is no replica gets no marks, not even the caller's", () => {
    const { values } = resolve({}, { callerEnv: { ORCHESTRA_FLEET: "f", ORCHESTRA_X: "x", PORT: "5" } });
    expect(values).toEqual({ PORT: "5", FORCE_COLOR: "1", PYTHONUNBUFFERED: "1" });
  });

  test("the addresses of all other units are there, prepared or not", () => {
    const addresses = {
      api: { host: "127.0.0.1", ports: { http: 1 } },
      catalog: { host: "127.0.0.1", ports: { http: 8081 } },
    };
    const plain = resolve({}, { addresses }).values;
    expect(plain).toMatchObject({
      CATALOG_HOST: "127.0.0.1",
      CATALOG_PORT: "8081",
      CATALOG_URL: "http://127.0.0.1:8081",
    });
    expect(plain).not.toHaveProperty("API_PORT");
    expect(resolve({}, { addresses: addressVariables(addresses) }).values).toEqual(plain);
  });

  test("beats a config file with a warning", () => {
    const { values, warnings } = resolve({ "api/service.yml": "env: {PORT: 99}" }, { replica });
    expect(values.PORT).toBe("8081");
    expect(warnings).toEqual(["PORT of api/service.yml does not count: Orchestra sets it to 8081"]);
  });

  test.each<[Record<string, string>, string | undefined]>([
    [{}, "1"],
    [{ FORCE_COLOR: "0" }, "0"],
    [{ NO_COLOR: "1" }, undefined],
  ])("colour with %j in the shell is %j", (callerEnv, expected) => {
    expect(resolve({}, { callerEnv }).values.FORCE_COLOR).toBe(expected);
  });
});

describe("${…}", () => {
  test.each<[string, string, string]>([
    ["an address", "${CATALOG_URL}/v1", "http://127.0.0.1:8081/v1"],
    ["the shell", "${HOME}/x", "/home/me/x"],
    ["the own port", "http://localhost:${PORT}", "http://localhost:8080"],
    ["another value that uses one", "${INNER}!", "a /home/me b!"],
    ["an override", "${OVER}", "over"],
    ["a default", "${NOPE:-d}", "d"],
    ["an escape", "$${HOME}", "${HOME}"],
  ])("uses %s", (_title, value, expected) => {
    const { values, warnings } = resolve(
      {
        "orchestra.yml": "env: {INNER: 'a ${HOME} b', OVER: under}",
        "api/service.yml": `env: {X: '${value}'}`,
      },
      {
        callerEnv: { HOME: "/home/me" },
        overrides: { OVER: "over" },
        replica: { index: 1, generation: 1, ports: { http: 8080 } },
        addresses: { catalog: { host: "127.0.0.1", ports: { http: 8081 } } },
      },
    );
    expect(values.X).toBe(expected);
    expect(warnings).toEqual([]);
  });

  test("of its own name means the value before", () => {
    const files = { "orchestra.yml": "env: {PATH: '/a:${PATH}'}", "api/service.yml": "env: {PATH: '/b:${PATH}'}" };
    expect(resolve(files, { callerEnv: { PATH: "/bin" } }).values.PATH).toBe("/b:/a:/bin");
  });

  test("without a value stays, with a warning", () => {
    const { values, warnings } = resolve({ "api/service.yml": "env: {X: '${NOPE}-${NOPE}'}" });
    expect(values.X).toBe("${NOPE}-${NOPE}");
    expect(warnings).toEqual(["X of api/service.yml uses ${NOPE}, which has no value"]);
  });

  test("in a circle ends, with warnings", () => {
    const { values, warnings } = resolve({ "api/service.yml": "env: {A: '${B}', B: '${A}', C: '${C}'}" });
    expect(Object.keys(values)).toEqual(expect.arrayContaining(["A", "B", "C"]));
    expect(warnings.length).toBeGreaterThan(0);
  });

  test("of the shell's and the command line's values is left alone", () => {
    const { values } = resolve({}, { callerEnv: { A: "${HOME}", HOME: "/h" }, overrides: { B: "${HOME}" } });
    expect(values).toMatchObject({ A: "${HOME}", B: "${HOME}" });
  });

  test("in single quotes of an env file is left alone", () => {
    const { values } = resolve({ ".env": "A='${B}'\nB=1\nC=${B}", "orchestra.yml": "env_file: .env" });
    expect(values).toMatchObject({ A: "${B}", C: "1" });
  });
});
