import { Abort } from "./abort.ts";
import { exitCodes } from "./exit-codes.ts";
import { lineLimitMs } from "./pattern-limits.ts";

/** An expression takes longer for lines than anybody would wait. The user's to mend. */
export class PatternTooSlow extends Abort {
  constructor(pattern: string) {
    super(
      exitCodes.usage,
      `this pattern takes too long, more than ${lineLimitMs}ms for one line: ${pattern} (is a repetition inside a repetition?)`,
    );
  }
}
