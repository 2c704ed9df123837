import { resolveSelection } from "../engine/selection.ts";
import type { Selection } from "../model/command.ts";
import { parseUnitId, replicaId, type UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { replicaOf } from "./replica-of.ts";
import { nameableOf, unitsOf } from "./select-units.ts";
import type { Goal, Target } from "./wait-for.ts";

/** All of the units at one goal. */
export function unitTargets(units: readonly UnitId[], goal: Goal): Target[] {
  return units.map((unit) => ({ kind: "unit", unit, goal, old: null }));
}

/**
 * Services built anew, and each of their units replaced by a newer generation. A build that fails leaves the old ones
 * running, so that they are ready says nothing.
 */
export function rebuiltTargets(
  reply: { units: readonly UnitId[]; services: readonly string[] },
  baseline: FleetSnapshot,
): Target[] {
  return [...builtTargets(reply.services, baseline), ...reply.units.map((unit) => replaced(unit, baseline))];
}

/**
 * Of the services that are to run: their builds done anew, and their units replaced, but for those whose program came out the same. What is
 * not to run is no part of a rerun.
 */
export function rerunTargets(
  reply: { units: readonly UnitId[]; services: readonly string[] },
  baseline: FleetSnapshot,
): Target[] {
  const running = baseline.services.filter((s) => s.wanted === "running" && !s.oneshot);
  const builds = builtTargets(
    reply.services.filter((name) => running.some((s) => s.name === name && s.build.status !== "none")),
    baseline,
  );
  const units = reply.units.flatMap((unit): Target[] => {
    const service = running.find((s) => s.name === parseUnitId(unit).name);
    return service === undefined ? [] : [{ ...replaced(unit, baseline), builtSince: service.build.since }];
  });
  return [...builds, ...units];
}

/** Of the services whose earlier program is kept: their units, each in a newer generation. */
export function goBackTargets(units: readonly UnitId[], baseline: FleetSnapshot): Target[] {
  const able = baseline.services.filter((s) => s.wanted === "running" && s.rerun?.canGoBack === true);
  const names = new Set(able.map((s) => s.name));
  return units.filter((unit) => names.has(parseUnitId(unit).name)).map((unit) => replaced(unit, baseline));
}

/** Services built anew. */
export function builtTargets(services: readonly string[], baseline: FleetSnapshot): Target[] {
  return services.map((name) => {
    const service = baseline.services.find((s) => s.name === name);
    return { kind: "build", service: name, old: service === undefined ? null : { since: service.build.since } };
  });
}

/** Units at `ready`; those that the restart is about, not their dependencies, in a newer generation. */
export function restartedTargets(units: readonly UnitId[], select: Selection, baseline: FleetSnapshot): Target[] {
  const running = baseline.services.filter((s) => s.wanted === "running").map((s) => s.name);
  const resolved = resolveSelection(select, nameableOf(baseline), running);
  const restarted = new Set<string>(resolved.ok ? unitsOf(resolved.selected, baseline) : []);
  return units.map((unit) =>
    restarted.has(unit) ? replaced(unit, baseline) : { kind: "unit", unit, goal: "ready", old: null },
  );
}

function replaced(unit: UnitId, baseline: FleetSnapshot): Target & { kind: "unit" } {
  const replica = replicaOf(baseline, unit);
  const old = replica === undefined ? null : { generation: replica.generation, since: replica.since };
  return { kind: "unit", unit, goal: "ready", old };
}

/** Replicas up to the new scale ready, those above it stopped; the engine names the units that it touches. */
export function scaleTargets(
  units: readonly UnitId[],
  baseline: FleetSnapshot,
  service: string,
  change: { to: number } | { by: number },
): Target[] {
  const before = baseline.services.find((s) => s.name === service)?.scale ?? 0;
  const after = "to" in change ? change.to : Math.max(0, before + change.by);
  const indexes = Array.from({ length: Math.max(before, after) }, (_, i) => i + 1);
  if (baseline.services.find((s) => s.name === service)?.wanted !== "running") return [];
  return indexes.flatMap((index): Target[] => {
    const unit = replicaId(service, index);
    if (index > after) return [{ kind: "unit", unit, goal: "stopped", old: null }];
    return units.includes(unit) ? [{ kind: "unit", unit, goal: "ready", old: null }] : [];
  });
}
