import type { IncomingMessage } from "node:http";
import { NdjsonSplitter } from "../lib/ndjson-splitter.ts";
import type { Subscription, Update } from "../model/client.ts";
import type { StampedEvent } from "../model/event.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { WireLine } from "./protocol.ts";
import { VersionMismatch } from "./version-mismatch.ts";
import { sendRequest } from "./wire-request.ts";

const firstRetryMs = 10;
const maxRetryMs = 1000;

interface RemoteSubscriptionOptions {
  root: string;
  version: string;
  lease: string | null;
  listener: (update: Update) => void;
  takeSnapshot: () => Promise<FleetSnapshot>;
}

/**
 * One listener's `GET /v1/events`, on a connection of its own, opened again until it is closed. A new daemon is found
 * through daemon.json; the listener hears `disconnected` when the old one is lost and `snapshot` when it is back.
 */
export class RemoteSubscription implements Subscription {
  readonly #options: RemoteSubscriptionOptions;
  readonly #closed = new AbortController();
  /** Of the last update; null while the listener has nothing that events could follow. */
  #revision: number | null = null;
  /** Events after a gap, kept until a new snapshot is there. */
  #held: StampedEvent[] | null = null;
  #lost: { since: number; reason: string } | null = null;
  #retryMs = firstRetryMs;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RemoteSubscriptionOptions) {
    this.#options = options;
    void this.#connect();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#closed.abort();
  }

  async #connect(): Promise<void> {
    const { root, version, lease } = this.#options;
    let response: IncomingMessage;
    try {
      response = await sendRequest({
        method: "GET",
        path: lease === null ? "/v1/events" : `/v1/events?lease=${encodeURIComponent(lease)}`,
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
      this.#onLoss(error instanceof Error ? error.message : String(error), error instanceof VersionMismatch);
      return;
    }
    this.#read(response);
  }

  #read(response: IncomingMessage): void {
    const splitter = new NdjsonSplitter();
    let reason = "the connection to the daemon broke";
    response.on("data", (chunk: Buffer) => {
      for (const text of splitter.push(chunk)) {
        if (this.#closed.signal.aborted) return;
        const line = JSON.parse(text) as WireLine;
        if (line.kind === "goodbye") reason = line.reason;
        else this.#receive(line);
      }
    });
    // A broken connection gives `error`, then `close`; an ended one only `close`.
    response.on("error", () => {});
    response.once("close", () => this.#onLoss(reason));
  }

  #receive(line: Update): void {
    if (line.kind === "snapshot") this.#follow(line.snapshot);
    else if (line.kind === "events") this.#onEvents(line.events);
  }

  #follow(snapshot: FleetSnapshot): void {
    this.#lost = null;
    this.#held = null;
    this.#retryMs = firstRetryMs;
    this.#revision = snapshot.revision;
    this.#options.listener({ kind: "snapshot", snapshot });
  }

  #onEvents(events: StampedEvent[]): void {
    if (this.#held !== null) {
      this.#held.push(...events);
      return;
    }
    const revision = this.#revision ?? 0;
    // After a gap was closed, what the snapshot holds already may still be on its way.
    const news = events.filter((event) => event.revision > revision);
    const [first] = news;
    if (first === undefined) return;
    if (first.revision !== revision + 1) {
      void this.#closeGap(news);
      return;
    }
    this.#revision = revision + news.length;
    this.#options.listener({ kind: "events", events: news });
  }

  /** The connection stays, since a lease hangs on it; a snapshot is asked for beside it. */
  async #closeGap(events: StampedEvent[]): Promise<void> {
    const held = events;
    this.#held = held;
    let snapshot: FleetSnapshot;
    try {
      snapshot = await this.#options.takeSnapshot();
    } catch {
      // The daemon is gone; the connection says so as well, and a new one begins with a snapshot.
      return;
    }
    // Meanwhile a snapshot line came, or the connection was lost.
    if (this.#held !== held || this.#closed.signal.aborted) return;
    this.#follow(snapshot);
    this.#onEvents(held);
  }

  /** Says why once, and again only where waiting is of no use; that nobody listens is no news after a loss. */
  #onLoss(reason: string, isHopeless = false): void {
    if (this.#closed.signal.aborted) return;
    this.#revision = null;
    this.#held = null;
    if (this.#lost === null || (isHopeless && this.#lost.reason !== reason)) {
      this.#lost = { since: this.#lost?.since ?? Date.now(), reason };
      this.#options.listener({ kind: "disconnected", ...this.#lost });
    }
    if (this.#closed.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
  }
}
