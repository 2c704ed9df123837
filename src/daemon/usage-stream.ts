import type { ServerResponse } from "node:http";
import type { EngineClient, Subscription } from "../model/client.ts";
import type { UsageSample } from "../model/usage.ts";
import type { UsageLine } from "./protocol.ts";

/**
 * One client's `GET /v1/usage`: a line for each sample, as long as its connection lives, and not a moment longer. A
 * sample is worth nothing once the next is there, so none waits: a client that does not read misses them.
 */
export class UsageStream {
  readonly #response: ServerResponse;
  readonly #subscription: Subscription;

  constructor(engine: EngineClient, response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
    // The first sample may take a second; that the stream stands is known at once.
    response.flushHeaders();
    // A client that goes away in the middle of a write is no error; `close` follows.
    response.on("error", () => {});
    this.#subscription = engine.watchUsage((sample) => this.#send(sample));
    response.on("close", () => this.#subscription.close());
  }

  /** Sends a last line and ends the connection. */
  end(reason: string): void {
    this.#subscription.close();
    this.#response.end(serialize({ kind: "goodbye", reason }));
  }

  #send(sample: UsageSample): void {
    if (this.#response.writableNeedDrain || this.#response.destroyed) return;
    this.#response.write(serialize({ kind: "usage", sample }));
  }
}

function serialize(line: UsageLine): string {
  return `${JSON.stringify(line)}\n`;
}
