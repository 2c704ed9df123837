import type { ServerResponse } from "node:http";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { StampedEvent } from "../model/event.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { WireLine } from "./protocol.ts";

/** What may wait in the daemon for one client that does not read. (Unbounded, it cost 1 GB in 5 s.) */
const maxQueuedBytes = 1024 * 1024;

/**
 * One client's `GET /v1/events`, from its request to the end of its connection. Events of one turn of the event loop
 * go out as one line at the end of that turn. What the connection does not take waits in a queue; past 1 MB the queue
 * is dropped, and once the client reads again it gets a new snapshot and what followed it.
 */
export class EventStream {
  readonly #engine: EngineClient;
  readonly #response: ServerResponse;
  readonly #log: (line: string) => void;
  readonly #subscription: Subscription;
  /** Events of this turn. */
  #turn: StampedEvent[] = [];
  #isFlushPlanned = false;
  /** Lines that wait for `drain`. */
  #queue: string[] = [];
  #queuedBytes = 0;
  #isBlocked = false;
  #resync: Resync = { kind: "none" };
  /** Of the last snapshot sent: the engine may have published, and not yet told us, what is in it already. */
  #baseRevision = 0;
  /** A lease ends when its client goes, not when a daemon hands over to the next. */
  #isEnding = false;

  constructor(engine: EngineClient, response: ServerResponse, lease: string | null, log: (line: string) => void) {
    this.#engine = engine;
    this.#response = response;
    this.#log = log;
    response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
    response.on("drain", () => this.#onDrain());
    // A client that goes away in the middle of a write is no error; `close` follows.
    response.on("error", () => {});
    this.#subscription = engine.subscribe((update) => this.#receive(update), lease === null ? undefined : { lease });
    // The lease, where there is one, ends with the connection.
    response.on("close", () => {
      if (!this.#isEnding) this.#subscription.close();
    });
  }

  /** Sends what is there and a last line, and ends the connection. */
  end(reason: string): void {
    this.#isEnding = true;
    this.#flush();
    for (const line of this.#queue) this.#response.write(line);
    this.#queue = [];
    this.#response.end(serialize({ kind: "goodbye", reason }));
  }

  #receive(update: Update): void {
    if (update.kind === "disconnected") return;
    if (update.kind === "snapshot") {
      if (this.#isBlocked) this.#dropQueue();
      else this.#sendSnapshot(update.snapshot);
      return;
    }
    if (this.#resync.kind === "needed") {
      this.#resync.dropped += update.events.length;
      return;
    }
    this.#turn.push(...update.events);
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#turn.length === 0 || this.#resync.kind === "asked" || this.#response.destroyed) return;
    const events = this.#turn.filter((event) => event.revision > this.#baseRevision);
    this.#turn = [];
    if (events.length === 0) return;
    const line = serialize({ kind: "events", events });
    if (!this.#isBlocked) {
      this.#write(line);
      return;
    }
    this.#queue.push(line);
    this.#queuedBytes += Buffer.byteLength(line);
    if (this.#queuedBytes > maxQueuedBytes) this.#dropQueue();
  }

  #write(line: string): void {
    if (!this.#response.write(line)) this.#isBlocked = true;
  }

  #dropQueue(): void {
    this.#resync = { kind: "needed", dropped: 0 };
    this.#log(`a client does not read its events: dropped ${this.#queuedBytes} bytes, it gets a new snapshot`);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #onDrain(): void {
    this.#isBlocked = false;
    if (this.#resync.kind === "needed") {
      void this.#takeSnapshot(this.#resync.dropped);
      return;
    }
    while (!this.#isBlocked) {
      const line = this.#queue.shift();
      if (line === undefined) break;
      this.#queuedBytes -= Buffer.byteLength(line);
      this.#write(line);
    }
  }

  /** From here on events are kept in `#turn` until the snapshot is there: those that it has not seen follow it. */
  async #takeSnapshot(dropped: number): Promise<void> {
    this.#resync = { kind: "asked" };
    const snapshot = await this.#engine.snapshot();
    this.#log(`the client reads again: new snapshot at revision ${snapshot.revision}, ${dropped} more events dropped`);
    this.#resync = { kind: "none" };
    if (this.#response.destroyed || this.#isEnding) return;
    this.#sendSnapshot(snapshot);
    this.#flush();
  }

  #sendSnapshot(snapshot: FleetSnapshot): void {
    this.#baseRevision = snapshot.revision;
    this.#write(serialize({ kind: "snapshot", snapshot }));
  }
}

/** `needed`: the client has missed events and does not read. `asked`: it reads again, the engine is being asked. */
type Resync = { kind: "none" } | { kind: "needed"; dropped: number } | { kind: "asked" };

function serialize(line: WireLine): string {
  return `${JSON.stringify(line)}\n`;
}
