import { readDaemonFile } from "./daemon-file.ts";
import { socketPathOf } from "./socket-path.ts";

/** Where the fleet's daemon listens, if there is one; `pid` is null where nobody wrote it down. */
export interface Endpoint {
  socket: string;
  pid: number | null;
}

/**
 * Read again for each request, since a new daemon may listen elsewhere; it takes 50 µs. Without a daemon.json it is the
 * place where a daemon whose `.orchestra` was removed would still be.
 */
export function endpointOf(root: string): Endpoint {
  const file = readDaemonFile(root);
  return file === null ? { socket: socketPathOf(root), pid: null } : { socket: file.socket, pid: file.pid };
}
