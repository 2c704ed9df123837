import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Stands before a server on 127.0.0.1, and is as bad a network as the test wants. */
export interface SlowProxy {
  port: number;
  /** Bytes a second for all answers together, from now on; null: as fast as it goes. */
  limit(bytesPerSecond: number | null): void;
  /** Ends all connections with a reset, and every new one, until `mend`. */
  cut(): void;
  mend(): void;
  /** Bytes of answers that have passed. */
  passed(): number;
  close(): Promise<void>;
}

/** The pieces in which a limited answer passes: small enough to be cut in the middle of a layer. */
const pieceBytes = 4096;

export async function startSlowProxy(target: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let rate: number | null = null;
  let isCut = false;
  let passed = 0;
  /** When the next piece may pass, if all before it have. */
  let due = 0;

  const turn = async (bytes: number) => {
    const now = performance.now();
    if (rate !== null) due = Math.max(due, now) + (bytes / rate) * 1000;
    if (rate !== null && due - now > 1) await sleep(due - now);
    passed += bytes;
  };
  const slowly = () =>
    new Transform({
      async transform(chunk: Buffer, _encoding, done) {
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          const piece = chunk.subarray(at, at + pieceBytes);
          await turn(piece.length);
          this.push(piece);
        }
        done();
      },
    });
  const server = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const answers = slowly();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    // What the server has sent before it closed is still on its way; after a client has gone, nobody waits for it.
    client
      .on("error", () => {})
      .once("close", () => {
        answers.destroy();
        upstream.destroy();
      });
    upstream.on("error", () => client.destroy());
    answers.on("error", () => {});
    client.pipe(upstream);
    upstream.pipe(answers).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    limit: (bytesPerSecond) => {
      rate = bytesPerSecond;
      due = 0;
    },
    cut,
    mend: () => {
      isCut = false;
    },
    passed: () => passed,
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
