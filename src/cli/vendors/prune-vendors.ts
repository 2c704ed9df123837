import { endContainer } from "../../engine/drivers/container/end-container.ts";
import type { FailureOr } from "../../engine/failure-or.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import { fleetLabel } from "../../engine/vendors/labels.ts";
import { Abort } from "../../lib/abort.ts";
import { systemClock } from "../../lib/clock.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { counted } from "../../ui/text/amount.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleetToRead } from "../open-fleet.ts";
import { listNames } from "../output/list-names.ts";
import { printableWords } from "../output/printable.ts";
import { formatTable } from "../output/table.ts";
import { containersOfFleet } from "./find-containers.ts";
import { findLeftovers, type Leftover } from "./find-leftovers.ts";
import { type HeldVolume, heldVolumes } from "./held-volumes.ts";
import { unusedVolumes } from "./unused-volumes.ts";
import { dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";

/** What `orchestra vendors prune` is asked. */
export interface PruneRun {
  /** Data too. */
  volumes: boolean;
  isDryRun: boolean;
  /** Volumes are removed without a question. */
  isAgreed: boolean;
  json: boolean;
  ask: (question: string) => Promise<boolean>;
}

/** A database that is told to end gets this long to write what it has. */
const graceMs = 10_000;

/** Removes what this fleet, and no other, has left on the engine. Resolves to the exit code: 1 where something would not go. */
export async function pruneVendors(context: CliContext, run: PruneRun): Promise<number> {
  const { stdout, stderr } = context;
  const spec = await readVendorFleet(context);
  const busy = await busyUnits(context);
  const docker = await openDocker(context);
  try {
    const has = { ...(await belongings(docker, spec)), busy };
    const all = findLeftovers(spec, has);
    const gone = new Set(all.filter(({ kind }) => kind === "container").map(({ id }) => id));
    const held = run.volumes ? await heldVolumes(docker, spec, unusedVolumes(spec, has, gone), gone) : [];
    const isHeld = ({ kind, id }: Leftover): boolean => kind === "volume" && held.some(({ name }) => name === id);
    const data = all.filter((one) => one.kind === "volume" && !isHeld(one));
    const rest = all.filter(({ kind }) => kind !== "volume");
    const isAgreed = run.volumes && (await mayRemove(context, run, data));
    const chosen = isAgreed ? [...rest, ...data] : rest;
    if (!run.json && chosen.length > 0) {
      stdout.write(formatTable(chosen.map(({ kind, name, why }) => [kind, printableWords(name), why])));
    }
    const refused = run.isDryRun ? [] : await removeAll(docker, spec, chosen);
    const removed = chosen.filter(({ id }) => !refused.some((one) => one.id === id));
    const kept = isAgreed ? [] : data;
    const failed = [
      ...refused.map(({ message }) => message),
      ...held.filter(({ isInUse }) => !isInUse).map((volume) => heldMessage(volume)),
    ];
    if (run.json) {
      const asJson = ({ kind, name, why }: Leftover): object => ({ kind, name, why });
      const kinds = { removed: removed.map(asJson), kept: kept.map(asJson) };
      stdout.write(
        `${JSON.stringify({ fleet: spec.name, root: spec.root, dryRun: run.isDryRun, ...kinds, failed })}\n`,
      );
    }
    for (const message of failed) stderr.write(`${printableWords(message)}\n`);
    for (const { name, holders } of held.filter(({ isInUse }) => isInUse)) {
      stderr.write(`volume ${printableWords(name)} stays: it is held by ${holders}\n`);
    }
    if (removed.length > 0 || failed.length === 0) stderr.write(`${summary(spec, run, removed)}\n`);
    if (kept.length > 0 && !run.json) stderr.write(keptWords(kept));
    return failed.length > 0 && !run.isDryRun ? exitCodes.failed : exitCodes.ok;
  } finally {
    docker.close();
  }
}

/** What a daemon wants to run is nobody's leftover, even while it is not there. */
async function busyUnits(context: CliContext): Promise<Set<string>> {
  const { running } = await openFleetToRead(context);
  if (running === null) return new Set();
  const { client, snapshot } = running;
  await client.close();
  return new Set(wantedUnits(snapshot));
}

function wantedUnits({ services }: FleetSnapshot): string[] {
  return services.filter(({ wanted }) => wanted === "running").flatMap(({ replicas }) => replicas.map(({ id }) => id));
}

async function belongings(docker: Docker, spec: FleetSpec) {
  const containers = await containersOfFleet(docker, spec);
  const label = { [fleetLabel]: spec.id };
  const [images, networks, volumes, states] = await Promise.all([
    docker.images(label).then(orAbort),
    docker.networks(label).then(orAbort),
    docker.volumes(label).then(orAbort),
    Promise.all(containers.map(({ id }) => docker.inspect(id).then(orAbort))),
  ]);
  const mounted = new Map(
    states.flatMap(({ state }) => (state === null ? [] : [[state.id, Object.values(state.volumes)]])),
  );
  return { containers, mounted, ...images, ...networks, ...volumes };
}

function orAbort<T>(answer: FailureOr<T>): T {
  if (!answer.ok) throw dockerAbort(answer.failure);
  return answer;
}

/** Whether data may go. Asked only where there is some; whoever cannot be asked has to have said so. */
async function mayRemove({ isInteractive }: CliContext, run: PruneRun, data: readonly Leftover[]): Promise<boolean> {
  if (data.length === 0 || run.isDryRun || run.isAgreed) return true;
  if (!isInteractive || run.json) {
    throw new Abort(
      exitCodes.usage,
      `nobody can be asked whether to remove ${counted(data.length, "volume")} and all data in ${data.length === 1 ? "it" : "them"}`,
      "look with --dry-run, then say --yes",
    );
  }
  const names = listNames(data.map(({ name }) => printableWords(name)));
  return await run.ask(`Remove ${names}, and all data in ${data.length === 1 ? "it" : "them"}? [y/N] `);
}

async function removeAll(
  docker: Docker,
  fleet: FleetSpec,
  leftovers: readonly Leftover[],
): Promise<(Leftover & { message: string })[]> {
  const failed: (Leftover & { message: string })[] = [];
  // In this order nothing is in use by what comes after it.
  for (const kind of ["container", "image", "network", "volume"] as const) {
    const outcomes = leftovers.filter((one) => one.kind === kind).map((one) => removeOne(docker, fleet, one));
    for (const outcome of await Promise.all(outcomes)) if (outcome !== null) failed.push(outcome);
  }
  return failed;
}

async function removeOne(
  docker: Docker,
  fleet: FleetSpec,
  leftover: Leftover,
): Promise<(Leftover & { message: string }) | null> {
  const removed = await removeOf(docker, leftover);
  if (removed.ok) return null;
  if (removed.failure.kind === "docker-unreachable") throw dockerAbort(removed.failure);
  // A container may have come to have it since that was looked at.
  const [held] = leftover.kind === "volume" ? await heldVolumes(docker, fleet, [leftover.id], new Set()) : [];
  const message =
    held === undefined
      ? `cannot remove ${leftover.kind} ${leftover.name}: ${removed.failure.message}`
      : heldMessage(held);
  return { ...leftover, message };
}

function heldMessage({ name, holders }: HeldVolume): string {
  return `cannot remove volume ${name}: it is held by ${holders}; remove what holds it, then prune again`;
}

function removeOf(docker: Docker, { kind, id }: Leftover): Promise<FailureOr<object>> {
  switch (kind) {
    case "container":
      return removeContainer(docker, id);
    case "image":
      return docker.removeImage(id);
    case "network":
      return docker.removeNetwork(id);
    case "volume":
      return docker.removeVolume(id);
  }
}

/** One that still runs is told to end first: what it keeps may be wanted. */
async function removeContainer(docker: Docker, id: string): Promise<FailureOr<object>> {
  const ended = await endContainer(docker, id, { signal: null, graceMs }, systemClock);
  return ended.ok ? await docker.remove(id) : ended;
}

function summary({ name }: FleetSpec, { isDryRun }: PruneRun, removed: readonly Leftover[]): string {
  if (removed.length === 0) return `nothing to remove: ${name} has left nothing over`;
  const what = [...Map.groupBy(removed, ({ kind }) => kind)].map(([kind, some]) => counted(some.length, kind));
  return `${isDryRun ? "would remove" : "removed"} ${listNames(what)}`;
}

/** A volume without a name can be found again by nothing but this line. */
function keptWords(kept: readonly Leftover[]): string {
  const names = kept.map(({ name }) => `  ${printableWords(name)}\n`).join("");
  return `data that nothing in the config uses stays in\n${names}  remove it as well: orchestra vendors prune --volumes\n`;
}
