import type { Stray } from "../../model/stray.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleetToRead } from "../open-fleet.ts";

/** The strays of a fleet at this moment. */
export interface KnownStrays {
  root: string;
  /** The fleet's name. */
  fleet: string;
  strays: Stray[];
}

/** Looks for strays, by the daemon where one runs; starts none. */
export async function knownStrays(context: CliContext): Promise<KnownStrays> {
  const { root, running } = await openFleetToRead(context);
  if (running === null) {
    const { straysWithoutDaemon } = await import("./strays-without-daemon.ts");
    return { root, ...(await straysWithoutDaemon(context, root)) };
  }
  const { client, snapshot } = running;
  try {
    return { root, fleet: snapshot.name, strays: await client.findStrays() };
  } finally {
    await client.close();
  }
}
