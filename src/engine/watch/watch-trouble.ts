import { relative } from "node:path";
import { errnoOf } from "../../lib/errno.ts";
import { formatDuration } from "../../lib/format-duration.ts";

/**
 * What to say where the system refuses to watch for want of something, and how to help it; null where an error is
 * something else.
 */
export function describeShortage(error: unknown, pollMs: number): string | null {
  const shortage = shortageOf(errnoOf(error));
  if (shortage === null) return null;
  const instead = `changes are looked for every ${formatDuration(pollMs)} instead, which costs processor time`;
  return `${shortage.what}: ${instead}; ${shortage.remedy}, then \`orchestra daemon restart\``;
}

/** Any other error of a watch: the watch goes on without what it is about. */
export function describeWatchError(error: unknown): string {
  return `some files cannot be watched: ${error instanceof Error ? error.message : String(error)}`;
}

/** A service that brings about its own restarts by writing `file`. */
export function describeLoop(file: string, dir: string): string {
  const name = file.startsWith(`${dir}/`) ? relative(dir, file) : file;
  return `${name} changes after every restart, so the service seems to write it itself; add it to watch.ignore`;
}

function shortageOf(errno: string): { what: string; remedy: string } | null {
  switch (errno) {
    case "ENOSPC":
      return {
        what: "the system has no inotify watches left",
        remedy: "raise the limit with `sudo sysctl fs.inotify.max_user_watches=1048576`",
      };
    case "EMFILE":
      return {
        what: "there are no inotify instances or file descriptors left",
        remedy: "raise the limits with `sudo sysctl fs.inotify.max_user_instances=1024` and `ulimit -n`",
      };
    case "ENFILE":
      return {
        what: "the system has no file descriptors left",
        remedy: "raise the limit with `sudo sysctl fs.file-max=2097152`",
      };
    default:
      return null;
  }
}
