import type { Notes } from "../notes.ts";
import { type Violation, violations } from "./violation.ts";

const numbered = /^(.*?)gen=(\d+) pid=(\d+) n=(\d+);$/s;

/**
 * The lines of one generation's log against what its programs noted: each line that was written is there, once, and in
 * order. One that ended between writing and noting may have written one more; one that lives has gone on since. A piece of a
 * line is allowed in front of another where its program noted that writing failed.
 *
 * @param lines complete lines of the log, read after the notes
 * @param hasEnded whether the program with this pid lives no more
 */
export function checkLines(
  lines: readonly string[],
  notes: readonly Notes[],
  hasEnded: (notes: Notes) => boolean,
): Violation[] {
  const found: string[] = [];
  const where = (n: Notes): string => `${n.service}.${n.replica} generation ${n.generation} pid ${n.pid}`;
  const printed = new Map<number, number[]>();
  const mayBeTorn = notes.some((n) => n.failed.size > 0);
  const [any] = notes;
  for (const line of lines) {
    const match = numbered.exec(line);
    if (match === null) {
      if (line.includes("gen=") && !mayBeTorn) found.push(`a torn line: ${JSON.stringify(line)}`);
      continue;
    }
    const [, before, generation, pid, n] = match;
    if (before !== "" && !mayBeTorn) found.push(`a line within another: ${JSON.stringify(line)}`);
    if (any !== undefined && Number(generation) !== any.generation) found.push(`a line of another generation: ${line}`);
    const own = printed.get(Number(pid));
    if (own === undefined) printed.set(Number(pid), [Number(n)]);
    else own.push(Number(n));
  }
  for (const note of notes) {
    const own = printed.get(note.pid) ?? [];
    const wrong = own.findIndex((n, i) => n !== i + 1);
    if (wrong >= 0) {
      const shown = own.slice(Math.max(0, wrong - 2), wrong + 3).join(", ");
      found.push(`${where(note)}: line ${wrong + 1} is lost, doubled or out of order: … ${shown} …`);
      continue;
    }
    const { length } = note.written;
    if (own.length < length) found.push(`${where(note)}: wrote ${length} lines, and ${own.length} are there`);
    if (own.length > length + 1 && hasEnded(note)) {
      found.push(`${where(note)}: wrote ${length} lines, and there are ${own.length}`);
    }
  }
  return violations("no log line lost or doubled", found);
}

/** What the engine answers for a generation against its file, which was read before and may have grown since. */
export function checkAnswer(what: string, file: readonly string[], answer: readonly string[]): Violation[] {
  const wrong = file.findIndex((line, i) => answer[i] !== line);
  if (wrong < 0) return [];
  const evidence = `${what}: line ${wrong + 1} of ${file.length} is ${JSON.stringify(file[wrong])}, and the answer has ${JSON.stringify(answer[wrong])} of ${answer.length}`;
  return violations("the engine answers with each line of a log, once", [evidence]);
}
