import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { emptyState, type FleetState } from "../../../src/engine/state/fleet-state.ts";
import { StateStore } from "../../../src/engine/state/state-store.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** A store whose state counts how often it was asked for. */
function scene(): { store: StateStore; folder: string; file: string; problems: string[]; asked: () => number } {
  const folder = tempFolder();
  const file = join(folder, "state.json");
  const problems: string[] = [];
  const store = new StateStore(file, (message) => problems.push(message));
  let asked = 0;
  store.follow((): FleetState => ({ ...emptyState(), generations: { "api#1": ++asked } }));
  return { store, folder, file, problems, asked: () => asked };
}

function written(file: string): number {
  return (JSON.parse(readFileSync(file, "utf8")) as FleetState).generations["api#1"] ?? 0;
}

describe("a flush of the state", () => {
  test("resolves when the state as it was then is in the file, without waiting for more changes to come", async () => {
    const { store, file } = scene();
    await store.flush();
    expect(written(file)).toBe(1);
    store.touch();
    await store.flush();
    expect(written(file)).toBe(2);
  });

  test("is one write for all who ask while another one is under way, and it comes after that", async () => {
    const { store, file, asked } = scene();
    const flushed = [store.flush()];
    // The first has begun by then.
    await Promise.resolve();
    await Promise.resolve();
    flushed.push(...Array.from({ length: 50 }, () => store.flush()));
    await Promise.all(flushed);
    expect(asked()).toBeLessThanOrEqual(2);
    expect(written(file)).toBe(asked());
  });

  test("does not reject where the file cannot be written: that is told once", async () => {
    const { store, folder, problems } = scene();
    rmSync(folder, { recursive: true });
    await store.flush();
    await store.flush();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("cannot be written");
    mkdirSync(folder);
    await store.close();
  });

  test("that failed is tried again by itself, although nothing changes any more", async () => {
    const { store, folder, file, problems } = scene();
    rmSync(folder, { recursive: true });
    await store.flush();
    mkdirSync(folder);
    await waitUntil("the state is in the file", () => existsSync(file));
    expect(written(file)).toBe(1);
    expect(problems).toHaveLength(1);
    await store.close();
  });

  test("after the end resolves, and writes nothing any more", async () => {
    const { store, file } = scene();
    await store.close();
    const text = readFileSync(file, "utf8");
    await store.flush();
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

test("what a killed daemon was writing is cleared away, and what it had written counts", async () => {
  const { store, folder, file } = scene();
  await store.flush();
  const whole = readFileSync(file, "utf8");
  writeFileSync(`${file}.4711.new`, whole.slice(0, whole.length / 2));
  writeFileSync(`${file}.12.last`, "");
  writeFileSync(`${file}.broken`, "mine");
  expect(store.read().generations).toEqual({ "api#1": 1 });
  expect(readdirSync(folder).sort()).toEqual(["state.json", "state.json.broken"]);
});
