import type { Command } from "../model/command.ts";

type Change = (Command & { kind: "scale" })["change"];

/** The changes that `worker=3 web=2`, `worker=+1`, `worker +1` or `worker 3` ask for; null where the words say something else. */
export function parseScale(words: readonly string[]): { service: string; change: Change }[] | null {
  const [first, second] = words;
  if (
    words.length === 2 &&
    first !== undefined &&
    second !== undefined &&
    !first.includes("=") &&
    !second.includes("=")
  ) {
    const change = parseChange(second);
    return change === null ? null : [{ service: first, change }];
  }
  const changes: { service: string; change: Change }[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    const change = at < 1 ? null : parseChange(word.slice(at + 1));
    if (change === null) return null;
    changes.push({ service: word.slice(0, at), change });
  }
  return changes.length === 0 ? null : changes;
}

function parseChange(text: string): Change | null {
  if (!/^[+-]?\d{1,4}$/.test(text)) return null;
  return text.startsWith("+") || text.startsWith("-") ? { by: Number(text) } : { to: Number(text) };
}
