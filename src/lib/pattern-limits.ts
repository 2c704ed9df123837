/** An expression is given up where one line takes longer than this. */
export const lineLimitMs = 50;

/** A line that had less of a core than this when its limit came was kept waiting by others. */
export const fairCpuMs = lineLimitMs / 2;

/**
 * What may go through a line more than once: repetitions, groups (which may be repeated, or hold alternatives that are), and
 * references back.
 */
const mayBacktrack = /[*+?{(]|\\[1-9k]/;

/** True where an expression takes a time in proportion to the line, so that it needs no limit. Most that are typed do. */
export function isPlainPattern(source: string): boolean {
  return !mayBacktrack.test(source);
}
