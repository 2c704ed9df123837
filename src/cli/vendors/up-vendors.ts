import { exitCodes } from "../../lib/exit-codes.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleet } from "../open-fleet.ts";
import { listUnits } from "../output/list-units.ts";
import { toOutcomeJson } from "../output/outcome-json.ts";
import { readySummary } from "../output/ready-summary.ts";
import { replicaOf } from "../replica-of.ts";
import { runCommand } from "../run-command.ts";
import { startTargets } from "../start-targets.ts";
import { chooseVendors, dockerAbort, openDocker, readVendorFleet } from "./vendor-fleet.ts";

/** What `orchestra vendors up` is asked. */
export interface UpRun {
  names: readonly string[];
  pull: PullPolicy | null;
  waitTimeoutMs: number;
  json: boolean;
}

/** Starts the vendors of these names, all without any, and waits until they are ready. Resolves to the exit code. */
export async function upVendors(context: CliContext, run: UpRun): Promise<number> {
  const vendors = chooseVendors(await readVendorFleet(context), run.names);
  if (vendors.length === 0) {
    context.stderr.write("nothing to start: the fleet has no vendors\n");
    if (run.json) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
    return exitCodes.ok;
  }
  await askEngine(context);
  const fleet = await openFleet(context);
  const select = { names: vendors.map(({ name }) => name), except: [] };
  const pull = run.pull === null ? {} : { pull: run.pull };
  return await runCommand(context, fleet, {
    command: { kind: "start", select, noDeps: false, overrides: {}, ...pull },
    targets: (reply, baseline) => startTargets(reply.units, run.names, baseline),
    limit: { kind: "total", ms: run.waitTimeoutMs },
    summary: (reply, { baseline, latest }, tookMs) => {
      const ready = reply.units.filter((unit) => replicaOf(latest, unit)?.state.phase === "ready");
      const wereUp = ready.every((unit) => replicaOf(baseline, unit)?.state.phase === "ready");
      return wereUp && ready.length > 0 ? `already running: ${listUnits(ready)}` : readySummary(ready, tookMs, latest);
    },
    onInterrupted: "the start goes on; to stop it: orchestra vendors down",
    json: run.json,
  });
}

/** A daemon would wait for an engine to come up; who has asked for nothing but vendors is better told at once. */
async function askEngine(context: CliContext): Promise<void> {
  const docker = await openDocker(context);
  try {
    const answer = await docker.version();
    if (!answer.ok) throw dockerAbort(answer.failure);
  } finally {
    docker.close();
  }
}
