import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { EngineClient } from "../model/client.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { FleetFollower } from "./fleet-follower.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * The first snapshot that the follower gets; null where an interrupt came first. Throws what keeps the daemon from
 * answering: a subscription would go on trying, a plain request says at once that the daemon is of another version.
 */
export async function firstSnapshot(
  client: EngineClient,
  follower: FleetFollower,
  signal: AbortSignal,
): Promise<FleetSnapshot | null> {
  if ((await untilAborted(client.snapshot(), signal)) === null) return null;
  const first = await follower.until((snapshot) => snapshot, { signal });
  switch (first.kind) {
    case "met":
      return first.value;
    case "aborted":
    case "timeout":
      return null;
    case "lost":
      throw new Abort(
        exitCodes.unreachable,
        `the daemon does not answer: ${first.reason}`,
        "see what it does: orchestra daemon status",
      );
  }
}
