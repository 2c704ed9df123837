/**
 * Ends a verb for a reason that the user can mend: a message, what to do next, and an exit code; never a stack trace.
 * Anything else that is thrown is our bug and ends with 70.
 */
export class Abort extends Error {
  override readonly name = "Abort";
  readonly exitCode: number;
  readonly hint: string | null;

  constructor(exitCode: number, message: string, hint: string | null = null) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
