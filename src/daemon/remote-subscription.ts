import type { Subscription, Update } from "../model/client.ts";
import type { StampedEvent } from "../model/event.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { Goodbye, WireLine } from "./protocol.ts";
import { RemoteStream } from "./remote-stream.ts";

interface RemoteSubscriptionOptions {
  root: string;
  version: string;
  lease: string | null;
  listener: (update: Update) => void;
  takeSnapshot: () => Promise<FleetSnapshot>;
}

/**
 * One listener's `GET /v1/events`, opened again until it is closed. The listener hears `disconnected` when the daemon
 * is lost and `snapshot` when it, or a new one, is there.
 */
export class RemoteSubscription implements Subscription {
  readonly #options: RemoteSubscriptionOptions;
  readonly #stream: RemoteStream<Exclude<WireLine, Goodbye>>;
  /** Of the last update; null while the listener has nothing that events could follow. */
  #revision: number | null = null;
  /** Events after a gap, kept until a new snapshot is there. */
  #held: StampedEvent[] | null = null;
  #lost: { since: number; reason: string } | null = null;

  constructor(options: RemoteSubscriptionOptions) {
    this.#options = options;
    const { root, version, lease } = options;
    this.#stream = new RemoteStream({
      root,
      version,
      path: lease === null ? "/v1/events" : `/v1/events?lease=${encodeURIComponent(lease)}`,
      onLine: (line) => this.#receive(line),
      onLoss: (reason, isHopeless) => this.#onLoss(reason, isHopeless),
    });
  }

  close(): void {
    this.#stream.close();
  }

  #receive(line: Update): void {
    if (line.kind === "snapshot") this.#follow(line.snapshot);
    else if (line.kind === "events") this.#onEvents(line.events);
  }

  #follow(snapshot: FleetSnapshot): void {
    this.#lost = null;
    this.#held = null;
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
    if (this.#held !== held || this.#stream.isClosed) return;
    this.#follow(snapshot);
    this.#onEvents(held);
  }

  /** Says why once, and again only where waiting is of no use; that nobody listens is no news after a loss. */
  #onLoss(reason: string, isHopeless: boolean): void {
    this.#revision = null;
    this.#held = null;
    if (this.#lost !== null && (!isHopeless || this.#lost.reason === reason)) return;
    this.#lost = { since: this.#lost?.since ?? Date.now(), reason };
    this.#options.listener({ kind: "disconnected", ...this.#lost });
  }
}
