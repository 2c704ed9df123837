import { join } from "node:path";

/** Where a fleet keeps its state. All are absolute where `root` is. */
export const paths = {
  stateDir: (root: string) => join(root, ".orchestra"),
  /** Which daemon runs, for clients. */
  daemonFile: (root: string) => join(root, ".orchestra", "daemon.json"),
  /** Held by the one daemon for life. Nothing else in the daemon may open it: closing it would drop the lock. */
  lockFile: (root: string) => join(root, ".orchestra", "lock.db"),
  /** The daemon's own messages, its stdout and stderr. */
  daemonLog: (root: string) => join(root, ".orchestra", "daemon.log"),
} as const;
