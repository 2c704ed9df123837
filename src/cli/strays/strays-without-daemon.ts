import { basename } from "node:path";
import type { Stray } from "../../model/stray.ts";

/** The strays of a fleet that no daemon looks after. */
export async function straysWithoutDaemon(root: string): Promise<{ fleet: string; strays: Stray[] }> {
  return { fleet: basename(root), strays: [] };
}
