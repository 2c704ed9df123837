import { relative } from "node:path";
import { errnoOf } from "../../lib/errno.ts";
import { formatDuration } from "../../lib/format-duration.ts";

/** What the system has run out of, and how to help it. */
export interface WatchShortage {
  what: string;
  remedy: string;
}

/** What to say where the system refuses to watch for want of something. */
export function describeShortage({ what, remedy }: WatchShortage, pollMs: number): string {
  const instead = `changes are looked for every ${formatDuration(pollMs)} instead, which costs processor time`;
  return `${what}: ${instead}; ${remedy}`;
}

/** What to say once it does not refuse any more. */
export const reliefMessage = "the system has enough to watch with again: changes are seen at once";

/** Any other error of a watch: the watch goes on without what it is about. */
export function describeWatchError(error: unknown): string {
  return `some files cannot be watched: ${error instanceof Error ? error.message : String(error)}`;
}

/** A service that brings about its own restarts by writing `file`. */
export function describeLoop(file: string, dir: string): string {
  const name = file.startsWith(`${dir}/`) ? relative(dir, file) : file;
  return `${name} changes after every restart, so the service seems to write it itself; add it to watch.ignore`;
}

/** Null where an error is something else than a shortage. */
export function shortageOf(error: unknown): WatchShortage | null {
  switch (errnoOf(error)) {
    case "ENOSPC":
      return {
        what: "the system has no inotify watches left",
        remedy:
          "raise the limit with `sudo sysctl fs.inotify.max_user_watches=1048576`, and they are used within a minute",
      };
    case "EMFILE":
      return {
        what: "there are no inotify instances or file descriptors left",
        remedy:
          "raise the limits with `sudo sysctl fs.inotify.max_user_instances=1024` and `ulimit -n`, then `orchestra daemon restart`",
      };
    case "ENFILE":
      return {
        what: "the system has no file descriptors left",
        remedy: "raise the limit with `sudo sysctl fs.file-max=2097152`, and they are used within a minute",
      };
    default:
      return null;
  }
}
