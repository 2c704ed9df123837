import type { EngineClient, Subscription, Update } from "../../src/model/client.ts";
import type { CommandReply, CommandRequest } from "../../src/model/command.ts";
import type { EngineEvent } from "../../src/model/event.ts";
import { parseUnitId } from "../../src/model/ids.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../src/model/log.ts";
import { applyEvent, type FleetSnapshot } from "../../src/model/snapshot.ts";

/** An engine that does only what a test tells it: scripted state, recorded commands, log lines from memory. */
export class FakeClient implements EngineClient {
  readonly commands: CommandRequest[] = [];
  readonly queries: LogQuery[] = [];
  /** What `send` answers; accepted unless a test says otherwise. */
  reply: (request: CommandRequest) => CommandReply | Promise<CommandReply>;
  #snapshot: FleetSnapshot;
  #listeners = new Set<(update: Update) => void>();
  #lines: LogLine[] = [];
  #waiting = new Set<() => void>();
  #disconnected: Extract<Update, { kind: "disconnected" }> | null = null;

  constructor(snapshot: FleetSnapshot) {
    this.#snapshot = snapshot;
    this.reply = () => ({
      ok: true,
      units: [],
      services: [],
      revision: this.#snapshot.revision,
      notes: [],
      hooksFollow: false,
    });
  }

  get state(): FleetSnapshot {
    return this.#snapshot;
  }

  /** Happens now, at the next revision. */
  emit(...events: EngineEvent[]): void {
    const stamped = events.map((event, index) => ({
      revision: this.#snapshot.revision + 1 + index,
      at: Date.now(),
      event,
    }));
    this.#snapshot = stamped.reduce(applyEvent, this.#snapshot);
    this.#tell({ kind: "events", events: stamped });
  }

  /** Replaces the state, as after a gap. */
  replace(snapshot: FleetSnapshot): void {
    this.#snapshot = snapshot;
    this.#tell({ kind: "snapshot", snapshot });
  }

  disconnect(reason = "the daemon ended", since = Date.now()): void {
    this.#disconnected = { kind: "disconnected", since, reason };
    this.#tell(this.#disconnected);
  }

  reconnect(): void {
    this.#disconnected = null;
    this.#tell({ kind: "snapshot", snapshot: this.#snapshot });
  }

  /** Adds lines to the logs; a partial line that is there already is replaced by its later form. */
  log(...lines: LogLine[]): void {
    for (const line of lines) {
      const last = this.#lines.findIndex((l) => l.isPartial && l.unit === line.unit && l.offset === line.offset);
      if (last === -1) this.#lines.push(line);
      else this.#lines[last] = line;
    }
    for (const wake of [...this.#waiting]) wake();
  }

  async snapshot(): Promise<FleetSnapshot> {
    return this.#snapshot;
  }

  subscribe(listener: (update: Update) => void): Subscription {
    this.#listeners.add(listener);
    listener(this.#disconnected ?? { kind: "snapshot", snapshot: this.#snapshot });
    return { close: () => this.#listeners.delete(listener) };
  }

  async send(request: CommandRequest): Promise<CommandReply> {
    this.commands.push(request);
    return this.reply(request);
  }

  async readLogs(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    this.queries.push(query);
    if (this.#disconnected !== null) throw new Error(this.#disconnected.reason);
    const page = this.#page(query);
    if (page.lines.length > 0 || query.waitMs === undefined || query.direction === "backward") return page;
    await this.#somethingNew(query.waitMs, signal);
    return this.#page(query);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    for (const wake of [...this.#waiting]) wake();
  }

  #tell(update: Update): void {
    for (const listener of [...this.#listeners]) listener(update);
  }

  /** A cursor is an index into all lines. */
  #page({ units, from, direction, limit, latest }: LogQuery): LogPage {
    const at = from === "start" ? 0 : from === "end" ? this.#lines.length : Number(from);
    const isAsked = (line: LogLine) =>
      units.length === 0 || units.includes(line.unit) || units.includes(parseUnitId(line.unit).name);
    const indexes = this.#lines
      .keys()
      .filter((index) => isAsked(this.#lines[index] as LogLine))
      .toArray();
    const all = indexes.filter((index) => (direction === "forward" ? index >= at : index < at));
    const takesLast = direction === "backward" || latest === true;
    const taken = takesLast ? all.slice(-limit) : all.slice(0, limit);
    const skipped = direction === "forward" && takesLast ? all.slice(0, -limit) : [];
    const lines = taken.map((index) => this.#lines[index] as LogLine);
    const lastWhole = taken.findLast((index) => this.#lines[index]?.isPartial === false);
    const firstPartial = taken.find((index) => this.#lines[index]?.isPartial === true);
    const end = firstPartial ?? (lastWhole === undefined ? at : lastWhole + 1);
    const before = taken[0] ?? at;
    return {
      lines,
      before: String(before) as LogCursor,
      after: String(direction === "backward" ? Math.max(end, firstPartial ?? at) : end) as LogCursor,
      atStart: !indexes.some((index) => index < before),
      atEnd: !indexes.some((index) => index > (taken.at(-1) ?? at - 1)),
      skippedBytes: skipped.reduce((sum, index) => sum + (this.#lines[index]?.text.length ?? 0) + 1, 0),
    };
  }

  #somethingNew(waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", abort);
      };
      const wake = () => {
        stop();
        resolve();
      };
      const abort = () => {
        stop();
        reject(new Error("aborted"));
      };
      const timer = setTimeout(wake, waitMs);
      this.#waiting.add(wake);
      signal?.addEventListener("abort", abort);
    });
  }
}
