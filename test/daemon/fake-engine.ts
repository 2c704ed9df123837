import type { EngineHandle } from "../../src/daemon/engine-handle.ts";
import type { Cause } from "../../src/model/cause.ts";
import type { Subscription, Update } from "../../src/model/client.ts";
import type { CommandReply, CommandRequest } from "../../src/model/command.ts";
import type { EngineEvent, StampedEvent } from "../../src/model/event.ts";
import type { FleetId, UnitId } from "../../src/model/ids.ts";
import type { UnitInspection } from "../../src/model/inspection.ts";
import type { LogCursor, LogPage, LogQuery } from "../../src/model/log.ts";
import { applyEvent, type FleetSnapshot } from "../../src/model/snapshot.ts";
import type { Stray } from "../../src/model/stray.ts";
import type { UsageSample } from "../../src/model/usage.ts";

/** An engine in memory: no services, but true revisions, leases and long polls. */
export class FakeEngine implements EngineHandle {
  readonly commands: CommandRequest[] = [];
  /** `down: daemon stop`, `release`, `lease ended: x`, … in order. */
  readonly calls: string[] = [];
  /** Long polls that wait at this moment. */
  waitingPolls = 0;
  /** Replaces the reply to the next commands. */
  onSend: ((request: CommandRequest) => Promise<CommandReply>) | null = null;
  onDown: (() => Promise<void>) | null = null;
  /** What `inspect` answers, by unit. */
  readonly inspections = new Map<string, UnitInspection>();
  /** What `reveal` answers, by unit and variable: `api#1 TOKEN`. */
  readonly secrets = new Map<string, string>();
  readonly #usageWatchers = new Set<(sample: UsageSample) => void>();
  readonly #subscribers = new Set<(update: Update) => void>();
  readonly #ended = Promise.withResolvers<void>();
  #snapshot: FleetSnapshot;

  constructor(root = "/fleet", version = "0.0.0-source") {
    this.#snapshot = {
      revision: 0,
      id: "0123456789abcdef" as FleetId,
      name: "shop",
      root,
      daemon: { pid: process.pid, version, startedAt: 0 },
      isStopping: false,
      services: [],
      strays: [],
      diagnostics: [],
    };
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get revision(): number {
    return this.#snapshot.revision;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Publishes at once, each event as an update of its own. */
  publish(...events: EngineEvent[]): void {
    for (const event of events) {
      const stamped: StampedEvent = { revision: this.#snapshot.revision + 1, at: Date.now(), event };
      this.#snapshot = applyEvent(this.#snapshot, stamped);
      for (const listener of this.#subscribers) listener({ kind: "events", events: [stamped] });
    }
  }

  get usageWatcherCount(): number {
    return this.#usageWatchers.size;
  }

  sample(sample: UsageSample): void {
    for (const listener of this.#usageWatchers) listener(sample);
  }

  /** Events that no subscriber is told of, as if they were lost. */
  lose(count: number): void {
    this.#snapshot = { ...this.#snapshot, revision: this.#snapshot.revision + count };
  }

  async findStrays(): Promise<Stray[]> {
    this.calls.push("findStrays");
    return this.#snapshot.strays;
  }

  async snapshot(): Promise<FleetSnapshot> {
    return this.#snapshot;
  }

  subscribe(listener: (update: Update) => void, options: { lease?: string } = {}): Subscription {
    this.#subscribers.add(listener);
    listener({ kind: "snapshot", snapshot: this.#snapshot });
    return {
      close: () => {
        if (this.#subscribers.delete(listener) && options.lease !== undefined)
          this.calls.push(`lease ended: ${options.lease}`);
      },
    };
  }

  async send(request: CommandRequest): Promise<CommandReply> {
    this.commands.push(request);
    if (this.onSend !== null) return this.onSend(request);
    if (request.command.kind === "down") {
      void this.down({ kind: "user", verb: "down", origin: request.origin }).then(() => this.#ended.resolve());
    }
    return { ok: true, units: [], services: [], revision: this.revision, notes: [], hooksFollow: false };
  }

  readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const cursor = "c1" as LogCursor;
    const page: LogPage = { lines: [], before: cursor, after: cursor, atStart: true, atEnd: true, skippedBytes: 0 };
    if (query.waitMs === undefined) return Promise.resolve(page);
    this.waitingPolls += 1;
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.waitingPolls -= 1;
      };
      const timer = setTimeout(() => {
        end();
        resolve(page);
      }, query.waitMs);
      signal?.addEventListener("abort", () => {
        end();
        reject(signal.reason);
      });
    });
  }

  watchUsage(listener: (sample: UsageSample) => void): Subscription {
    this.#usageWatchers.add(listener);
    return { close: () => this.#usageWatchers.delete(listener) };
  }

  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    return this.inspections.get(unit) ?? null;
  }

  async reveal(unit: UnitId, variable: string): Promise<string | null> {
    return this.secrets.get(`${unit} ${variable}`) ?? null;
  }

  async down(cause: Cause): Promise<void> {
    this.calls.push(`down: ${cause.kind === "user" ? cause.verb : cause.kind}`);
    this.publish({ kind: "fleetStopping", cause });
    await this.onDown?.();
  }

  async release(): Promise<void> {
    this.calls.push("release");
  }

  async close(): Promise<void> {}
}

/** An event that a snapshot does not show, with about `bytes` of text. */
export function notice(message: string, bytes = 0): EngineEvent {
  return { kind: "noticed", level: "info", unit: null, message: message.padEnd(bytes, ".") };
}
