import type { IncomingMessage } from "node:http";
import { messageOf } from "../lib/message-of.ts";
import { NdjsonSplitter } from "../lib/ndjson-splitter.ts";
import type { Goodbye } from "./protocol.ts";
import { VersionMismatch } from "./version-mismatch.ts";
import { sendRequest } from "./wire-request.ts";

const firstRetryMs = 10;
const maxRetryMs = 1000;

/** Why a connection was lost whose daemon did not say goodbye: it was killed, or it met a bug of ours. */
export const connectionBroke = "the connection to the daemon broke";

export interface RemoteStreamOptions<Line> {
  root: string;
  version: string;
  path: string;
  onLine: (line: Line) => void;
  /** The connection is lost, or could not be made. `isHopeless`: the daemon is of another version. */
  onLoss: (reason: string, isHopeless: boolean) => void;
}

/**
 * One stream of JSON lines from the daemon, on a connection of its own, opened again until it is closed. A new daemon
 * is found through daemon.json. Nothing is told after `close`.
 */
export class RemoteStream<Line extends { kind: string }> {
  readonly #options: RemoteStreamOptions<Line>;
  readonly #closed = new AbortController();
  #retryMs = firstRetryMs;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RemoteStreamOptions<Line>) {
    this.#options = options;
    void this.#connect();
  }

  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#closed.abort();
  }

  async #connect(): Promise<void> {
    const { root, version, path } = this.#options;
    let response: IncomingMessage;
    try {
      response = await sendRequest({
        method: "GET",
        path,
        body: null,
        root,
        version,
        agent: false,
        signal: this.#closed.signal,
        limitMs: null,
        isRepeatable: false,
        isVersionChecked: true,
      });
    } catch (error) {
      this.#onLoss(messageOf(error), error instanceof VersionMismatch);
      return;
    }
    this.#read(response);
  }

  #read(response: IncomingMessage): void {
    const splitter = new NdjsonSplitter();
    let reason = connectionBroke;
    response.on("data", (chunk: Buffer) => {
      for (const text of splitter.push(chunk)) {
        if (this.isClosed) return;
        const line = JSON.parse(text) as Line | Goodbye;
        if (isGoodbye(line)) {
          reason = line.reason;
          continue;
        }
        this.#retryMs = firstRetryMs;
        this.#options.onLine(line);
      }
    });
    // A broken connection gives `error`, then `close`; an ended one only `close`.
    response.on("error", () => {});
    response.once("close", () => this.#onLoss(reason, false));
  }

  #onLoss(reason: string, isHopeless: boolean): void {
    if (this.isClosed) return;
    this.#options.onLoss(reason, isHopeless);
    // Whoever heard of it may have closed the stream.
    if (this.isClosed) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
  }
}

function isGoodbye(line: { kind: string }): line is Goodbye {
  return line.kind === "goodbye";
}
