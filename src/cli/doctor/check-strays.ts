import { describeStray, type Stray } from "../../model/stray.ts";
import { counted } from "../../ui/text/amount.ts";
import type { CliContext } from "../cli-context.ts";
import { printableWords } from "../output/printable.ts";
import { knownStrays } from "../strays/known-strays.ts";
import { type Finding, fine, warning } from "./finding.ts";

/** Whether something runs that a start would trip over. Pure. */
export function judgeStrays(strays: readonly Stray[]): Finding {
  const asked = strays.filter(({ standing }) => standing === "asked");
  const [first] = asked;
  if (first === undefined) return fine("none");
  const which = `${first.service}: ${printableWords(describeStray(first)).slice(0, 100)}`;
  const others = asked.length === 1 ? "" : ` and ${asked.length - 1} more`;
  const isAllProcesses = asked.every(({ container }) => container === null);
  const noun = isAllProcesses
    ? counted(asked.length, "process").replace("processs", "processes")
    : counted(asked.length, "stray");
  return warning(`${noun} started outside may be services already: ${which}${others}`, "see them: orchestra strays");
}

/** Looks for processes and containers that may be services already; changes nothing. */
export async function checkStrays(context: CliContext): Promise<Finding> {
  return judgeStrays((await knownStrays(context)).strays);
}
