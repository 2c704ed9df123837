import type { ContainerFacts } from "../../src/model/container.ts";
import type { FleetId, UnitId } from "../../src/model/ids.ts";
import { replicaId } from "../../src/model/ids.ts";
import type { UnitInspection } from "../../src/model/inspection.ts";
import type { LogLine } from "../../src/model/log.ts";
import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import type { Stray, StrayId } from "../../src/model/stray.ts";

/** A replica that has been ready for four minutes, unless told otherwise. */
export function sampleReplica(service: string, index = 1, change: Partial<ReplicaSnapshot> = {}): ReplicaSnapshot {
  return {
    id: replicaId(service, index),
    service,
    index,
    state: { phase: "ready", pid: 4000 + index },
    since: Date.now() - 4 * 60_000,
    generation: 1,
    ports: {},
    restarts: 0,
    failure: null,
    cause: { kind: "user", verb: "start", origin: "cli" },
    startedAt: null,
    adopted: false,
    outputElsewhere: false,
    ...change,
  };
}

/** A service with one ready replica, unless told otherwise. */
export function sampleService(name: string, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name,
    dir: `/home/you/shop/${name}`,
    command: `./${name}`,
    wanted: "running",
    scale: change.replicas?.length ?? 1,
    oneshot: false,
    autostart: true,
    dependsOn: [],
    profiles: [],
    build: { status: "none", since: 0, lastMs: null, failure: null },
    replicas: [sampleReplica(name)],
    ...change,
  };
}

/** The facts of a container that runs `postgres:16-alpine`, unless told otherwise. */
export function sampleContainer(name: string, change: Partial<ContainerFacts> = {}): ContainerFacts {
  return {
    id: "4f0c1d2e3a5b".padEnd(64, "0"),
    name: `shop-012345-${name}`,
    image: `${name}:16-alpine`,
    imageId: `sha256:${"9a8b7c6d5e4f".padEnd(64, "0")}`,
    isImageMoved: false,
    health: "none",
    pull: null,
    ...change,
  };
}

/** A vendor whose container has been ready for two minutes, unless told otherwise; `replica` changes that one. */
export function sampleVendor(
  name: string,
  replica: Partial<ReplicaSnapshot> = {},
  change: Partial<ServiceSnapshot> = {},
): ServiceSnapshot {
  const image = change.vendor?.image ?? `${name}:16-alpine`;
  const isUp = replica.state === undefined || "pid" in replica.state;
  return sampleService(name, {
    dir: "/home/you/shop",
    command: image,
    vendor: { image, isOptional: false, isKept: false },
    replicas: [
      sampleReplica(name, 1, {
        since: Date.now() - 2 * 60_000,
        startedAt: isUp ? Date.now() - 2 * 60_000 : null,
        ports: { "5432": 5432 },
        cause: { kind: "probe", probe: "tcp", detail: "connection refused" },
        isVendor: true,
        container: sampleContainer(name, { image }),
        ...replica,
      }),
    ],
    ...change,
  });
}

/** A fleet called shop. */
export function sampleFleet(services: ServiceSnapshot[], change: Partial<FleetSnapshot> = {}): FleetSnapshot {
  return {
    revision: 1,
    id: "0123456789abcdef" as FleetId,
    name: "shop",
    root: "/home/you/shop",
    daemon: { pid: 99, version: "0.1.0", startedAt: Date.now() - 5 * 60_000 },
    isStopping: false,
    services,
    strays: [],
    diagnostics: [],
    ...change,
  };
}

/** An orders server that somebody started in a shell an hour ago, unless told otherwise. */
export function sampleStray(pid: number, change: Partial<Stray> = {}): Stray {
  return {
    id: `${pid}-1` as StrayId,
    kind: "foreign",
    service: "orders",
    container: null,
    pid,
    pids: [pid],
    command: "./orders --verbose",
    cwd: "/home/you/shop/orders",
    executable: "/home/you/shop/orders/orders",
    startedAt: Date.now() - 3_600_000,
    parent: { pid: 811, command: "-zsh" },
    ports: [8082],
    evidence: ["its program is orders/orders", "it runs in orders"],
    isExact: false,
    tracer: null,
    isForeignUser: false,
    standing: "asked",
    ...change,
  };
}

/** One whole line of a replica's log. */
export function sampleLine(unit: string, text: string, change: Partial<LogLine> = {}): LogLine {
  return {
    unit: unit as LogLine["unit"],
    generation: 1,
    offset: 0,
    at: new Date(2026, 0, 1, 12, 1, 2, 113).getTime(),
    stream: "out",
    kind: "line",
    text,
    isPartial: false,
    cutBytes: 0,
    ...change,
  };
}

/** What there is to know about a replica that listens on its port, unless told otherwise. */
export function sampleInspection(unit: string, change: Partial<UnitInspection> = {}): UnitInspection {
  const [service = unit] = unit.split("#");
  return {
    unit: unit as UnitId,
    command: [`./${service}`, "--verbose"],
    cwd: `/home/you/shop/${service}`,
    environment: [
      { name: "DB_PASSWORD", value: "•••", origin: `${service}/service.yml`, isSecret: true },
      { name: "HOME", value: "/home/you", origin: "shell", isSecret: false },
      { name: "PORT", value: "8082", origin: "orchestra", isSecret: false },
    ],
    processes: [
      {
        pid: 4001,
        depth: 0,
        command: `./${service} --verbose`,
        startedAt: Date.now() - 4 * 60_000,
        memoryBytes: 18_000_000,
      },
      { pid: 4002, depth: 1, command: "helper --of it", startedAt: Date.now() - 3 * 60_000, memoryBytes: 2_000_000 },
    ],
    ports: [{ name: "http", port: 8082, owner: { pid: 4001, command: `./${service}`, isOwn: true } }],
    probes: [
      { role: "ready", probe: "GET /healthz on port 8082", passing: true, detail: "200 in 2ms", at: Date.now() - 2000 },
    ],
    events: [],
    ...change,
  };
}

/** A container of a database that was started by hand, unless told otherwise. */
export function sampleStrayContainer(name: string, change: Partial<Stray> = {}): Stray {
  return sampleStray(5120, {
    id: `${name}-1` as StrayId,
    kind: "container",
    service: "postgres",
    container: { id: `4f${"0".repeat(62)}`, name, image: "postgres:16", obstacle: null },
    command: "docker-entrypoint.sh postgres",
    cwd: null,
    executable: null,
    parent: null,
    ports: [5432],
    evidence: ["carries the labels of this fleet's postgres, which is on no record", "its engine says: Up 2 hours"],
    ...change,
  });
}
