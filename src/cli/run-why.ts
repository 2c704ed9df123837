import { resolveSelection } from "../engine/selection.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { EngineClient } from "../model/client.ts";
import { hasErrors } from "../model/diagnostic.ts";
import type { StampedEvent } from "../model/event.ts";
import { parseUnitId, replicaId } from "../model/ids.ts";
import { isServiceWell } from "../model/is-well.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { type Explanation, explain, type WhyLink } from "../model/why.ts";
import type { CliContext } from "./cli-context.ts";
import { openFleetToRead } from "./open-fleet.ts";
import { listNames } from "./output/list-names.ts";
import { formatWhy } from "./output/why-text.ts";
import { abortOf } from "./reply-abort.ts";
import { nameableOf } from "./select-units.ts";
import { showWhyWithoutDaemon } from "./why-without-daemon.ts";

/** How much of what a program wrote last is quoted, and of what its build or its tests wrote. */
const quotedLines = 10;
const quotedBuildLines = 40;

/** Prints why units are as they are; without names, all that is not well. Starts nothing. */
export async function runWhy(context: CliContext, names: readonly string[], json: boolean): Promise<number> {
  const { root, running } = await openFleetToRead(context);
  if (running === null) return await showWhyWithoutDaemon(context, root, names, json);
  const { client, snapshot } = running;
  try {
    const asked = names.length === 0 ? unwell(snapshot) : await chosen(snapshot, names);
    const explanations: Explanation[] = [];
    for (const name of asked) {
      const events = names.length === 0 ? [] : await eventsOf(client, snapshot, name);
      const explanation = explain(snapshot, name, events);
      if (explanation !== null) explanations.push(explanation);
    }
    if (json) {
      const isWell = explanations.every((e) => e.isWell) && !hasErrors(snapshot.diagnostics);
      context.stdout.write(`${JSON.stringify({ fleet: snapshot.name, root, isWell, explanations })}\n`);
      return exitCodes.ok;
    }
    await print(context, client, names.length === 0 ? outermost(explanations) : explanations);
    printFleet(context, snapshot, names.length === 0 && explanations.length === 0);
    return exitCodes.ok;
  } finally {
    await client.close();
  }
}

function unwell(snapshot: FleetSnapshot): string[] {
  return snapshot.services.filter((s) => !isServiceWell(s) || hasRerunTrouble(s)).map((s) => s.name);
}

/** What runs is well, and will not be what its sources say. */
function hasRerunTrouble({ rerun, oneshot }: ServiceSnapshot): boolean {
  return rerun?.isOn === true && rerun.trouble !== null && !oneshot;
}

/** What names mean: services as wholes, replicas by themselves. */
async function chosen(snapshot: FleetSnapshot, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const resolved = resolveSelection({ names: [...names], except: [] }, nameableOf(snapshot), []);
  if (!resolved.ok) throw await abortOf(resolved.error, snapshot.root, false);
  const { services, replicas } = resolved.selected;
  return [...services, ...replicas.map((r) => replicaId(r.service, r.index))];
}

/** An inspection looks at processes and ports as well, so it is not asked for each replica of a large service. */
const mostInspections = 4;

/** What happened to the replicas, as far as the daemon remembers. */
async function eventsOf(client: EngineClient, snapshot: FleetSnapshot, name: string): Promise<StampedEvent[]> {
  const { name: owner, index } = parseUnitId(name);
  const replicas = snapshot.services.find((s) => s.name === owner)?.replicas ?? [];
  const events: StampedEvent[] = [];
  for (const replica of replicas.filter((r) => index === null || r.index === index).slice(0, mostInspections)) {
    const inspection = await client.inspect(replica.id);
    events.push(...(inspection?.events ?? []));
  }
  return events;
}

/** Those that no other one leads through: the chain of what depends on a thing tells of the thing. */
function outermost(explanations: readonly Explanation[]): readonly Explanation[] {
  const told = new Set(explanations.flatMap((e) => e.through));
  const outer = explanations.filter((e) => !told.has(e.name));
  return outer.length === 0 ? explanations : outer;
}

async function print(context: CliContext, client: EngineClient, explanations: readonly Explanation[]): Promise<void> {
  const { stdout, clock } = context;
  const blocks: string[] = [];
  for (const explanation of explanations) {
    const lines = new Map<WhyLink, string[]>();
    for (const link of explanation.links) lines.set(link, await lastLines(client, link));
    blocks.push(formatWhy(explanation, lines, clock.now(), stdout.hasColor));
  }
  stdout.write(blocks.join("\n"));
}

async function lastLines(client: EngineClient, { log, failure }: WhyLink): Promise<string[]> {
  if (failure !== null && "output" in failure) return failure.output.slice(-quotedBuildLines);
  if (log === null) return [];
  const { unit, generation } = log;
  const page = await client.readLogs({
    units: [unit],
    generation,
    from: "end",
    direction: "backward",
    // Separators stand before and after the lines of a run.
    limit: quotedLines + 2,
  });
  return page.lines
    .filter((line) => line.kind === "line")
    .slice(-quotedLines)
    .map((line) => line.text);
}

function printFleet({ stdout, stderr }: CliContext, snapshot: FleetSnapshot, isAllWell: boolean): void {
  if (hasErrors(snapshot.diagnostics)) {
    stderr.write("the configuration has mistakes; the last good one stays in force\n  see them: orchestra check\n");
  } else if (isAllWell) {
    const running = snapshot.services.filter((s) => s.wanted === "running").map((s) => s.name);
    stdout.write(
      running.length === 0 ? "all is well; nothing is wanted to run\n" : `all is well: ${listNames(running)}\n`,
    );
  }
  if (snapshot.isStopping) stderr.write("the fleet is being taken down\n");
}
