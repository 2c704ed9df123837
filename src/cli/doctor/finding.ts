/** What one check found, in a line. */
export interface Finding {
  /** `problem`: something of the fleet will not work; `warning`: it may not, or not well. */
  level: "ok" | "warning" | "problem";
  /** What is so, as a sentence without an end. */
  text: string;
  /** What to do; null where there is nothing to do. */
  advice: string | null;
}

/** All is well. */
export function fine(text: string): Finding {
  return { level: "ok", text, advice: null };
}

/** It may not work. */
export function warning(text: string, advice: string | null): Finding {
  return { level: "warning", text, advice };
}

/** It will not work. */
export function problem(text: string, advice: string | null): Finding {
  return { level: "problem", text, advice };
}
