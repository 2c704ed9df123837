import type { EngineClient } from "../../model/client.ts";
import type { Failure } from "../../model/failure.ts";
import type { UnitId } from "../../model/ids.ts";
import { isAlive, type ReplicaSnapshot } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { distinctFailures, type FailureStory, lastLines, lastLogLines } from "../output/failure-report.ts";
import type { OpenTarget } from "../wait-for.ts";

/** A report is read by people; all of a line is in the log. */
const longestLine = 2000;

type Asked = Pick<EngineClient, "readLogs" | "inspect">;

/**
 * What went wrong with each: its last lines, of this run of it alone, and which step or probe it is about. What the daemon
 * does not tell any more is left out.
 *
 * @param wereReady units that were ready before
 */
export async function tellFailures(
  client: Asked,
  failed: readonly OpenTarget[],
  snapshot: FleetSnapshot | null,
  wereReady: ReadonlySet<string>,
): Promise<FailureStory[]> {
  return await Promise.all(
    distinctFailures(failed).map(async (target): Promise<FailureStory> => {
      const replica = replicaOf(snapshot, target.name);
      const step = target.failure === null ? null : stepOf(target.failure, wereReady.has(target.name));
      return { target, step, lines: await orNone(lastLines(client, target, generationOf(replica))) };
    }),
  );
}

/** How far each has come that is not there yet: its last lines, and what its readiness probe says. */
export async function tellPending(
  client: Asked,
  pending: readonly OpenTarget[],
  snapshot: FleetSnapshot | null,
  wereReady: ReadonlySet<string>,
): Promise<FailureStory[]> {
  return await Promise.all(
    pending.map(async (target): Promise<FailureStory> => {
      const replica = replicaOf(snapshot, target.name);
      const phase = replica?.state.phase;
      // What waits has written nothing yet; its log is that of an earlier run.
      if (replica === undefined || phase === undefined || !(isAlive(phase) || phase === "backoff")) {
        return { target, step: null, lines: [] };
      }
      const [step, lines] = await Promise.all([
        isAlive(phase) ? probeStep(client, replica.id) : endStep(wereReady.has(target.name)),
        orNone(lastLogLines(client, replica.id, generationOf(replica))),
      ]);
      return { target, step, lines };
    }),
  );
}

function stepOf(failure: Failure, wasReady: boolean): string {
  switch (failure.kind) {
    case "build-failed":
      return `its build: ${failure.command}`;
    case "test-failed":
      return `its tests: ${failure.command}`;
    case "probe-failed":
      return wasReady ? "it had been ready before" : "it was never ready";
    case "gave-up":
      return stepOf(failure.last, wasReady);
    case "spawn-failed":
    case "toolchain-missing":
    case "port-taken":
    case "strays-found":
    case "dependency-failed":
    case "docker-unreachable":
    case "image-unavailable":
    case "container-refused":
    case "log-unwritable":
      return "it was not started";
    case "stop-incomplete":
      return "it does not end";
    case "exited":
    case "killed":
    case "out-of-memory":
    case "container-removed":
    case "exit-unknown":
      return endStep(wasReady);
  }
}

function endStep(wasReady: boolean): string {
  return wasReady ? "it ended after it had been ready" : "it ended before it was ready";
}

async function probeStep(client: Asked, unit: UnitId): Promise<string | null> {
  const inspection = await client.inspect(unit).catch(() => null);
  const probe = inspection?.probes.find((p) => p.role === "ready");
  if (probe === undefined || probe.passing === true) return null;
  if (probe.passing === null) return `its readiness probe ${probe.probe} has not answered yet`;
  return `its readiness probe ${probe.probe} says: ${probe.detail}`;
}

function replicaOf(snapshot: FleetSnapshot | null, unit: string): ReplicaSnapshot | undefined {
  return snapshot?.services.flatMap((s) => s.replicas).find((r) => r.id === unit);
}

function generationOf(replica: ReplicaSnapshot | undefined): number | undefined {
  return replica === undefined || replica.generation === 0 ? undefined : replica.generation;
}

/** A report without its last lines is better than none. */
async function orNone(lines: Promise<string[]>): Promise<string[]> {
  return (await lines.catch(() => [])).map((line) =>
    line.length > longestLine ? `${line.slice(0, longestLine)} … ${line.length - longestLine} more characters` : line,
  );
}
