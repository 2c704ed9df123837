import type { Phase } from "../../model/replica.ts";

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** What a text may look like on the terminal's own palette. */
export type Paint = keyof typeof codes;

/** The text in a colour, or as it is where colours are off. */
export function paint(hasColor: boolean, style: Paint, text: string): string {
  return hasColor && text !== "" ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** The colour that stands for a phase. */
export function phasePaint(phase: Phase): Paint {
  switch (phase) {
    case "ready":
    case "completed":
      return "green";
    case "waiting":
    case "starting":
      return "cyan";
    case "unready":
    case "backoff":
      return "yellow";
    case "failed":
      return "red";
    case "paused":
      return "magenta";
    case "stopped":
    case "stopping":
      return "dim";
  }
}

const unitPaints: readonly Paint[] = ["cyan", "magenta", "blue", "green", "yellow"];

/** A colour that a unit keeps: it depends on its name alone. */
export function unitPaint(unit: string): Paint {
  let hash = 0;
  for (const char of unit) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return unitPaints[hash % unitPaints.length] ?? "cyan";
}
