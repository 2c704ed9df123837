import { expect, test } from "vitest";
import { chaosServices } from "../../scripts/chaos/chaos-fleet.ts";
import { planRound, type Step } from "../../scripts/chaos/round-plan.ts";
import { SeededRandom } from "../../scripts/chaos/seeded-random.ts";

const services = chaosServices({ isSmall: false, port: 4000 });

function rounds(seed: number, change: { killsDaemons?: boolean; hasOwnDisk?: boolean } = {}): Step[][] {
  const random = new SeededRandom(seed);
  const terms = { services, killsDaemons: true, killsForkServers: true, hasOwnDisk: true, ...change };
  return Array.from({ length: 200 }, () => planRound(random, terms));
}

const countOf = (kind: Step["kind"], plan: Step[][]) => plan.flat().filter((s) => s.kind === kind).length;

test("the same seed makes the same choices, another makes others", () => {
  expect(rounds(7)).toEqual(rounds(7));
  expect(rounds(7)).not.toEqual(rounds(8));
});

test("two hundred rounds kill at least fifty daemons, whatever the seed", () => {
  for (let seed = 1; seed <= 50; seed++) expect(countOf("killDaemon", rounds(seed))).toBeGreaterThanOrEqual(50);
});

test("what is switched off is left out", () => {
  expect(countOf("killDaemon", rounds(1, { killsDaemons: false }))).toBe(0);
  expect(countOf("fillDisk", rounds(1, { hasOwnDisk: false }))).toBe(0);
});

test("a daemon never dies while the disk is full, and each full disk is freed", () => {
  const full = rounds(1).filter((steps) => countOf("fillDisk", [steps]) > 0);
  expect(full.length).toBeGreaterThan(5);
  for (const steps of full) {
    expect(countOf("killDaemon", [steps]) + countOf("releaseDaemon", [steps])).toBe(0);
    const kinds = steps.map((s) => s.kind);
    expect(kinds.indexOf("freeDisk")).toBeGreaterThan(kinds.indexOf("fillDisk"));
  }
});
