import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";

/** The daemon that runs is of another version than this program; nothing was asked of it. */
export class VersionMismatch extends Abort {
  readonly daemonVersion: string;

  constructor(daemonVersion: string, ownVersion: string) {
    super(
      exitCodes.unreachable,
      `the daemon of this fleet is version ${daemonVersion}, this is version ${ownVersion}`,
      "replace the daemon, services keep running: orchestra daemon restart",
    );
    this.daemonVersion = daemonVersion;
  }
}
