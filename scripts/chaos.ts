/**
 * `npm run chaos [-- --seed N --rounds N --minutes N]`: a real fleet of nasty programs, random commands, and kills of
 * services, of the daemon and of its fork server; after each round everything that is promised is checked from outside.
 * The same seed makes the same choices. Ends with 1 where a promise was broken, and says which, by whom and after what.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { ChaosFailure } from "./chaos/chaos-failure.ts";
import { ChaosRun } from "./chaos/chaos-run.ts";
import { ChaosWorld } from "./chaos/chaos-world.ts";
import { endResidents } from "./chaos/end-residents.ts";
import { planRound } from "./chaos/round-plan.ts";
import { SeededRandom } from "./chaos/seeded-random.ts";
import { Timeline } from "./chaos/timeline.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    rounds: { type: "string", default: "200" },
    minutes: { type: "string", default: "60" },
    /** A fleet of fewer programs. */
    small: { type: "boolean", default: false },
    /** Another build than that of these sources. */
    dist: { type: "string" },
    /** Services that are left out: `hidden,ghost`. */
    without: { type: "string", default: "" },
    "no-daemon-kills": { type: "boolean", default: false },
    "no-fork-server-kills": { type: "boolean", default: false },
    /** Prints everything as it happens. */
    verbose: { type: "boolean", default: false },
    /** Leaves the folder of a fleet that failed. */
    keep: { type: "boolean", default: false },
  },
});
const [seed, rounds, minutes] = [values.seed, values.rounds, values.minutes].map(Number) as [number, number, number];
if (!Number.isInteger(seed) || !(rounds > 0) || !(minutes > 0)) {
  console.error("--seed is a whole number, --rounds and --minutes are numbers above 0");
  process.exit(2);
}

if (process.platform !== "linux") throw new Error("chaos looks at the fleet through /proc, which only Linux has");
if (values.dist === undefined) await build({ isQuiet: true });
const startedAt = performance.now();
const timeline = new Timeline(values.verbose ? (line) => console.log(line) : undefined);
const world = await ChaosWorld.make({
  isSmall: values.small,
  dist: resolve(values.dist ?? "dist"),
  without: values.without.split(","),
});
console.log(`chaos: seed ${seed}, ${rounds} rounds, ${world.services.length} services in ${world.root}`);
if (!world.hasOwnDisk) console.log("chaos: no file system can be mounted here, so the disk is never full");

let round = 0;
let run: ChaosRun | null = null;
try {
  run = await ChaosRun.begin(world, timeline);
  const interrupted = Promise.withResolvers<never>();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => interrupted.reject(new Error(`interrupted by ${name}`)));
  }
  interrupted.promise.catch(() => {});
  await Promise.race([run.warmUp(), interrupted.promise]);
  const random = new SeededRandom(seed);
  const terms = {
    services: world.services,
    killsDaemons: !values["no-daemon-kills"],
    killsForkServers: !values["no-fork-server-kills"],
    hasOwnDisk: world.hasOwnDisk,
  };
  while (round < rounds && performance.now() - startedAt < minutes * 60_000) {
    round++;
    timeline.add(`── round ${round}`);
    const steps = planRound(random, terms);
    const roundAt = performance.now();
    await Promise.race([run.round(steps), interrupted.promise]);
    const tookS = ((performance.now() - roundAt) / 1000).toFixed(1);
    console.log(`round ${round}: ${steps.length} steps, ${run.counts.daemonKills} daemon kills so far, ${tookS} s`);
  }
  await Promise.race([run.finish(), interrupted.promise]);
  const { commands, daemonKills, handOvers, forkServerKills, processKills, fullDisks } = run.counts;
  const outOf = round < rounds ? ` of ${rounds} (out of time)` : "";
  console.log(
    `chaos: passed ${round}${outOf} rounds, seed ${seed}: ${commands} commands, ${daemonKills} daemons, ` +
      `${forkServerKills} fork servers and ${processKills} processes killed, ${handOvers} daemons replaced, ` +
      `${fullDisks} times a full disk`,
  );
} catch (error) {
  process.exitCode = 1;
  const what = error instanceof ChaosFailure ? error.message : error instanceof Error ? error.stack : String(error);
  console.error(["", "timeline:", ...timeline.newest(), "", "the daemon said:", ...world.daemonLog()].join("\n"));
  console.error(`\nchaos: failed in round ${round}, seed ${seed}:\n${what}`);
  // Of two that say the same the last one counts.
  console.error(`again: npm run chaos -- ${[...process.argv.slice(2), `--seed ${seed} --rounds ${round}`].join(" ")}`);
} finally {
  await run?.close();
  await endResidents(world.census);
  if (values.keep && process.exitCode === 1) console.error(`the fleet's folder is left: ${world.root}`);
  else world.remove();
}
