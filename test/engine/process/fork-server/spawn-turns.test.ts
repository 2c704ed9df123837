import { expect, test } from "vitest";
import { SpawnTurns } from "../../../../src/engine/process/fork-server/spawn-turns.ts";

test("spawns happen in order, a few a turn, so that other work gets its turn between them", async () => {
  const turns = new SpawnTurns();
  let turn = 0;
  let isCounting = true;
  const count = (): void => {
    turn++;
    if (isCounting) setImmediate(count);
  };
  setImmediate(count);
  const spawned = await Promise.all(
    ["a", "b", "c", "d"].map((name) =>
      turns.take(() => {
        // A slow fork: three fill a turn.
        for (const until = performance.now() + 8; performance.now() < until; );
        return `${name} ${turn}`;
      }),
    ),
  );
  isCounting = false;
  expect(spawned.map((s) => s.split(" ")[0])).toEqual(["a", "b", "c", "d"]);
  const [a, , , d] = spawned.map((s) => s.split(" ")[1]);
  expect(d).not.toBe(a);
});

test("one that throws is told to who asked, and the next goes on", async () => {
  const turns = new SpawnTurns();
  const bad = turns.take(() => {
    throw new Error("no");
  });
  const good = turns.take(() => 1);
  await expect(bad).rejects.toThrow("no");
  expect(await good).toBe(1);
});
