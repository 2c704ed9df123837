import { exitCodes } from "../../lib/exit-codes.ts";
import type { EngineClient } from "../../model/client.ts";
import type { StrayAction } from "../../model/command.ts";
import { type FleetSnapshot, replicaOfStray } from "../../model/snapshot.ts";
import { describeStray, type Stray, strayTitle } from "../../model/stray.ts";
import { doneWords } from "../../model/stray-words.ts";
import { counted } from "../../ui/text/amount.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleet } from "../open-fleet.ts";
import { listNames } from "../output/list-names.ts";
import { toOutcomeJson } from "../output/outcome-json.ts";
import { printableWords } from "../output/printable.ts";
import { runCommand } from "../run-command.ts";
import { chooseStrays } from "./choose-strays.ts";
import { knownStrays } from "./known-strays.ts";
import { toStrayJson } from "./stray-json.ts";

/** What is to become of which strays. */
export interface StrayChoice {
  action: StrayAction;
  /** Pids, and names or ids of containers; none: all that are asked about. */
  words: readonly string[];
  isDryRun: boolean;
  /** All of them without a question. */
  isAgreed: boolean;
  waitTimeoutMs: number;
  json: boolean;
  ask: (question: string) => Promise<boolean>;
}

const onInterrupted: Readonly<Record<StrayAction, string>> = {
  stop: "the stop goes on; see what is left: orchestra strays",
  adopt: "see what came of it: orchestra ps",
  ignore: "see what came of it: orchestra strays",
};

/** Stops, adopts or leaves alone, waits until that is done, and says what came of it. */
export async function decideStrays(context: CliContext, choice: StrayChoice): Promise<number> {
  const { stdout, stderr, isInteractive } = context;
  const { action, words, json } = choice;
  const { strays } = await knownStrays(context);
  const chosen = chooseStrays(strays, words, action);
  if (choice.isDryRun) {
    if (json) stdout.write(`${JSON.stringify({ dryRun: true, action, strays: chosen.map(toStrayJson) })}\n`);
    else for (const stray of chosen) stdout.write(`would ${wouldDo(action, stray)}\n`);
  }
  if (choice.isDryRun && (json || chosen.length > 0)) return exitCodes.ok;
  if (chosen.length === 0) return nothingToDo(context, choice, "no stray waits for your word");
  if (words.length === 0 && action !== "ignore" && !choice.isAgreed && isInteractive) {
    for (const stray of chosen) stderr.write(`${wouldDo(action, stray)}\n`);
    if (!(await choice.ask(`${action} ${chosen.length === 1 ? "it" : `these ${chosen.length}`}? [y/N] `))) {
      stderr.write("nothing was done\n");
      return exitCodes.ok;
    }
  }
  const fleet = await openFleet(context);
  const left = fleet.startedDaemon ? await stillThere(chosen, fleet.client) : chosen;
  if (left.length === 0) {
    // No ids at all would mean all of them.
    await fleet.client.close();
    return nothingToDo(context, choice, "the daemon has just dealt with it");
  }
  return await runCommand(context, fleet, {
    command: { kind: "strays", action, ids: left.map(({ id }) => id) },
    targets: () => left.map((stray) => ({ kind: "stray", stray, action })),
    limit: { kind: "total", ms: choice.waitTimeoutMs },
    summary: (_reply, { latest }) => summary(action, left, latest),
    onInterrupted: onInterrupted[action],
    json,
  });
}

/** Those that a daemon which has just begun still knows: by its policy it may have dealt with some. */
async function stillThere(chosen: readonly Stray[], client: EngineClient): Promise<Stray[]> {
  const now = await client.findStrays();
  return chosen.filter(({ id }) => now.some((stray) => stray.id === id));
}

function nothingToDo({ stdout, stderr }: CliContext, { action, json }: StrayChoice, why: string): number {
  stderr.write(`nothing to ${action === "ignore" ? "leave alone" : action}: ${why}\n`);
  if (json) stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
  return exitCodes.ok;
}

/** `stop pid 4711 of orders: ./orders --verbose`. */
function wouldDo(action: StrayAction, stray: Stray): string {
  const { service, command, tracer } = stray;
  const debugger_ = tracer === null ? "" : `, which runs under ${describeStray(tracer)}`;
  const verb = action === "ignore" ? "leave alone" : action;
  return printableWords(`${verb} ${strayTitle(stray)} of ${service}: ${command}${debugger_}`);
}

function summary(action: StrayAction, chosen: readonly Stray[], latest: FleetSnapshot): string {
  if (action === "adopt") {
    const became = chosen.map(
      (stray) => `${strayTitle(stray)} as ${replicaOfStray(stray, latest)?.id ?? stray.service}`,
    );
    const outside = chosen.map((stray) => replicaOfStray(stray, latest)).find((r) => r?.outputElsewhere === true);
    const where =
      outside === undefined ? "" : `\n  what it writes goes elsewhere; where to: orchestra logs ${outside.id}`;
    return `adopted ${listNames(became)}${where}`;
  }
  const names = listNames(chosen.map((stray) => `${strayTitle(stray)} (${stray.service})`));
  const what = `${doneWords[action]} ${chosen.length === 1 ? names : `${counted(chosen.length, "stray")}: ${names}`}`;
  return action === "ignore" ? `${what}\n  ${beside(chosen)}` : what;
}

/** What leaving strays alone comes to. */
function beside(strays: readonly Stray[]): string {
  const ports = [...new Set(strays.flatMap((stray) => stray.ports))];
  const [first] = ports;
  if (first === undefined) return `its service starts beside ${strays.length === 1 ? "it" : "them"}`;
  return ports.length === 1
    ? `port ${first} stays taken: a service that has to have it waits`
    : `ports ${ports.join(", ")} stay taken: a service that has to have one waits`;
}
