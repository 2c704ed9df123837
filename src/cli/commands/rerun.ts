import type { Command } from "commander";
import { namesOf, resolveSelection } from "../../engine/selection.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { Command as EngineCommand, Selection } from "../../model/command.ts";
import { parseUnitId } from "../../model/ids.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listNames } from "../output/list-names.ts";
import { listUnits } from "../output/list-units.ts";
import { type Accepted, type CommandRun, runCommand } from "../run-command.ts";
import { nameableOf } from "../select-units.ts";
import { goBackTargets, rerunTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 600_000;

interface RerunVerbOptions {
  except?: string[];
  on?: boolean;
  off?: boolean;
  back?: boolean;
  test?: boolean;
  waitTimeout?: number;
  json?: boolean;
}

/** What is to be done: one of the four. */
type Deed = "now" | "on" | "off" | "back";

export const rerun: Verb = (command, context) => {
  addSelection(command)
    .option("--on", "from now on, build and replace them whenever their sources change; builds nothing now")
    .option("--off", "from now on, leave them as they are when their sources change")
    .option("--back", "run the program again that ran before the present one, until the next good build")
    .option("--test", "run their unit tests before they are replaced; with --on, at every change");
  addWaitTimeout(command, "10m");
  addJson(command, "print the outcome as JSON");
  addExamples(command, [
    "orchestra rerun",
    "orchestra rerun orders --test",
    "orchestra rerun --off --except web",
    "orchestra rerun --back orders",
  ]);
  command.action(async (names: string[], options: RerunVerbOptions, self: Command) => {
    const deed = deedOf(options, self);
    if (deed === "back" && names.length === 0) self.error("--back takes the names of the services");
    const select = selectionOf(names, options);
    const run: CommandRun = {
      ...parts(deed, select, options.test === true),
      limit: { kind: "total", ms: options.waitTimeout ?? defaultTimeoutMs },
      onInterrupted: deed === "on" || deed === "off" ? "what was asked for stays" : "the rerun goes on",
      json: options.json === true,
    };
    context.exitCode = await runCommand(context, await openFleet(context), run);
  });
};

function deedOf({ on, off, back, test }: RerunVerbOptions, self: Command): Deed {
  const deeds: Deed[] = [...deed(on, "on"), ...deed(off, "off"), ...deed(back, "back")];
  if (deeds.length > 1) self.error(`--${deeds[0]} and --${deeds[1]} do not go together`);
  const [one = "now"] = deeds;
  if (test === true && (one === "off" || one === "back")) self.error(`--test does not go with --${one}`);
  return one;
}

function deed(isAsked: boolean | undefined, kind: Deed): Deed[] {
  return isAsked === true ? [kind] : [];
}

function parts(deed: Deed, select: Selection, isTested: boolean): Pick<CommandRun, "command" | "targets" | "summary"> {
  const test = isTested ? { test: true } : {};
  switch (deed) {
    case "on":
    case "off": {
      const command: EngineCommand = { kind: "rerun", select, to: deed, ...test };
      return { command, targets: () => [], summary: (_reply, { latest }) => wishSummary(deed, select, latest) };
    }
    case "now":
      return {
        command: { kind: "rerun", select, to: "now", ...test },
        targets: (reply, baseline) => rerunTargets(reply, baseline),
        summary: (reply, { baseline, latest }, tookMs) => rerunSummary(reply, baseline, latest, tookMs),
      };
    case "back":
      return {
        command: { kind: "goBack", select },
        targets: (reply, baseline) => goBackTargets(reply.units, baseline),
        summary: (reply, { baseline }, tookMs) => {
          const units = goBackTargets(reply.units, baseline).flatMap((t) => (t.kind === "unit" ? [t.unit] : []));
          return units.length === 0
            ? "nothing to go back to"
            : `went back to the program before with ${listUnits(units)} in ${formatDuration(tookMs)}`;
        },
      };
  }
}

function wishSummary(to: "on" | "off", select: Selection, latest: FleetSnapshot): string {
  const all = latest.services.map((s) => s.name);
  const resolved = resolveSelection(select, nameableOf(latest), all);
  const names = resolved.ok ? namesOf(resolved.selected) : all;
  return `rerun is ${to} for ${names.length === all.length ? "all services" : listNames(names)}`;
}

/** What was replaced, and what came out as the program that runs. */
function rerunSummary(reply: Accepted, baseline: FleetSnapshot, latest: FleetSnapshot, tookMs: number): string {
  const units = rerunTargets(reply, baseline).flatMap((t) => (t.kind === "unit" ? [t.unit] : []));
  if (units.length === 0) return "nothing to rerun: none of it is started";
  const unchanged = latest.services.filter((s) => s.build.status === "ok" && s.build.isUnchanged === true);
  const same = new Set(unchanged.map((s) => s.name));
  const replaced = units.filter((unit) => !same.has(parseUnitId(unit).name));
  const kept = [...same].filter((name) => units.some((unit) => parseUnitId(unit).name === name));
  const inTime = ` in ${formatDuration(tookMs)}`;
  const parts = [
    ...(replaced.length === 0 ? [] : [`replaced ${listUnits(replaced)}`]),
    ...(kept.length === 0
      ? []
      : [`unchanged: ${listNames(kept)}${replaced.length === 0 ? ", nothing restarted" : ""}`]),
  ];
  return `${parts.join("; ")}${inTime}`;
}
