import { suggest } from "../lib/suggest.ts";
import type { CommandError, Selection } from "../model/command.ts";
import { parseUnitId } from "../model/ids.ts";

/** What names can mean. */
export interface Nameable {
  /** Vendors too, which have one replica. */
  services: readonly { name: string; scale: number }[];
  profiles: Readonly<Record<string, readonly string[]>>;
}

/** What a selection comes to: services as wholes, and single replicas by service and index. */
export interface Selected {
  /** In the fleet's order, without doubles. */
  services: string[];
  replicas: { service: string; index: number }[];
  /** True where the caller named something, rather than meaning all. */
  isExplicit: boolean;
}

/**
 * Resolves names as typed: `api`, `api#2`, `@core`, `~web` (except); nothing means all. Pure. `all` is what nothing
 * means for the verb at hand.
 */
export function resolveSelection(
  selection: Selection,
  fleet: Nameable,
  all: readonly string[],
): { ok: true; selected: Selected } | { ok: false; error: CommandError } {
  const names = selection.names.filter((n) => !n.startsWith("~"));
  const except = [...selection.except, ...selection.names.filter((n) => n.startsWith("~")).map((n) => n.slice(1))];
  const wanted = names.length === 0 ? new Set(all) : new Set<string>();
  const replicas: Selected["replicas"] = [];

  for (const name of names) {
    const meaning = meaningOf(name, fleet);
    if (!meaning.ok) return meaning;
    for (const service of meaning.services) wanted.add(service);
    if (meaning.replica !== null) replicas.push(meaning.replica);
  }
  const excluded = new Set<string>();
  for (const name of except) {
    const meaning = meaningOf(name, fleet);
    if (!meaning.ok) return meaning;
    for (const service of meaning.services) excluded.add(service);
    if (meaning.replica !== null) {
      return refused(`"${name}" names one replica; --except takes services and profiles`);
    }
  }
  return {
    ok: true,
    selected: {
      services: fleet.services.map((s) => s.name).filter((n) => wanted.has(n) && !excluded.has(n)),
      replicas: replicas.filter((r) => !wanted.has(r.service) && !excluded.has(r.service)),
      isExplicit: names.length > 0,
    },
  };
}

/** Every service that a selection touches, wholly or by a replica. */
export function namesOf(selected: Selected): string[] {
  return [...new Set([...selected.services, ...selected.replicas.map((r) => r.service)])];
}

type Meaning =
  | { ok: true; services: readonly string[]; replica: { service: string; index: number } | null }
  | { ok: false; error: CommandError };

function meaningOf(name: string, fleet: Nameable): Meaning {
  if (name.startsWith("@")) {
    const services = fleet.profiles[name.slice(1)];
    if (services === undefined)
      return unknown(
        "profile",
        name,
        Object.keys(fleet.profiles).map((p) => `@${p}`),
      );
    return { ok: true, services, replica: null };
  }
  const { name: serviceName, index } = parseUnitId(name);
  const service = fleet.services.find((s) => s.name === serviceName);
  if (service === undefined) {
    const candidates = fleet.services.map((s) => s.name);
    return unknown("service", name, candidates);
  }
  if (index === null) return { ok: true, services: [serviceName], replica: null };
  if (index < 1 || index > service.scale) {
    const has = service.scale === 1 ? "1 replica" : `${service.scale} replicas`;
    return refused(
      `there is no ${name}: ${serviceName} has ${has} (orchestra scale ${serviceName}=${Math.max(1, index)})`,
    );
  }
  return { ok: true, services: [], replica: { service: serviceName, index } };
}

function unknown(what: string, name: string, candidates: string[]): { ok: false; error: CommandError } {
  const suggestion = suggest(name, candidates);
  const message =
    candidates.length === 0 ? `there is no ${what} "${name}": this fleet has none` : `there is no ${what} "${name}"`;
  return { ok: false, error: { kind: "unknown-name", message, suggestion } };
}

function refused(message: string): { ok: false; error: CommandError } {
  return { ok: false, error: { kind: "refused", message } };
}
