/** A promise that did not hold. */
export interface Violation {
  /** What was promised: `no process is left over`. */
  promise: string;
  /** What was seen instead. */
  evidence: string;
}

/** The violations of one promise, one for each piece of evidence. */
export function violations(promise: string, evidence: readonly string[]): Violation[] {
  return evidence.map((text) => ({ promise, evidence: text }));
}
