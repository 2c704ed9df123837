import type { EngineClient } from "../../model/client.ts";
import type { Failure } from "../../model/failure.ts";
import { parseUnitId } from "../../model/ids.ts";
import type { OpenTarget } from "../wait-for.ts";
import { hintOf } from "./describe-state.ts";
import { paint } from "./paint.ts";
import { printable, printableWords } from "./printable.ts";

const shownLines = 20;

/** Everything a person needs to mend what failed: who, why, its last lines, what to do next. One block each. */
export async function reportFailures(
  client: EngineClient,
  failed: readonly OpenTarget[],
  hasColor: boolean,
): Promise<string> {
  const blocks: string[] = [];
  for (const target of distinct(failed)) {
    blocks.push(formatFailure(target, await lastLines(client, target), hasColor));
  }
  return blocks.join("\n");
}

/** One failure as text. Pure; `lines` are as the program wrote them. */
function formatFailure(target: OpenTarget, lines: readonly string[], hasColor: boolean): string {
  const head = `${target.name} ${printableWords(target.what)}`;
  const quoted = lines.map((line) => `    ${paint(hasColor, "dim", "│")} ${printable(line, hasColor)}\n`).join("");
  const next = target.failure === null ? null : (hintOf(target.failure) ?? nextStep(target.name, target.failure));
  const hint = next === null ? "" : `  ${printableWords(next)}\n`;
  return `${paint(hasColor, "red", head)}\n${quoted}${hint}`;
}

function nextStep(name: string, failure: Failure): string {
  return failure.kind === "build-failed"
    ? `mend it, then: orchestra start ${parseUnitId(name).name}`
    : `see all of it: orchestra logs ${name}`;
}

/** A failed build fails every replica of its service, in the same words; once is enough. */
function distinct(failed: readonly OpenTarget[]): OpenTarget[] {
  const seen = new Set<string>();
  return failed.filter((target) => {
    if (target.failure?.kind !== "build-failed") return true;
    const key = JSON.stringify(target.failure);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

async function lastLines(client: EngineClient, target: OpenTarget): Promise<string[]> {
  const failure = target.failure?.kind === "gave-up" ? target.failure.last : target.failure;
  if (failure === null) return [];
  switch (failure.kind) {
    case "build-failed":
      return failure.output.slice(-2 * shownLines);
    case "spawn-failed":
    case "toolchain-missing":
    case "port-taken":
    case "strays-found":
    case "dependency-failed":
    case "log-unwritable":
      return [];
    default: {
      const query = { units: [target.name], from: "end", direction: "backward", limit: shownLines } as const;
      const page = await client.readLogs({ ...query, units: [...query.units] });
      return page.lines.filter((line) => line.kind === "line").map((line) => line.text);
    }
  }
}
