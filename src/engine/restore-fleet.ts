import { portPart } from "../config/address-variables.ts";
import { defaultService } from "../config/default-service.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { parseUnitId, replicaId, type UnitId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ProcessRecord, RunRecord } from "./drivers/driver.ts";
import type { Launcher } from "./launcher.ts";
import type { LeftBehind } from "./left-behind.ts";
import { timeOfTicks } from "./process/boot-ticks.ts";
import { readBootId } from "./process/identity.ts";
import { type FoundRun, readPortVariables } from "./process/left-processes.ts";
import type { ExitRecords } from "./state/exit-records.ts";
import type { FleetState, WantedService } from "./state/fleet-state.ts";
import { restorationOf } from "./state/restoration.ts";
import type { Supervisor } from "./supervisor.ts";

/** What a new daemon has to go by. */
export interface Inheritance {
  spec: FleetSpec;
  state: FleetState;
  left: LeftBehind;
  records: ExitRecords;
}

/**
 * Takes up where an earlier daemon left off: its wishes, what of its processes still lives, and how its oneshots ended.
 * Returns the services, by lease, whose wishes hung on one: a lease does not outlive its daemon, unless that has handed
 * over, so they are wanted no longer where it was killed.
 */
export function restoreFleet(
  supervisor: Supervisor,
  launcher: Launcher,
  inherited: Inheritance,
): Map<string, string[]> {
  const { spec, state, left, records } = inherited;
  // After a reboot nothing of it lives, and nobody has asked for it since: the wishes went with the machine.
  const isSameBoot = state.bootId === readBootId();
  const leased = isSameBoot ? leasedServices(state) : new Map<string, string[]>();
  supervisor.apply(spec, isSameBoot ? wishesOf(state) : {}, { kind: "daemon", what: "start" });
  if (!isSameBoot) return leased;

  const found = new Map(left.runs.map((run) => [replicaId(run.markers.service, run.markers.replica), run]));
  const exits = new Map(left.exits.map((exit) => [exit.unit, exit]));
  const units = [state.units, state.resting, Object.fromEntries(found), Object.fromEntries(exits)];
  for (const unit of new Set(units.flatMap((part) => Object.keys(part) as UnitId[]))) {
    const ended = endedOf(state, unit);
    const recorded = state.units[unit] ?? null;
    const exit = exits.get(unit);
    const record = recordOf(spec, found.get(unit), ended, recorded) ?? recorded;
    const name = parseUnitId(unit).name;
    const service = supervisor.services.get(name);
    if (record !== null) {
      const known = service?.spec ?? leftoverSpec(spec, record);
      const running = launcher.adopt(service ?? { spec: known }, record);
      supervisor.inheritance.recorded(record, known, running);
      if (running !== null) continue;
    }
    if (service === undefined) continue;
    const resting = state.resting[unit] ?? null;
    const restoration = restorationOf({
      isWanted: service.wanted.isRunning,
      isOneshot: service.spec.oneshot,
      ended,
      recorded: record?.generation ?? null,
      // It may have ended since.
      exit: exit === undefined ? null : records.refreshed(exit),
      isResting: resting !== null,
    });
    if (restoration.kind === "ended") supervisor.inheritance.ended(unit, restoration);
    else if (restoration.kind === "rest" && resting !== null) supervisor.inheritance.resting(resting);
  }
  supervisor.restoreRolling(state.rolling);
  return leased;
}

/** By lease: the services that are wanted because of it. */
function leasedServices({ wanted }: FleetState): Map<string, string[]> {
  const leased = new Map<string, string[]>();
  for (const [name, { isRunning, lease }] of Object.entries(wanted)) {
    if (!isRunning || lease === undefined || lease === null) continue;
    leased.set(lease, [...(leased.get(lease) ?? []), name]);
  }
  return leased;
}

function wishesOf({ wanted, isHandedOver }: FleetState): Record<string, WantedService> {
  if (isHandedOver) return wanted;
  const own = Object.entries(wanted).map(([name, wish]): [string, WantedService] => {
    const isLeased = wish.lease !== undefined && wish.lease !== null;
    return [name, isLeased ? { ...wish, isRunning: false, stoppedIndexes: [], lease: null } : wish];
  });
  return Object.fromEntries(own);
}

/** A state of an older version does not say; there, what is not recorded as running had ended. */
function endedOf({ ended, units, generations }: FleetState, unit: UnitId): number {
  const recorded = units[unit];
  return ended[unit] ?? (recorded === undefined ? (generations[unit] ?? 0) : recorded.generation - 1);
}

/** The record of a run that was started in the daemon's last moment; null where there is none newer than what is known. */
function recordOf(
  fleet: FleetSpec,
  run: FoundRun | undefined,
  ended: number,
  recorded: RunRecord | null,
): ProcessRecord | null {
  if (run === undefined || run.markers.generation <= Math.max(ended, recorded?.generation ?? 0)) return null;
  const { service, replica: index, generation } = run.markers;
  const ports = fleet.services.find((s) => s.name === service)?.ports ?? [];
  const variables = readPortVariables(run.identity.pid);
  const numbers = ports.flatMap(({ name }, i): [string, number][] => {
    const port = variables[i === 0 ? "PORT" : `PORT_${portPart(name)}`];
    return port === undefined ? [] : [[name, port]];
  });
  return {
    unit: replicaId(service, index),
    service,
    index,
    generation,
    ...run.identity,
    ports: Object.fromEntries(numbers),
    startedAt: timeOfTicks(run.identity.startTicks),
    executable: null,
  };
}

/** Just enough config to end the replicas of a service that the config does not have any more. */
function leftoverSpec(fleet: FleetSpec, record: RunRecord): ServiceSpec {
  const { watch, ...others } = defaultService(record.service, fleet.root, fleet.root);
  return { ...others, scale: 0, restart: "never", autostart: false, watch: { ...watch, paths: [], packages: [] } };
}
