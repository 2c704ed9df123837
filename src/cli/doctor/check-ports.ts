import type { RunRecord } from "../../engine/drivers/driver.ts";
import { findPortHolder, isPortTaken } from "../../engine/process/port-holder.ts";
import type { PortHolder } from "../../model/failure.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { counted } from "../../ui/text/amount.ts";
import { readState } from "../offline-state.ts";
import { printableWords } from "../output/printable.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** A port that the config fixes. */
export interface FixedPort {
  /** As a person writes the unit. */
  unit: string;
  port: number;
}

/** One that somebody listens on. */
export interface TakenPort extends FixedPort {
  /** Null: another user's, or the system hides it. */
  holder: PortHolder | null;
}

/** Every port that the config fixes, whose number is known before a start. Pure. */
export function fixedPorts({ services, vendors }: Pick<FleetSpec, "services" | "vendors">): FixedPort[] {
  return [...services, ...vendors].flatMap(({ name, ports, scale, vendor }) =>
    ports.flatMap(({ source }): FixedPort[] => {
      if (source.kind === "auto") return [];
      if (source.kind === "fixed") return [{ unit: name, port: source.port }];
      return Array.from({ length: Math.min(scale, source.to - source.from + 1) }, (_, at) => ({
        unit: vendor === null ? `${name}#${at + 1}` : name,
        port: source.from + at,
      }));
    }),
  );
}

/** Whether the ports that the config fixes can be had. Pure; `taken` are those that somebody else listens on. */
export function judgePorts(count: number, taken: readonly TakenPort[]): Finding {
  const [first] = taken;
  if (first === undefined) return fine(`${counted(count, "fixed port")} free, or the fleet's own already`);
  const others =
    taken.length === 1
      ? ""
      : `, and ${taken.length - 1} more: ${taken
          .slice(1)
          .map(({ port, unit }) => `${port} of ${unit}`)
          .join(", ")}`;
  const { unit, port, holder } = first;
  if (holder === null)
    return warning(
      `${port} of ${unit} is taken by somebody who cannot be seen${others}`,
      `see who: sudo ss -ltnp 'sport = :${port}'`,
    );
  const who = `pid ${holder.pid} (${printableWords(holder.command).slice(0, 80)}${holder.unit === null ? "" : `, ${holder.unit}`})`;
  return problem(
    `${port} of ${unit} is taken by ${who}${others}`,
    `end it: ${holder.stopWith ?? `kill ${holder.pid}`}; or give ${unit} another port`,
  );
}

/** Looks who listens on the ports that the config fixes; null where it fixes none. */
export function checkPorts(spec: FleetSpec): Finding | null {
  const ports = fixedPorts(spec);
  if (ports.length === 0) return null;
  const own = ownPorts(Object.values(readState(spec.root).units));
  const taken = ports.flatMap((fixed): TakenPort[] => {
    if (own.has(fixed.port) || !isPortTaken(fixed.port)) return [];
    const holder = findPortHolder(fixed.port, spec.id);
    const isOurs = holder?.stopWith?.startsWith("orchestra stop ") === true;
    return isOurs ? [] : [{ ...fixed, holder }];
  });
  return judgePorts(ports.length, taken);
}

/** What Docker publishes for containers of ours is held by Docker. */
function ownPorts(records: readonly RunRecord[]): Set<number> {
  return new Set(records.flatMap((record) => (record.kind === "container" ? Object.values(record.ports) : [])));
}
