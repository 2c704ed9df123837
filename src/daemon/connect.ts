import type { Socket } from "node:net";
import { createConnection } from "node:net";
import { errnoOf } from "../lib/errno.ts";
import { endpointOf } from "./endpoint.ts";
import { RemoteClient } from "./remote-client.ts";
import { Unreachable } from "./unreachable-daemon.ts";

/**
 * The daemon of the fleet at `root` (a real path), or null where none listens: one read of a file and one connection,
 * which the client's first request then uses. That request finds out about another version. `version` is this
 * program's unless a test says otherwise.
 */
export async function connect(root: string, options: { version?: string } = {}): Promise<RemoteClient | null> {
  const socket = await openSocket(endpointOf(root).socket);
  return socket === null ? null : new RemoteClient(root, { ...options, socket });
}

/** ECONNRESET: it died with our connection in its queue. */
const nobodyThere = new Set(["ENOENT", "ENOTDIR", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTSOCK"]);

function openSocket(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.unref();
      resolve(socket);
    });
    // Stays: an unused connection may break as well, and that is no error of ours.
    socket.on("error", (error) => {
      const errno = errnoOf(error);
      if (nobodyThere.has(errno)) resolve(null);
      else if (errno === "EACCES" || errno === "EPERM") {
        reject(new Unreachable("closed", `no permission to talk to the daemon on ${path}: it belongs to another user`));
      } else reject(new Unreachable("closed", `the daemon on ${path} cannot be reached: ${errno}`));
    });
  });
}
