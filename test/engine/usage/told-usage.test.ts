import { expect, test } from "vitest";
import { type ToldUnit, ToldUsage } from "../../../src/engine/usage/told-usage.ts";
import { replicaId } from "../../../src/model/ids.ts";
import type { UnitUsage } from "../../../src/model/usage.ts";

const usage = (memoryBytes: number): UnitUsage => ({ cpu: 0.5, memoryBytes, processes: 1 }) as UnitUsage;

function scene() {
  const listeners = new Map<string, (usage: UnitUsage) => void>();
  const units: ToldUnit[] = [];
  const unit = (name: string, generation: number): ToldUnit => ({
    id: replicaId(name, 1),
    generation,
    watch(listener) {
      listeners.set(`${name} ${generation}`, listener);
      return () => listeners.delete(`${name} ${generation}`);
    },
  });
  return { told: new ToldUsage(() => units), units, unit, listeners };
}

test("a unit is listened to from the first look on, and what it told last is known", () => {
  const { told, units, unit, listeners } = scene();
  units.push(unit("db", 1));
  expect(listeners.size).toBe(0);
  expect(told.latest()).toEqual({});
  listeners.get("db 1")?.(usage(1));
  listeners.get("db 1")?.(usage(2));
  expect(told.latest()).toEqual({ "db#1": usage(2) });
  expect(listeners.size).toBe(1);
});

test("the next generation of a unit is listened to anew, and begins with nothing", () => {
  const { told, units, unit, listeners } = scene();
  units.push(unit("db", 1));
  told.latest();
  listeners.get("db 1")?.(usage(1));
  units[0] = unit("db", 2);
  expect(told.latest()).toEqual({});
  expect([...listeners.keys()]).toEqual(["db 2"]);
});

test("a unit that is gone, and all of them at the end, are listened to no longer", () => {
  const { told, units, unit, listeners } = scene();
  units.push(unit("db", 1), unit("cache", 1));
  told.latest();
  units.shift();
  told.latest();
  expect([...listeners.keys()]).toEqual(["cache 1"]);
  told.close();
  expect(listeners.size).toBe(0);
  expect(told.latest()).toEqual({});
  expect(listeners.size).toBe(1);
});
