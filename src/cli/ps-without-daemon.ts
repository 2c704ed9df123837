import { basename } from "node:path";
import type { RunRecord } from "../engine/drivers/driver.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { formatDuration } from "../lib/format-duration.ts";
import type { CliContext } from "./cli-context.ts";
import { readLivingUnits } from "./offline-state.ts";
import type { PsJson } from "./output/ps-json.ts";
import { formatTable } from "./output/table.ts";

/** `ps` where no daemon runs: what an earlier one started and still lives. */
export function showWithoutDaemon(context: CliContext, root: string, json: boolean): number {
  const living = readLivingUnits(root);
  if (json) {
    context.stdout.write(`${JSON.stringify(toJson(root, living))}\n`);
    return exitCodes.ok;
  }
  if (living.length === 0) {
    context.stderr.write(`nothing runs in ${root}\n  start it: orchestra start\n`);
    return exitCodes.ok;
  }
  const now = context.clock.now();
  const rows = living.map((r) => [
    r.unit,
    String(r.pid),
    Object.values(r.ports).join(" "),
    formatDuration(now - r.startedAt),
  ]);
  context.stdout.write(formatTable([["NAME", "PID", "PORT", "UP"], ...rows]));
  context.stderr.write(
    "no daemon runs; these outlived theirs\n  look after them again: orchestra start      end them: orchestra down\n",
  );
  return exitCodes.ok;
}

/** Nobody checks them, so whether they are ready is not known: they are `starting`, as for a daemon that adopts them. */
function toJson(root: string, living: readonly RunRecord[]): PsJson {
  const byService = Map.groupBy(living, (record) => record.service);
  return {
    fleet: basename(root),
    root,
    daemon: null,
    services: [...byService].map(([name, records]) => ({
      name,
      wanted: "running",
      build: { status: "none", failure: null, unchanged: false, tests: null },
      rerun: null,
      scale: { wanted: records.length, ready: 0 },
      replicas: records.map((record) => ({
        id: record.unit,
        phase: "starting",
        pid: record.pid,
        port: Object.values(record.ports)[0] ?? null,
        ports: record.ports,
        generation: record.generation,
        restarts: 0,
        since: new Date(record.startedAt).toISOString(),
        failure: null,
      })),
    })),
    vendors: [],
  };
}
