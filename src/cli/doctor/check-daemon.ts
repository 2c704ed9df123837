import { statSync } from "node:fs";
import { type DaemonStatus, daemonStatus } from "../../daemon/daemon-status.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import { version } from "../../lib/version.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Who may use the daemon's socket. */
export interface SocketAccess {
  /** Permission bits. */
  mode: number;
  isOwn: boolean;
}

/** Whether the daemon that runs can be worked with. Pure; `access` is null where there is no socket to look at. */
export function judgeDaemon(status: DaemonStatus, access: SocketAccess | null): Finding {
  switch (status.kind) {
    case "notRunning":
      return fine("none runs");
    case "silent":
      return problem(
        `${status.pid === null ? "something" : `pid ${status.pid}`} listens and does not answer: ${status.reason}`,
        status.pid === null ? "see what it said: orchestra daemon logs" : `end it, services go on: kill ${status.pid}`,
      );
    case "running": {
      if (!status.isSameVersion) {
        return warning(
          `the daemon is of version ${status.version}, and this program of ${version}`,
          "replace it, services go on: orchestra daemon restart",
        );
      }
      if (access !== null && !access.isOwn) {
        return problem(`${status.socket} belongs to another user`, "end that daemon as that user");
      }
      if (access !== null && (access.mode & 0o077) !== 0) {
        return warning(`others may use ${status.socket}`, `chmod 600 ${status.socket}`);
      }
      return fine(`pid ${status.pid}, up ${formatDuration(status.uptimeMs)}`);
    }
  }
}

/** Asks the daemon who it is, and looks at its socket; starts none. */
export async function checkDaemon(root: string): Promise<Finding> {
  const status = await daemonStatus(root);
  return judgeDaemon(status, status.kind === "running" ? accessOf(status.socket) : null);
}

function accessOf(socket: string): SocketAccess | null {
  try {
    const { mode, uid } = statSync(socket);
    return { mode: mode & 0o777, isOwn: uid === process.getuid?.() };
  } catch {
    return null;
  }
}
