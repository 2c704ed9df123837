import type { Command } from "commander";
import type { Selection } from "../../model/command.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { UnitId } from "../../model/ids.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { addChanged, type ChangedOptions, changedRef } from "../changed/changed-option.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleet } from "../open-fleet.ts";
import {
  addExamples,
  addJson,
  addOverrides,
  addSelection,
  addStrays,
  addWaitTimeout,
  selectionOf,
} from "../options.ts";
import { listUnits } from "../output/list-units.ts";
import { toOutcomeJson } from "../output/outcome-json.ts";
import { readySummary } from "../output/ready-summary.ts";
import { addInContainers, addPull, type ContainerOptions, containerTerms } from "../pull-option.ts";
import { replicaOf } from "../replica-of.ts";
import { addRerun, type RerunOptions, rerunOf } from "../rerun-option.ts";
import { runCommand } from "../run-command.ts";
import { startTargets } from "../start-targets.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 60_000;

interface StartOptions extends RerunOptions, ContainerOptions, ChangedOptions {
  except?: string[];
  deps: boolean;
  wait: boolean;
  waitTimeout?: number;
  env?: Record<string, string>;
  attach?: boolean;
  strays?: StrayPolicy;
  json?: boolean;
}

export const start: Verb = (command, context) => {
  addSelection(command)
    .option("--no-deps", "start only what is named, not what it depends on")
    .option("--no-wait", "return once the start is under way")
    .option("-a, --attach", "show the logs of what was started, and stop it on Ctrl-C (a second Ctrl-C kills)");
  addWaitTimeout(addStrays(addOverrides(command)), "60s");
  addRerun(command);
  addPull(addInContainers(command));
  addChanged(command, "start");
  addJson(command, "print the outcome as JSON");
  addExamples(command, [
    "orchestra start",
    "orchestra start gateway @core --except web",
    "orchestra start api -e LOG_LEVEL=debug --attach",
    "orchestra start orders --strays adopt",
    "orchestra start gateway --no-rerun",
    "orchestra start --in-containers --pull never",
    "orchestra start --changed origin/main",
  ]);
  command.action(async (names: string[], options: StartOptions, self: Command) => {
    if (options.attach === true && (options.json === true || !options.wait)) {
      self.error("--attach goes with neither --json nor --no-wait");
    }
    const select = await selectToStart(context, selectionOf(names, options), options);
    if (select === null) {
      if (options.json === true) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
      return;
    }
    const rerun = rerunOf(options);
    const terms = {
      ...(options.strays === undefined ? {} : { strays: options.strays }),
      ...(rerun === null ? {} : { rerun }),
      ...containerTerms(options),
    };
    const fleet = await openFleet(context);
    if (options.attach === true) {
      const { runAttached } = await import("../headless/run-attached.ts");
      context.exitCode = await runAttached(context, fleet, {
        select,
        noDeps: !options.deps,
        overrides: options.env ?? {},
        timeoutMs: options.waitTimeout ?? defaultTimeoutMs,
        ...terms,
      });
      return;
    }
    context.exitCode = await runCommand(context, fleet, {
      command: { kind: "start", select, noDeps: !options.deps, overrides: options.env ?? {}, ...terms },
      targets: (reply, baseline) => (options.wait ? startTargets(reply.units, select.names, baseline) : []),
      limit: { kind: "total", ms: options.waitTimeout ?? defaultTimeoutMs },
      summary: (reply, { baseline, latest }, tookMs) => {
        if (reply.units.length === 0) return "nothing to start";
        if (reply.units.every((unit) => isUp(baseline, unit))) return `already running: ${listUnits(reply.units)}`;
        return options.wait ? readySummary(reply.units, tookMs, latest) : `starting ${listUnits(reply.units)}`;
      },
      onInterrupted: "the start goes on; to stop it: orchestra stop",
      json: options.json === true,
    });
  });
};

/** Null where a git diff is about nothing that would be started. */
async function selectToStart(context: CliContext, named: Selection, options: StartOptions): Promise<Selection | null> {
  const ref = changedRef(options);
  if (ref === undefined) return named;
  const { selectChanged } = await import("../changed/select-changed.ts");
  return await selectChanged(context, named, { ref, overrides: options.env ?? {}, isStart: true });
}

function isUp(snapshot: FleetSnapshot, unit: UnitId): boolean {
  const phase = replicaOf(snapshot, unit)?.state.phase;
  return phase === "ready" || phase === "completed";
}
