import { createHash } from "node:crypto";
import { hostFromContainers } from "../../../config/unit-addresses.ts";
import type { ContainerSpec, MountSpec } from "../../../model/container.ts";
import type { FleetId } from "../../../model/ids.ts";
import type { ServiceSpec } from "../../../model/service.ts";
import type { ContainerPlan, ContainerState } from "../../vendors/docker.ts";
import {
  configLabel,
  fleetLabel,
  keysLabel,
  kindLabel,
  namePrefix,
  networkName,
  replicaLabel,
  rootLabel,
  sessionLabel,
  unitLabel,
} from "../../vendors/labels.ts";

/** The fleet that a container belongs to. */
export interface ContainerPlace {
  fleet: FleetId;
  fleetName: string;
  root: string;
  /** Of the daemon's life. */
  session: string;
}

/** What a container of one replica is to be like. */
export interface PlannedContainer {
  plan: ContainerPlan;
  /** By key as the config has it (`image`, `env.LOG_LEVEL`): a short hash of its value. */
  keys: Record<string, string>;
  /** Of all keys. */
  hash: string;
  /** Named volumes of the fleet that have to be there. */
  volumes: string[];
}

/** What of a launch shapes its container. */
export interface PlanInput {
  service: Pick<ServiceSpec, "name" | "stop" | "vendor" | "scale">;
  container: ContainerSpec;
  /** What it is made of: the image's name. */
  image: string;
  index: number;
  ports: Record<string, number>;
  env: Record<string, string>;
}

/** Set anew at each start, so no reason to make another container. */
const passing = new Set(["ORCHESTRA_GENERATION"]);

/** Works out the container of one replica. Pure. */
export function planContainer(input: PlanInput, place: ContainerPlace): PlannedContainer {
  const { service, container, image, index, env } = input;
  const prefix = namePrefix(place.fleetName, place.fleet);
  const isVendor = service.vendor !== null;
  const name = isVendor ? `${prefix}-${service.name}` : `${prefix}-${service.name}-${index}`;
  const ports = portsOf(input);
  const mounts = container.mounts.map((mount) => named(mount, prefix));
  const keys = keysOf(input, ports);
  const hash = digest(JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)))).slice(0, 32);
  return {
    plan: {
      name,
      image,
      command: container.command,
      entrypoint: container.entrypoint,
      env,
      labels: {
        ...container.labels,
        [fleetLabel]: place.fleet,
        [rootLabel]: place.root,
        [unitLabel]: service.name,
        [replicaLabel]: String(index),
        [kindLabel]: isVendor ? "vendor" : "service",
        [configLabel]: hash,
        [keysLabel]: JSON.stringify(keys),
        [sessionLabel]: place.session,
      },
      hostname: isVendor || index === 1 ? service.name : `${service.name}-${index}`,
      user: container.user,
      network: networkName(place.fleet),
      aliases: aliasesOf(service.name, index),
      ports,
      mounts,
      shmBytes: container.shmBytes,
      ulimits: container.ulimits,
      init: container.init,
      extraHosts: { [hostFromContainers]: "host-gateway" },
      stopSignal: service.stop.signal,
    },
    keys,
    hash,
    volumes: mounts.flatMap((mount) => (mount.kind === "volume" && mount.isExternal !== true ? [mount.name] : [])),
  };
}

/** Names that a replica has on the fleet's network: the first one stands for the service. */
export function aliasesOf(service: string, index: number): string[] {
  return index === 1 ? [service, `${service}-1`] : [`${service}-${index}`];
}

function portsOf({ container, ports }: PlanInput): ContainerPlan["ports"] {
  return Object.entries(ports).map(([name, hostPort]) => {
    const { port, protocol, hostIp } = container.inside[name] ?? {
      port: hostPort,
      protocol: "tcp",
      hostIp: "127.0.0.1",
    };
    return { inner: port, protocol, hostIp, hostPort };
  });
}

/** A volume's name is the fleet's own, so that `data` of two fleets are two. */
function named(mount: MountSpec, prefix: string): MountSpec {
  return mount.kind === "volume" && mount.isExternal !== true ? { ...mount, name: `${prefix}-${mount.name}` } : mount;
}

function keysOf({ container, image, env, service }: PlanInput, ports: ContainerPlan["ports"]): Record<string, string> {
  const values: Record<string, unknown> = {
    image,
    command: container.command,
    entrypoint: container.entrypoint,
    ports,
    volumes: container.mounts,
    user: container.user,
    shm_size: container.shmBytes,
    init: container.init,
    "stop.signal": service.stop.signal,
  };
  for (const [name, value] of Object.entries(env)) if (!passing.has(name)) values[`env.${name}`] = value;
  for (const [name, value] of Object.entries(container.labels)) values[`labels.${name}`] = value;
  for (const [name, value] of Object.entries(container.ulimits)) values[`ulimits.${name}`] = value;
  const given = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([key, value]) => [key, digest(JSON.stringify(value)).slice(0, 8)]));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What is to be done so that the planned container runs. */
export type ContainerStep =
  | { kind: "create" }
  /** It runs as it should: nothing is started anew. */
  | { kind: "adopt" }
  /** It is there, and does not run. */
  | { kind: "start" }
  /** It is made anew; `changed` are the keys that differ, none where it is not to be had as it is. */
  | { kind: "recreate"; changed: string[] };

/**
 * Compares what is there with what is wanted. Pure.
 *
 * @param imageId what the image's name means now; null where it is not on this machine
 */
export function decideContainer(
  existing: ContainerState | null,
  planned: PlannedContainer,
  imageId: string | null,
): ContainerStep {
  if (existing === null) return { kind: "create" };
  if (existing.status === "dead" || existing.status === "removing") return { kind: "recreate", changed: [] };
  if (existing.labels[configLabel] !== planned.hash) {
    return { kind: "recreate", changed: changedKeys(existing.labels[keysLabel], planned.keys) };
  }
  if (existing.status === "running" || existing.status === "paused") return { kind: "adopt" };
  // A replica knows its generation from its environment; what it keeps is in its volumes.
  if (planned.plan.labels[kindLabel] === "service") return { kind: "recreate", changed: [] };
  if (imageId !== null && imageId !== existing.imageId)
    return { kind: "recreate", changed: ["image (its tag has moved)"] };
  return { kind: "start" };
}

/** Keys that are new, gone or have another value. */
function changedKeys(written: string | undefined, keys: Record<string, string>): string[] {
  let before: unknown;
  try {
    before = JSON.parse(written ?? "");
  } catch {
    return [];
  }
  if (typeof before !== "object" || before === null) return [];
  const known = before as Record<string, unknown>;
  return [...new Set([...Object.keys(known), ...Object.keys(keys)])].filter((key) => known[key] !== keys[key]).sort();
}

/** Docker's name for a volume that nobody has named. */
const anonymousName = /^[0-9a-f]{64}$/;

/**
 * The plan for a container that takes the place of `before`: with its anonymous volumes, those that its image declares
 * included, so that an edit empties nobody's database. Pure.
 */
export function carryVolumes(plan: ContainerPlan, before: Pick<ContainerState, "volumes">): ContainerPlan {
  const kept = new Map(Object.entries(before.volumes).filter(([, name]) => anonymousName.test(name)));
  const mounts = plan.mounts.map((mount): ContainerPlan["mounts"][number] => {
    const name = kept.get(mount.target);
    kept.delete(mount.target);
    return mount.kind === "anonymous" && name !== undefined
      ? { kind: "volume", name, target: mount.target, isReadOnly: false }
      : mount;
  });
  const declared = [...kept].map(([target, name]) => ({ kind: "volume", name, target, isReadOnly: false }) as const);
  return { ...plan, mounts: [...mounts, ...declared] };
}
