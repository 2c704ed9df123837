import { basename } from "node:path";
import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { UnitId } from "../model/ids.ts";
import type { CliContext } from "./cli-context.ts";
import { type LivingContainer, livingContainers } from "./living-containers.ts";
import { readLivingUnits } from "./offline-state.ts";
import { printableWords } from "./output/printable.ts";
import type { PsJson, PsReplica } from "./output/ps-json.ts";
import { formatTable } from "./output/table.ts";

/** What an earlier daemon started and still lives. */
interface LivingUnit {
  unit: UnitId;
  service: string;
  /** Null for a container. */
  pid: number | null;
  container: LivingContainer | null;
  ports: Record<string, number>;
  generation: number;
  startedAt: number;
}

/** `ps` where no daemon runs: what an earlier one started and still lives, containers too. */
export async function showWithoutDaemon(context: CliContext, root: string, json: boolean): Promise<number> {
  const containers = await livingContainers(context, root);
  const living: LivingUnit[] = [
    ...readLivingUnits(root).map((record) => ({ ...record, container: null })),
    ...containers.living.map((container) => ({ ...container, pid: null, container, generation: 0 })),
  ];
  if (json) {
    context.stdout.write(`${JSON.stringify(toJson(root, living))}\n`);
    return exitCodes.ok;
  }
  if (living.length === 0) {
    context.stderr.write(`nothing runs in ${root}\n  start it: orchestra start\n`);
    return exitCodes.ok;
  }
  const now = context.clock.now();
  const rows = living.map(({ unit, service, pid, container, ports, startedAt }) => [
    container?.isVendor === true ? service : unit,
    container === null ? String(pid) : `container ${container.id.slice(0, 12)}`,
    Object.values(ports).join(" "),
    formatDuration(Math.max(0, now - startedAt)),
  ]);
  context.stdout.write(formatTable([["NAME", "PID", "PORT", "UP"], ...rows]));
  if (containers.trouble !== null) {
    context.stderr.write(`whether the containers still run is not known: ${printableWords(containers.trouble)}\n`);
  }
  const end = living.every(({ container }) => container?.isVendor === true)
    ? "orchestra vendors down"
    : "orchestra down";
  context.stderr.write(
    `no daemon runs; these outlived theirs\n  look after them again: orchestra start      end them: ${end}\n`,
  );
  return exitCodes.ok;
}

/** Nobody checks them, so whether they are ready is not known: they are `starting`, as for a daemon that adopts them. */
function toJson(root: string, living: readonly LivingUnit[]): PsJson {
  const services = Map.groupBy(
    living.filter(({ container }) => container?.isVendor !== true),
    ({ service }) => service,
  );
  return {
    fleet: basename(root),
    root,
    daemon: null,
    services: [...services].map(([name, units]) => ({
      name,
      wanted: "running",
      build: { status: "none", failure: null, unchanged: false, tests: null },
      rerun: null,
      scale: { wanted: units.length, ready: 0 },
      replicas: units.map(toReplica),
    })),
    vendors: living.flatMap(({ container }): PsJson["vendors"] => {
      if (container?.isVendor !== true) return [];
      const { service: name, image, id, ports } = container;
      // What the config says of it is for a daemon to say.
      const unknown = { health: "none", optional: false, keep: false, restarts: 0, failure: null } as const;
      return [{ name, image, phase: "starting", container: id, ports, ...unknown }];
    }),
  };
}

function toReplica({ unit, pid, ports, generation, startedAt }: LivingUnit): PsReplica {
  return {
    id: unit,
    phase: "starting",
    pid,
    port: Object.values(ports)[0] ?? null,
    ports,
    generation,
    restarts: 0,
    since: new Date(startedAt).toISOString(),
    failure: null,
  };
}
