import type { ExitStatus } from "../../../model/cause.ts";
import type { Failure } from "../../../model/failure.ts";
import type { ProcessIdentity } from "../identity.ts";

/*
 * What the daemon and its fork server say to each other: one JSON text a line, over the server's stdin and stdout.
 * Answers come in the order in which programs were started, and that one has ended is said after that it was started.
 */

/** From the daemon. */
export type ForkRequest =
  /** What programs that share inherit from now on: the same few hundred variables for two hundred services. */
  | { kind: "share"; env: Record<string, string> }
  | {
      kind: "spawn";
      id: number;
      file: string;
      args: readonly string[];
      cwd: string;
      env: Record<string, string>;
      isSharing: boolean;
      /** Variables of the shared ones that this program does not get. */
      hidden: string[];
      stdout: string;
      stderr: string;
      exitFile: string | null;
    };

/** From the fork server. `exited` is about a program that was started before; `ticks` as in `SpawnedProcess`. */
export type ForkReply =
  | { kind: "spawned"; id: number; identity: ProcessIdentity }
  | { kind: "failed"; id: number; failure: Failure }
  | { kind: "exited"; pid: number; status: ExitStatus; ticks: number };
