import { describe, expect, test } from "vitest";
import { FreshRuns } from "../../src/lib/fresh-runs.ts";

/** Work whose runs end when told. */
function scene() {
  const runs: PromiseWithResolvers<void>[] = [];
  const fresh = new FreshRuns(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { fresh, runs };
}

describe("work that is asked for", () => {
  test("begins at once where none is under way", () => {
    const { fresh, runs } = scene();
    void fresh.run();
    expect(runs).toHaveLength(1);
  });

  test("during a run is done once more after it, for all who asked", async () => {
    const { fresh, runs } = scene();
    const first = fresh.run();
    const later = [fresh.run(), fresh.run(), fresh.run()];
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await Promise.all(later);
    expect(runs).toHaveLength(2);
  });

  test("during a run that fails is done all the same", async () => {
    const { fresh, runs } = scene();
    const first = fresh.run();
    const second = fresh.run();
    runs[0]?.reject(new Error("it failed"));
    await expect(first).rejects.toThrow("it failed");
    await Promise.resolve();
    runs[1]?.resolve();
    await second;
    void fresh.run();
    expect(runs).toHaveLength(3);
  });
});
