import type { Clock } from "../../lib/clock.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { Command, Selection } from "../../model/command.ts";
import { isAlive } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { FleetFollower } from "../fleet-follower.ts";
import { listNames } from "../output/list-names.ts";
import { formatTimeout } from "../output/timeout-report.ts";
import type { Accepted } from "../run-command.ts";
import { unitTargets } from "../targets.ts";
import { type OpenTarget, progressOf } from "../wait-for.ts";
import { waitForTargets } from "../wait-for-targets.ts";

/** For the time in which nothing changes, from the last SIGKILL that was announced. */
const stallMs = 15_000;

/** What stopping needs of the run around it. */
export interface StopPorts {
  clock: Clock;
  follower: FleetFollower;
  send(command: Command): Promise<Accepted>;
  /** Aborted where what is left is to be killed. */
  pressed: AbortSignal;
  isHookPending(): boolean;
  lastNewsAt(): number;
  say(text: string): void;
  sayFailures(failed: readonly OpenTarget[]): Promise<void>;
}

/** Stops services and waits until they are confirmed gone. False where that could not be had, which it has told. */
export async function stopServices(services: readonly string[], ports: StopPorts): Promise<boolean> {
  const { clock, follower, say } = ports;
  if (follower.snapshot === null || !hasAnything(follower.snapshot, services)) return true;
  const startedAt = clock.now();
  const { pid } = follower.snapshot.daemon;
  const select: Selection = { names: [...services], except: [] };
  const reply = await ports.send({ kind: "stop", select });
  const kill = (): void => {
    say("killing what is left\n");
    // Where this does not arrive, the wait below says what is left.
    ports.send({ kind: "kill", select }).catch(() => {});
  };
  if (ports.pressed.aborted) kill();
  else ports.pressed.addEventListener("abort", kill, { once: true });
  const targets = unitTargets(reply.units, "stopped");
  const end = await waitForTargets(follower, {
    // Revisions count within one daemon; a new one ends what hung on the lease of its own accord.
    isCurrent: (snapshot) => snapshot.revision >= reply.revision || snapshot.daemon.pid !== pid,
    targets,
    isDone: () => !reply.hooksFollow || !ports.isHookPending(),
    failsFast: false,
    limit: { kind: "stall", ms: stallMs },
    startedAt,
    lastNewsAt: ports.lastNewsAt,
    clock,
    signal: AbortSignal.any([]),
    remind: say,
  });
  ports.pressed.removeEventListener("abort", kill);
  const tookMs = clock.now() - startedAt;
  if (end.kind === "met" && end.value.failed.length === 0) {
    say(`stopped ${listNames(services)} in ${formatDuration(tookMs)}\n`);
    return true;
  }
  if (end.kind === "met") await ports.sayFailures(end.value.failed);
  else if (end.kind === "timeout")
    say(formatTimeout(progressOf(follower.snapshot, targets, clock.now()).pending, tookMs));
  else say("lost the daemon while it stopped what this run started\n  look: orchestra ps\n");
  return false;
}

/** Whether something of the services runs, is about to, or is meant to: what was just asked for may not show yet. */
function hasAnything(snapshot: FleetSnapshot, services: readonly string[]): boolean {
  return snapshot.services
    .filter((service) => services.includes(service.name))
    .some(({ wanted, replicas }) => wanted === "running" || replicas.some(({ state }) => isAlive(state.phase)));
}
