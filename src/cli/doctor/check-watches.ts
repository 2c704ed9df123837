import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isNeverWatched } from "../../engine/watch/usual-ignores.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { counted } from "../../ui/text/amount.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Beyond this nobody counts on: there are too many in any case. */
const mostFolders = 200_000;
/** Editors and other fleets watch as well. */
const ourShare = 0.5;
const fewInstances = 64;

/** Whether the system lets as many folders be watched as the fleet has. Pure; a limit is null where it is not known. */
export function judgeWatches(folders: number, limits: { watches: number | null; instances: number | null }): Finding {
  const { watches, instances } = limits;
  const what = counted(folders, "folder");
  const raise = `sudo sysctl fs.inotify.max_user_watches=${Math.max(1_048_576, 2 ** Math.ceil(Math.log2(folders * 4 + 1)))}`;
  if (watches !== null && folders > watches) {
    return problem(`${what} to watch, and the system allows ${watches} watches`, raise);
  }
  if (watches !== null && folders > watches * ourShare) {
    return warning(`${what} to watch, of ${watches} watches that all programs share`, raise);
  }
  if (instances !== null && instances < fewInstances) {
    return warning(
      `the system allows only ${instances} watchers for all programs`,
      "sudo sysctl fs.inotify.max_user_instances=1024",
    );
  }
  return fine(watches === null ? `${what} to watch` : `${what} to watch, of ${watches} allowed`);
}

/** Counts what would be watched against the limits of inotify; null where nothing follows its sources. */
export function checkWatches({ services, rerun }: FleetSpec): Finding | null {
  const followed = services.filter(
    (service) => (service.rerun ?? rerun)?.isOn !== false && service.build.kind !== "none",
  );
  if (followed.length === 0) return null;
  const roots = new Set(
    followed.flatMap(({ dir, watch }) => [...(watch.paths.length === 0 ? [dir] : watch.paths), ...watch.packages]),
  );
  const seen = new Set<string>();
  for (const root of roots) collectFolders(root, seen);
  return judgeWatches(seen.size, { watches: limitOf("max_user_watches"), instances: limitOf("max_user_instances") });
}

function collectFolders(root: string, seen: Set<string>): void {
  const open = [root];
  for (let dir = open.pop(); dir !== undefined && seen.size < mostFolders; dir = open.pop()) {
    if (seen.has(dir)) continue;
    try {
      const entries = readdirSync(dir, { withFileTypes: true });
      seen.add(dir);
      for (const entry of entries)
        if (entry.isDirectory() && !isNeverWatched(entry.name)) open.push(join(dir, entry.name));
    } catch {
      // A file, or nothing that we may look into.
    }
  }
}

function limitOf(name: string): number | null {
  try {
    return Number(readFileSync(`/proc/sys/fs/inotify/${name}`, "utf8"));
  } catch {
    return null;
  }
}
