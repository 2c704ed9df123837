import { parseState } from "../../../src/engine/state/fleet-state.ts";
import { isAlive } from "../../../src/model/replica.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { replicasOf } from "./processes.ts";
import { type Violation, violations } from "./violation.ts";

/** state.json is whole and says what the snapshot says, which is that of a fleet at rest. */
export function checkState(text: string, snapshot: FleetSnapshot): Violation[] {
  const state = parseState(text);
  if (state === null) return violations("state.json is valid", [text.slice(0, 200)]);
  const wrong: string[] = [];
  for (const { name, wanted, scale } of snapshot.services) {
    const recorded = state.wanted[name];
    const isRunning = recorded?.isRunning ?? false;
    if (isRunning !== (wanted === "running"))
      wrong.push(`${name} is wanted ${wanted}; recorded: isRunning ${isRunning}`);
    if (recorded?.scale != null && recorded.scale !== scale)
      wrong.push(`${name} has scale ${scale}; recorded: ${recorded.scale}`);
  }
  const replicas = replicasOf(snapshot);
  for (const {
    id,
    index,
    service,
    state: { phase },
    generation,
    ports,
  } of replicas) {
    const record = state.units[id];
    const isThere = isAlive(phase);
    if (isThere !== (record !== undefined)) {
      wrong.push(`${id} is ${phase}; recorded: ${record === undefined ? "nothing" : `pid ${record.pid}`}`);
    }
    if (isThere && record !== undefined && record.generation !== generation) {
      wrong.push(`${id} runs generation ${generation}; recorded: ${record.generation}`);
    }
    if ((state.generations[id] ?? 0) !== generation) {
      wrong.push(`${id} is at generation ${generation}; recorded: ${state.generations[id]}`);
    }
    const isResting = phase === "completed" || phase === "failed";
    if (isResting !== (state.resting[id] !== undefined))
      wrong.push(`${id} is ${phase}; recorded as resting: ${!isResting}`);
    const wanted = state.wanted[service];
    const isHeldBack = wanted?.stoppedIndexes.includes(index) === true || wanted?.isRunning !== true;
    if (isHeldBack !== (phase === "stopped"))
      wrong.push(`${id} is ${phase}; recorded as stopped by name: ${isHeldBack}`);
    if (isThere && record !== undefined && JSON.stringify(record.ports) !== JSON.stringify(ports)) {
      wrong.push(`${id} has ports ${JSON.stringify(ports)}; recorded: ${JSON.stringify(record.ports)}`);
    }
  }
  const known = new Set<string>(replicas.map((r) => r.id));
  for (const id of Object.keys(state.units)) if (!known.has(id)) wrong.push(`${id} is recorded and is not there`);
  return violations("state.json agrees with the snapshot", wrong);
}
