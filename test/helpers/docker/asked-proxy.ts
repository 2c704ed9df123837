import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

/** Stands before an engine, and knows what it is asked. */
export interface AskedProxy {
  /** What DOCKER_HOST says to use it. */
  host: string;
  /** Each request so far, as in `POST /containers/create`, without version and query. */
  asked: string[];
  /** Called with each request before the engine has it, which is then held back until this resolves. */
  before: (request: string) => void | Promise<void>;
  close(): Promise<void>;
}

const firstLine = /^(GET|HEAD|POST|PUT|DELETE) (?:\/v[\d.]+)?(\/[^ ?]*)\S* HTTP\/1\.1\r\n/;

/** Relays `target`, the path of an engine's socket, at the path `socket`. */
export async function startAskedProxy(target: string, socket: string): Promise<AskedProxy> {
  const sockets = new Set<Socket>();
  const proxy: AskedProxy = {
    host: `unix://${socket}`,
    asked: [],
    before: () => {},
    async close() {
      for (const each of sockets) each.destroy();
      server.close();
      await once(server, "close");
      rmSync(socket, { force: true });
    },
  };
  /** What a client sends begins a request where it looks like one; bodies are JSON. */
  const listening = (): Transform =>
    new Transform({
      async transform(chunk: Buffer, _encoding, done) {
        const [, method, path] = firstLine.exec(chunk.toString("latin1", 0, 4096)) ?? [];
        if (method !== undefined) {
          const request = `${method} ${path}`;
          proxy.asked.push(request);
          await proxy.before(request);
        }
        done(null, chunk);
      },
    });
  const server = createServer((client) => {
    const upstream = connect(target);
    const requests = listening();
    const end = (): void => {
      requests.destroy();
      client.destroy();
      upstream.destroy();
    };
    for (const each of [client, upstream]) {
      sockets.add(each);
      each.once("close", () => sockets.delete(each));
      each.on("error", end);
    }
    client.once("close", end);
    upstream.once("close", () => client.end());
    client.pipe(requests).pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(socket);
  await once(server, "listening");
  return proxy;
}
