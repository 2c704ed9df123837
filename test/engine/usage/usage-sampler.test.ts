import { describe, expect, onTestFinished, test } from "vitest";
import { ticksPerSecond } from "../../../src/engine/process/process-info.ts";
import { readProcess } from "../../../src/engine/process/process-table.ts";
import { type MeasuredUnit, UsageSampler } from "../../../src/engine/usage/usage-sampler.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { replicaId } from "../../../src/model/ids.ts";
import type { UsageSample } from "../../../src/model/usage.ts";
import { type StartedProgram, startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

const api = replicaId("api", 1);

/** A sampler of units that a test sets, on a clock that counts its timers. */
class Scene {
  readonly sampler: UsageSampler;
  units: MeasuredUnit[] = [];
  timers = 0;
  looks = 0;

  constructor() {
    const clock = {
      now: systemClock.now,
      after: (ms: number, fn: () => void): (() => void) => {
        this.timers++;
        let isOver = false;
        const end = (): void => {
          if (!isOver) this.timers--;
          isOver = true;
        };
        const cancel = systemClock.after(Math.min(ms, 200), () => {
          end();
          fn();
        });
        return () => {
          end();
          cancel();
        };
      },
    };
    const units = (): MeasuredUnit[] => {
      this.looks++;
      return this.units;
    };
    this.sampler = new UsageSampler({ clock, units });
    onTestFinished(() => this.sampler.close());
  }

  watch(): { samples: UsageSample[]; close: () => void } {
    const samples: UsageSample[] = [];
    const { close } = this.sampler.watch((sample) => samples.push(sample));
    return { samples, close };
  }
}

/** A program that is killed with its whole group at the end. */
function start(name: string, env: Record<string, string> = {}): StartedProgram {
  const program = startProgram(name, env);
  onTestFinished(() => {
    process.kill(-program.child.identity.pgid, "SIGKILL");
  });
  return program;
}

function unitOf({ child, markers }: StartedProgram, generation = 1): MeasuredUnit {
  const leader = { identity: child.identity, child, held: null };
  return { id: api, generation, processes: { ...leader, markers, detachedChildren: "stop" } };
}

/** Seconds of a core that the samples after the first make together. */
function coreSeconds(samples: readonly UsageSample[]): number {
  return samples
    .slice(1)
    .reduce((sum, { at, units }, i) => sum + ((units[api]?.cpu ?? 0) * (at - (samples[i]?.at ?? at))) / 1000, 0);
}

/** The same, as the system books it with the leader. */
function bookedSeconds({ child }: StartedProgram): number {
  const { cpuTicks = 0, waitedCpuTicks = 0 } = readProcess(child.identity.pid) ?? {};
  return (cpuTicks + waitedCpuTicks) / ticksPerSecond;
}

describe("a sample", () => {
  // How much of a core a program gets is not the test's to say, so the samples are held against what it got.
  test.each(["itself", "children"])(
    "has what a program that never rests has used by %s",
    async (how) => {
      const program = start("burns.sh", { HOW: how });
      const scene = new Scene();
      scene.units = [unitOf(program)];
      const { samples } = scene.watch();
      await waitUntil("the first sample is there", () => samples.length > 0);
      const before = bookedSeconds(program);
      await waitUntil("it has used a second of a core", () => coreSeconds(samples) > 1, 60_000);
      const part = coreSeconds(samples) / (bookedSeconds(program) - before);
      expect(part).toBeGreaterThan(0.7);
      expect(part).toBeLessThan(1.3);
      expect(samples[0]?.units[api]?.cpu).toBeNull();
      // The first look may have met it before it had touched a page.
      expect(samples.at(-1)?.units[api]?.memoryBytes).toBeGreaterThan(100_000);
      expect(samples.at(-1)?.units[api]?.processes).toBeGreaterThan(0);
    },
    70_000,
  );

  test("adds the memory of the whole tree, also of what has detached itself", async () => {
    const program = start("detaches-a-child.mjs", { HOW: "double-fork" });
    const pid = Number(await program.printed(/child (\d+)/));
    onTestFinished(() => {
      process.kill(pid, "SIGKILL");
    });
    const scene = new Scene();
    scene.units = [unitOf(program)];
    const { samples } = scene.watch();
    const two = await waitUntil("both are counted", () => samples.find(({ units }) => units[api]?.processes === 2));
    // Two Nodes.
    expect(two.units[api]?.memoryBytes).toBeGreaterThan(50_000_000);
  });

  test("begins anew with a new generation", async () => {
    const scene = new Scene();
    scene.units = [unitOf(start("burns.sh"))];
    const { samples } = scene.watch();
    await waitUntil("the first one is measured", () => samples.some(({ units }) => units[api]?.cpu != null));
    scene.units = [unitOf(start("never-binds.sh"), 2)];
    const seen = samples.length;
    // The first one may have got as little of a busy machine, so only what was seen since is looked at.
    const since = (): (number | null | undefined)[] => samples.slice(seen).map(({ units }) => units[api]?.cpu);
    await waitUntil("the second one is measured", () => (since().at(-1) ?? 1) < 0.1, 20_000);
    expect(since()[0]).toBeNull();
  });

  test("leaves out what has no process", async () => {
    const program = startProgram("exits.sh");
    await program.child.exited;
    const scene = new Scene();
    scene.units = [unitOf(program)];
    const { samples } = scene.watch();
    await waitUntil("a sample is there", () => samples.length > 0);
    expect(samples[0]?.units).toEqual({});
  });
});

describe("watching", () => {
  test("is one look for all that watch, and a late one hears the last at once", async () => {
    const scene = new Scene();
    const first = scene.watch();
    await waitUntil("a sample is there", () => first.samples.length > 0);
    const second = scene.watch();
    expect(second.samples).toEqual(first.samples.slice(-1));
    await waitUntil("more samples are there", () => second.samples.length > 2);
    expect(second.samples).toEqual(first.samples.slice(-second.samples.length));
    expect(scene.looks).toBe(first.samples.length);
    expect(scene.timers).toBe(1);
  });

  test("leaves no timer once the last has left, and looks again for the next", async () => {
    const scene = new Scene();
    const [first, second] = [scene.watch(), scene.watch()];
    await waitUntil("a sample is there", () => second.samples.length > 0);
    first.close();
    first.close();
    expect(scene.timers).toBe(1);
    second.close();
    expect(scene.timers).toBe(0);
    const { looks } = scene;
    const third = scene.watch();
    expect(third.samples).toEqual([]);
    await waitUntil("it looks again", () => scene.looks > looks);
  });

  test("may be left from within a sample", async () => {
    const scene = new Scene();
    const subscription = scene.sampler.watch(() => subscription.close());
    await waitUntil("it has looked", () => scene.looks === 1 && scene.timers === 0);
  });

  test("ends for all when the sampler closes", async () => {
    const scene = new Scene();
    const { samples } = scene.watch();
    scene.watch();
    await waitUntil("a sample is there", () => samples.length > 0);
    scene.sampler.close();
    expect(scene.timers).toBe(0);
  });

  test("that ends in the turn that it began in has cost nothing", () => {
    const scene = new Scene();
    scene.watch().close();
    expect([scene.timers, scene.looks]).toEqual([0, 0]);
  });
});
