import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { replicaId, type UnitId } from "../../src/model/ids.ts";
import type { InspectedVariable, UnitInspection } from "../../src/model/inspection.ts";
import { freePort } from "../helpers/free-port.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const api = replicaId("api", 1);
const listens = program("listens.mjs");

async function inspect(fleet: TestEngine): Promise<UnitInspection> {
  const inspection = await fleet.engine.inspect(api);
  if (inspection === null) throw new Error("there is nothing to be known about api#1");
  return inspection;
}

function variable({ environment }: UnitInspection, name: string): InspectedVariable | undefined {
  return environment.find((v) => v.name === name);
}

describe("a unit that runs", () => {
  test("is known with its command, folder, environment, process, port, probe and events", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(
      `services: {api: {dir: api, run: ${listens} --loud, port: ${port}, ready: {http: /healthz}}}`,
      { "api/x": "" },
    );
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    const inspection = await inspect(fleet);
    const command = `${listens} --loud`;
    expect(inspection).toMatchObject({ unit: api, command: command.split(" "), cwd: fleet.path("api") });
    expect(inspection.processes).toMatchObject([{ pid, depth: 0, command }]);
    const [process] = inspection.processes;
    expect(Math.abs((process?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(process?.memoryBytes).toBeGreaterThan(10_000_000);
    expect(inspection.ports).toEqual([{ name: "http", port, owner: { pid, command, isOwn: true } }]);
    expect(inspection.probes).toEqual([
      {
        role: "ready",
        probe: `GET /healthz on port ${port}`,
        passing: true,
        detail: "http 200",
        at: expect.any(Number),
      },
    ]);
    expect(inspection.events.map(({ event }) => event.kind)).toContain("wantedChanged");
    expect(inspection.events.at(-1)).toEqual(
      fleet.events.findLast(({ event }) => event.kind === "replicaChanged" && event.replica.id === api),
    );
  });

  test("has a child in its tree, which holds its port", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(
      `services: {api: {dir: ., run: ${program("child-holds-the-port.mjs")}, port: ${port}}}`,
    );
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const { processes, ports, probes } = await inspect(fleet);
    expect(processes).toMatchObject([
      { pid: fleet.pid("api#1"), depth: 0 },
      { depth: 1, command: listens },
    ]);
    expect(ports).toEqual([{ name: "http", port, owner: { pid: processes[1]?.pid, command: listens, isOwn: true } }]);
    expect(probes).toMatchObject([{ role: "ready", probe: `port ${port} listened on`, passing: true }]);
  });

  test("has the last answers of both its probes", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(
      `services: {api: {dir: ., run: ${listens}, port: ${port}, ready: {log: listening on}, live: {http: /healthz}}}`,
    );
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const probes = await waitUntil("both have answered", async () => {
      const { probes: answers } = await inspect(fleet);
      return answers.every(({ passing }) => passing === true) ? answers : null;
    });
    expect(probes).toMatchObject([
      { role: "ready", probe: "log line /listening on/", detail: `listening on ${port}` },
      { role: "live", probe: `GET /healthz on port ${port}`, detail: "http 200" },
    ]);
  });

  test("has a port too that its config does not know", async () => {
    const port = await freePort();
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${listens}, env: {PORT: "${port}"}}}`);
    await fleet.start();
    const owner = await waitUntil("it listens", async () => {
      const { ports } = await inspect(fleet);
      return ports.find((p) => p.port === port && p.name === null)?.owner;
    });
    expect(owner).toEqual({ pid: fleet.pid("api#1"), command: listens, isOwn: true });
  });

  test("keeps the environment of its last start", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${program("never-binds.sh")}}}`);
    const select = { names: [], except: [] };
    await fleet.send(
      { kind: "start", select, noDeps: false, overrides: { COLOUR: "red" } },
      { callerEnv: { ...fleet.callerEnv, SHELL_SAYS: "hello" } },
    );
    await fleet.untilPhase("ready", "api#1");
    const inspection = await inspect(fleet);
    expect(variable(inspection, "COLOUR")).toMatchObject({ value: "red", origin: "-e" });
    expect(variable(inspection, "SHELL_SAYS")).toMatchObject({ value: "hello", origin: "shell" });
    expect(variable(inspection, "ORCHESTRA_GENERATION")).toMatchObject({ value: "1", origin: "orchestra" });
  });
});

describe("a secret", () => {
  test("is masked in the inspection, and told when it is asked for by name", async () => {
    const fleet = await TestEngine.open(
      `env: {DB_URL: "postgres://me:pw@localhost/shop"}\nservices: {api: {dir: ., run: sleep 1, env: {API_TOKEN: t0ps3cret, LEVEL: debug}}}`,
    );
    const inspection = await inspect(fleet);
    expect(variable(inspection, "API_TOKEN")).toEqual({
      name: "API_TOKEN",
      value: "•••",
      origin: "orchestra.yml api",
      isSecret: true,
    });
    expect(variable(inspection, "DB_URL")).toMatchObject({ value: "postgres://•••@localhost/shop", isSecret: true });
    expect(variable(inspection, "LEVEL")).toMatchObject({ value: "debug", isSecret: false });
    expect(JSON.stringify(inspection)).not.toContain("t0ps3cret");
    expect(await fleet.engine.reveal(api, "API_TOKEN")).toBe("t0ps3cret");
    expect(await fleet.engine.reveal(api, "DB_URL")).toBe("postgres://me:pw@localhost/shop");
    expect(await fleet.engine.reveal(api, "toString")).toBeNull();
    expect(await fleet.engine.reveal(replicaId("api", 2), "API_TOKEN")).toBeNull();
  });
});

describe("a unit that does not run", () => {
  test("has the holder of its port named, and no process and no answer", async () => {
    const port = await freePort();
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const fleet = await TestEngine.open(
      `services: {api: {dir: ., run: ${listens}, port: ${port}, ready: {tcp: ${port}}, live: {http: /livez}}}`,
    );
    await fleet.start();
    await fleet.untilPhase("waiting", "api#1");
    const { processes, ports, probes } = await inspect(fleet);
    expect(processes).toEqual([]);
    expect(ports).toEqual([
      { name: "http", port, owner: { pid: process.pid, command: expect.stringContaining("node"), isOwn: false } },
    ]);
    const unknown = { passing: null, detail: "", at: null };
    expect(probes).toEqual([
      { role: "ready", probe: `tcp ${port}`, ...unknown },
      { role: "live", probe: `GET /livez on port ${port}`, ...unknown },
    ]);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  test("has no command before its first build", async () => {
    const fleet = await TestEngine.open("services: {api: {dir: api}}", { "api/main.go": "package main" });
    expect(await inspect(fleet)).toMatchObject({ command: null, cwd: fleet.path("api") });
  });

  test("that there is not, is null", async () => {
    const fleet = await TestEngine.open("services: {api: {dir: ., run: sleep 1}}");
    for (const unit of [replicaId("api", 2), replicaId("web", 1), "api" as UnitId, "api#01" as UnitId]) {
      expect(await fleet.engine.inspect(unit)).toBeNull();
    }
  });
});

describe("usage", () => {
  test("tells what the trees of all units take", async () => {
    const fleet = await TestEngine.open(
      `services: {api: {dir: ., run: ${program("burns.sh")}}, web: {dir: ., run: ${program("never-binds.sh")}}}`,
    );
    const samples: string[] = [];
    let hasBurnt = false;
    // On a busy machine a program that never rests may get little; more than one that sleeps it gets in any case.
    fleet.engine.watchUsage(({ units }) => {
      samples.push(Object.keys(units).sort().join(" "));
      hasBurnt ||= (units[api]?.cpu ?? 0) > 0.1 && (units[replicaId("web", 1)]?.cpu ?? 1) < 0.05;
    });
    await fleet.start();
    await waitUntil("one of them burns", () => hasBurnt, 20_000);
    expect(samples).toContain("api#1 web#1");
  });
});

describe("a unit whose service follows its sources", () => {
  const looped = { "api/serve.sh": "echo up\nexec sleep 600\n", "api/node_modules/x.js": "", "lib/a.txt": "" };
  const keys = "dir: api, run: sh serve.sh, ready: {log: up}, watch: {paths: [., ../lib]}";

  test("is known with what is watched of it, how that came about, and what is not", async () => {
    const fleet = await TestEngine.open(`rerun: true\nservices: {api: {${keys}}}`, looped);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.engine.followed();
    expect((await inspect(fleet)).watched).toEqual({
      places: [
        { path: fleet.path("api"), isTree: true, because: "folder" },
        { path: fleet.path("lib"), isTree: true, because: "watch.paths" },
      ],
      folders: 2,
      files: 2,
      ignored: [{ rule: "node_modules", from: "always", count: 1 }],
      isMore: false,
      polling: null,
    });
  });

  test("says nothing of it where it follows nothing", async () => {
    const fleet = await TestEngine.open(`rerun: false\nservices: {api: {${keys}}}`, looped);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.engine.followed();
    expect(await inspect(fleet)).not.toHaveProperty("watched");
  });
});
