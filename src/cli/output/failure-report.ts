import type { EngineClient } from "../../model/client.ts";
import type { Failure } from "../../model/failure.ts";
import { parseUnitId } from "../../model/ids.ts";
import type { OpenTarget } from "../wait-for.ts";
import { hintOf } from "./describe-state.ts";
import { paint } from "./paint.ts";
import { printable, printableWords } from "./printable.ts";

const shownLines = 20;

/** What failed, or is still open, with what its program or its build wrote last. */
export interface FailureStory {
  target: OpenTarget;
  /** Which step or probe it is about, as a sentence without an end; null where nobody looked. */
  step: string | null;
  /** As the program wrote them. */
  lines: readonly string[];
}

/** Everything a person needs to mend what failed: who, why, its last lines, what to do next. One block each. */
export async function reportFailures(
  client: EngineClient,
  failed: readonly OpenTarget[],
  hasColor: boolean,
): Promise<string> {
  const stories: FailureStory[] = [];
  for (const target of distinctFailures(failed)) {
    stories.push({ target, step: null, lines: await lastLines(client, target) });
  }
  return stories.map((story) => formatFailure(story, hasColor)).join("\n");
}

/** One failure as text. Pure. */
export function formatFailure({ target, step, lines }: FailureStory, hasColor: boolean): string {
  const head = `${target.shownAs ?? target.name} ${printableWords(target.what)}`;
  const quoted = lines.map((line) => `    ${paint(hasColor, "dim", "│")} ${printable(line, hasColor)}\n`).join("");
  const where = step === null ? "" : `  ${printableWords(step)}\n`;
  const next = nextStep(target);
  const hint = next === null ? "" : `  ${printableWords(next)}\n`;
  return `${paint(hasColor, "red", head)}\n${quoted}${where}${hint}`;
}

/** What to do about it; null where nothing has failed. */
export function nextStep({ name, shownAs, failure }: OpenTarget): string | null {
  return failure === null ? null : (hintOf(failure) ?? usualStep(shownAs ?? name, failure));
}

function usualStep(name: string, failure: Failure): string {
  return failure.kind === "build-failed" || failure.kind === "test-failed"
    ? `mend it, then: orchestra start ${parseUnitId(name).name}`
    : `see all of it: orchestra logs ${name}`;
}

/** A failed build fails every replica of its service, in the same words; once is enough. */
export function distinctFailures(failed: readonly OpenTarget[]): OpenTarget[] {
  const seen = new Set<string>();
  return failed.filter((target) => {
    if (target.failure?.kind !== "build-failed" && target.failure?.kind !== "test-failed") return true;
    const key = JSON.stringify(target.failure);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What the build or the program wrote last; of this generation of it alone, where that is known. */
export async function lastLines(
  client: Pick<EngineClient, "readLogs">,
  target: OpenTarget,
  generation?: number,
): Promise<string[]> {
  const failure = target.failure?.kind === "gave-up" ? target.failure.last : target.failure;
  if (failure === null) return [];
  switch (failure.kind) {
    case "build-failed":
    case "test-failed":
      return failure.output.slice(-2 * shownLines);
    case "spawn-failed":
    case "toolchain-missing":
    case "port-taken":
    case "strays-found":
    case "dependency-failed":
    case "log-unwritable":
    case "docker-unreachable":
    case "image-unavailable":
    case "container-refused":
      return [];
    default:
      return await lastLogLines(client, target.name, generation);
  }
}

/** What a unit wrote last; of this generation of it alone, where that is known. */
export async function lastLogLines(
  client: Pick<EngineClient, "readLogs">,
  unit: string,
  generation?: number,
): Promise<string[]> {
  const query = { from: "end", direction: "backward", limit: shownLines } as const;
  const page = await client.readLogs({ ...query, units: [unit], ...(generation !== undefined && { generation }) });
  return page.lines.filter((line) => line.kind === "line").map((line) => line.text);
}
