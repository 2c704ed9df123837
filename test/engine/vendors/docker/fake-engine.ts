import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Something on a socket that answers as the test says: what no real engine does when it is asked to. */
export interface FakeEngine {
  host: string;
  socket: string;
  /** Method and path of each request, without the query. */
  asked: string[];
  connections(): number;
  /** Ends it, and every connection with it. */
  stop(): Promise<void>;
}

export async function startFakeEngine(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  socket = join(mkdtempSync(join(tmpdir(), "fake-")), "d.sock"),
): Promise<FakeEngine> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    answer(request, response);
  });
  server.on("connection", (connection) => {
    sockets.add(connection);
    connection.once("close", () => sockets.delete(connection));
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    host: `unix://${socket}`,
    socket,
    asked,
    connections: () => sockets.size,
    async stop() {
      server.close();
      for (const connection of sockets) connection.destroy();
      await once(server, "close");
    },
  };
}
