import type { Violation } from "./checks/violation.ts";

/** The fleet broke a promise. */
export class ChaosFailure extends Error {
  readonly violations: Violation[];

  constructor(found: Violation[]) {
    super(found.map(({ promise, evidence }) => `${promise}: ${evidence}`).join("\n"));
    this.violations = found;
  }
}
