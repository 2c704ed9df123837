import { relative } from "node:path";
import type { FleetSpec } from "../model/fleet.ts";
import type { ServiceSpec } from "../model/service.ts";
import { type AddressVariables, addressVariables, portPart, type UnitAddress } from "./address-variables.ts";
import { interpolate } from "./interpolate.ts";

/** By name. */
export type Environment = Record<string, string>;

/**
 * An environment whose addresses of other units are inherited from the one object that all replicas share: two hundred
 * services would have two hundred times six hundred of them. A spawn passes inherited variables on, and leaves out what
 * is `undefined`; whoever copies it has to take `completeEnvironment`.
 */
export type SharingEnvironment = Record<string, string | undefined>;

export interface EnvironmentInput {
  fleet: FleetSpec;
  /** A vendor has what the fleet says for all services in `${…}` alone: it is nobody's program, and stays as it is. */
  service: Pick<ServiceSpec, "name" | "file" | "env" | "envFiles"> & Partial<Pick<ServiceSpec, "vendor">>;
  /** The command that it is for; its section in orchestra.yml counts. */
  verb: string;
  callerEnv: Record<string, string>;
  /** `-e NAME=value` of the command line. */
  overrides: Record<string, string>;
  /** Null for what is no replica: builds, hooks, tests. Those get no `PORT` and no marker. */
  replica: { index: number; generation: number; ports: Record<string, number> } | null;
  /** Of every unit; for many replicas pass the result of `addressVariables`, made once. */
  addresses: Record<string, UnitAddress> | AddressVariables;
}

export interface ResolvedEnvironment {
  /** The whole environment of the child. */
  values: Environment;
  /** By name, where the value comes from: `orders/service.yml`, `.env.dev`, `orchestra.yml start`, `shell`, `orchestra`, `-e`. */
  origins: Record<string, string>;
  warnings: string[];
}

/** One origin of variables. */
interface Layer {
  origin: string;
  values: Record<string, string>;
  /** True where `${…}` in its values is replaced. */
  isConfig: boolean;
  /** True for what the fleet says for all services. */
  isForAll: boolean;
}

/** Set unless anybody has a say of their own: programs hide colours and hold lines back when they write to a file. */
const politeDefaults = { FORCE_COLOR: "1", PYTHONUNBUFFERED: "1" };

/** The environment of one replica (or build, hook or test) of a service, by the precedence that README documents. Pure. */
export function resolveEnvironment(input: EnvironmentInput): ResolvedEnvironment {
  const { values, origins, warnings } = resolveSharing(input);
  const complete = completeEnvironment(values);
  for (const name in complete) origins[name] ??= "orchestra";
  return { values: complete, origins, warnings };
}

/** The same, with the addresses of other units inherited; `origins` are those of its own variables. */
export function resolveSharing(
  input: EnvironmentInput,
): Omit<ResolvedEnvironment, "values"> & { values: SharingEnvironment } {
  const layers = layersOf(input);
  const addresses = isPrepared(input.addresses) ? input.addresses : addressVariables(input.addresses);
  const values: SharingEnvironment = Object.create(addresses.all);
  const origins: Record<string, string> = {};
  /** Which layer a variable's value is of; only config layers and those that beat them are entered. */
  const owners = new Map<string, number>();
  for (const [i, { origin, values: layer, isConfig }] of layers.entries()) {
    for (const name in layer) {
      // A variable of the caller's Orchestra is about another service.
      if (origin === "shell" && name.startsWith("ORCHESTRA_")) continue;
      values[name] = layer[name] as string;
      origins[name] = origin;
      if (isConfig || owners.has(name)) owners.set(name, i);
    }
  }
  const own: Own = { layers, values, origins, owners, warnings: [] };
  giveWay(own, input.service.name, addresses);
  if (input.replica !== null) setOwn(own, input.fleet.id, input.service.name, input.replica);
  expand(own);
  if ((input.service.vendor ?? null) !== null) keepOwn(own);
  setDefaults(values, origins);
  return { values, origins, warnings: own.warnings };
}

/** All of it as variables of its own. */
export function completeEnvironment(environment: SharingEnvironment): Environment {
  const complete: Environment = {};
  for (const name in environment) {
    const value = environment[name];
    if (value !== undefined) complete[name] = value;
  }
  return complete;
}

/** What is being put together. */
interface Own {
  layers: readonly Layer[];
  values: SharingEnvironment;
  origins: Record<string, string>;
  owners: Map<string, number>;
  warnings: string[];
}

function layersOf({ fleet, service, verb, callerEnv, overrides }: EnvironmentInput): Layer[] {
  const nameOf = (path: string) =>
    path.startsWith(`${fleet.root}/`) ? path.slice(fleet.root.length + 1) : relative(fleet.root, path);
  const fileName = nameOf(service.file);
  const layers: Layer[] = [{ origin: "shell", values: callerEnv, isConfig: false, isForAll: false }];
  const add = (origin: string, values: Record<string, string>, isForAll = false) =>
    layers.push({ origin, values, isConfig: true, isForAll });
  for (const file of fleet.envFiles) add(nameOf(file.path), file.values, true);
  add("orchestra.yml", fleet.env, true);
  const section = fleet.commands[verb];
  if (section !== undefined) add(`orchestra.yml ${verb}`, section.env, true);
  for (const file of service.envFiles) add(nameOf(file.path), file.values);
  add(fileName === "orchestra.yml" ? `orchestra.yml ${service.name}` : fileName, service.env);
  layers.push({ origin: "-e", values: overrides, isConfig: false, isForAll: false });
  return layers;
}

/** What Orchestra sets beats everything; it is said where it beats what a config file wants. */
function overrule({ layers, values, origins, owners, warnings }: Own, name: string, value: string): void {
  const owner = owners.get(name);
  if (owner !== undefined && values[name] !== value) {
    warnings.push(`${name} of ${layers[owner]?.origin} does not count: Orchestra sets it to ${value}`);
  }
  owners.delete(name);
  origins[name] = "orchestra";
}

/** Lets the addresses of the other units be inherited, and hides the service's own. */
function giveWay(own: Own, service: string, { byUnit, all }: AddressVariables): void {
  const hidden = new Map(byUnit.get(service));
  for (const name of Object.keys(own.values)) {
    const address = all[name];
    if (address === undefined || hidden.has(name)) continue;
    overrule(own, name, address);
    delete own.values[name];
  }
  for (const name of hidden.keys()) if (!Object.hasOwn(own.values, name)) own.values[name] = undefined;
}

function setOwn(own: Own, fleet: string, service: string, replica: NonNullable<EnvironmentInput["replica"]>): void {
  const set = (name: string, value: string): void => {
    overrule(own, name, value);
    own.values[name] = value;
  };
  const [main, ...others] = Object.entries(replica.ports);
  if (main !== undefined) set("PORT", String(main[1]));
  for (const [name, port] of others) set(`PORT_${portPart(name)}`, String(port));
  set("ORCHESTRA_FLEET", fleet);
  set("ORCHESTRA_SERVICE", service);
  set("ORCHESTRA_REPLICA", String(replica.index));
  set("ORCHESTRA_GENERATION", String(replica.generation));
}

function isPrepared(addresses: EnvironmentInput["addresses"]): addresses is AddressVariables {
  return addresses.kind === "address-variables";
}

/**
 * Replaces `${…}` in what config files give. A name means its value in the finished environment; inside its own value
 * (`PATH: "${PATH}:/more"`) it means what it was before that layer. What refers to itself in a circle stays as written.
 */
function expand({ layers, values, owners, warnings }: Own): void {
  const finished = new Map<string, string>();
  const open = new Set<string>();
  const valueIn = (name: string, layer: number): string | null => {
    const written = layers[layer]?.values[name];
    if (written === undefined) return null;
    if (!layers[layer]?.isConfig || !written.includes("${")) return written;
    const key = `${layer} ${name}`;
    const known = finished.get(key);
    if (known !== undefined) return known;
    open.add(key);
    const { value, unknown } = interpolate(written, (other) => {
      if (other === name) return before(name, layer);
      if (values[other] === undefined) return null;
      const owner = owners.get(other);
      if (owner === undefined) return values[other] ?? null;
      return open.has(`${owner} ${other}`) ? null : valueIn(other, owner);
    });
    open.delete(key);
    finished.set(key, value);
    for (const other of new Set(unknown)) {
      warnings.push(`${name} of ${layers[layer]?.origin} uses \${${other}}, which has no value`);
    }
    return value;
  };
  const before = (name: string, layer: number): string | null => {
    for (let i = layer - 1; i >= 0; i--) {
      const value = valueIn(name, i);
      if (value !== null) return value;
    }
    return null;
  };
  const expanded: [string, string][] = [];
  for (const [name, owner] of owners) {
    if (values[name]?.includes("${")) expanded.push([name, valueIn(name, owner) ?? ""]);
  }
  for (const [name, value] of expanded) values[name] = value;
}

/** Takes out what is said for all services: an edit of that is no reason to make a database anew. */
function keepOwn({ layers, values, origins, owners }: Own): void {
  for (const [name, owner] of owners) {
    if (layers[owner]?.isForAll !== true) continue;
    values[name] = undefined;
    delete origins[name];
  }
}

function setDefaults(values: SharingEnvironment, origins: Record<string, string>): void {
  for (const [name, value] of Object.entries(politeDefaults)) {
    if (Object.hasOwn(values, name) || (name === "FORCE_COLOR" && Object.hasOwn(values, "NO_COLOR"))) continue;
    values[name] = value;
    origins[name] = "orchestra";
  }
}
