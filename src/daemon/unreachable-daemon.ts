import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";

/** `gone`: there is no daemon, or it ended meanwhile. `silent`: it hangs. `closed`: to us, or no daemon of ours. */
type UnreachableKind = "gone" | "silent" | "closed";

/** No daemon answers; the message says why. */
export class Unreachable extends Abort {
  readonly kind: UnreachableKind;

  constructor(kind: UnreachableKind, message: string, hint: string | null = null) {
    super(exitCodes.unreachable, message, hint);
    this.kind = kind;
  }
}
