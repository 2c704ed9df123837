import { bootTicks } from "../boot-ticks.ts";
import { commandGraceMs } from "../command-grace.ts";
import { HeldProcess, type ProcessIdentity } from "../identity.ts";
import type { Leader } from "../leader.ts";
import { ticksPerSecond } from "../process-info.ts";
import { Terminator } from "../terminator.ts";

/*
 * What the orphan guard becomes when the program is gone whose commands it guards: it ends them, and then itself. Who they
 * are is its argument, as JSON.
 */

/** Until then their parent had not reaped those who have ended meanwhile, so their numbers were their own. */
const parentDiedTicks = bootTicks() - Math.ceil(process.uptime() * ticksPerSecond);

/** A leader that is dead may have left children in its group, which is known by when it was its own for certain. */
function leaderOf(identity: ProcessIdentity): Leader {
  const held = HeldProcess.hold(identity);
  if (held !== null) return { identity, held, child: null };
  const exit = { kind: "unknown" } as const;
  const child = { identity, isCertain: false, exit, exitTicks: parentDiedTicks, exited: Promise.resolve(exit) };
  return { identity, held, child };
}

const terminator = new Terminator();
for (const identity of JSON.parse(process.argv[2] ?? "[]") as ProcessIdentity[]) {
  const target = { ...leaderOf(identity), markers: null, ports: [], signal: "SIGTERM", graceMs: commandGraceMs };
  terminator.terminate({ ...target, detachedChildren: "stop" });
}
