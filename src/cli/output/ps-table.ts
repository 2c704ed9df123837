import { formatDuration } from "../../lib/format-duration.ts";
import { describeCause } from "../../model/cause.ts";
import { isAlive, pidOf, type ReplicaSnapshot, shownName } from "../../model/replica.ts";
import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { describeState, phaseWord } from "./describe-state.ts";
import type { Output } from "./output.ts";
import { paint, phasePaint } from "./paint.ts";
import { printableWords } from "./printable.ts";
import { formatTable } from "./table.ts";

const header = ["NAME", "STATE", "PORT", "PID", "UP", "RESTARTS", "LAST"];
const noValue = "–";

/** The fleet as a table, one row a replica; under it one line for each unit that needs more words. */
export function formatPs(snapshot: FleetSnapshot, now: number, output: Pick<Output, "hasColor">): string {
  const rows: string[][] = [header.map((h) => paint(output.hasColor, "bold", h))];
  const remarks: string[] = [];
  for (const service of snapshot.services) {
    rows.push(...serviceRows(service, now, output.hasColor));
    remarks.push(...serviceRemarks(service, now));
  }
  const notes = remarks.length === 0 ? "" : `\n${remarks.map((r) => `${r}\n`).join("")}`;
  return formatTable(rows) + notes;
}

function serviceRows(service: ServiceSnapshot, now: number, hasColor: boolean): string[][] {
  if (service.replicas.length === 0) {
    const state = service.scale === 0 ? "scaled to 0" : "stopped";
    return [[service.name, paint(hasColor, "dim", state), noValue, noValue, noValue, noValue, noValue]];
  }
  return service.replicas.map((replica) => replicaRow(service, replica, now, hasColor));
}

function replicaRow(service: ServiceSnapshot, replica: ReplicaSnapshot, now: number, hasColor: boolean): string[] {
  const { phase } = replica.state;
  const { status } = service.build;
  const build = status === "none" || status === "ok" ? "" : `, ${status === "failed" ? "build failed" : status}`;
  const ports = Object.values(replica.ports);
  return [
    shownName(replica),
    paint(hasColor, phasePaint(phase), phaseWord(phase, service.oneshot)) + build,
    ports[0] === undefined ? noValue : ports.length === 1 ? String(ports[0]) : `${ports[0]} +${ports.length - 1}`,
    String(pidOf(replica.state) ?? noValue),
    isAlive(phase) ? formatDuration(now - (replica.startedAt ?? replica.since)) : noValue,
    String(replica.restarts),
    replica.generation === 0 && phase === "stopped" ? noValue : printableWords(describeCause(replica.cause)),
  ];
}

function serviceRemarks(service: ServiceSnapshot, now: number): string[] {
  const remarks: string[] = [];
  if (service.build.failure !== null) {
    remarks.push(`${service.name} build failed: ${printableWords(service.build.failure.message)}`);
  }
  for (const replica of service.replicas) {
    const { phase } = replica.state;
    if (phase === "waiting" || phase === "unready" || phase === "backoff")
      remarks.push(`${shownName(replica)} ${describeState(replica, now)}`);
    if (phase === "failed" && service.build.failure === null)
      remarks.push(`${shownName(replica)} ${describeState(replica, now)}`);
  }
  return remarks;
}
