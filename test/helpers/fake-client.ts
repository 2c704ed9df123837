import type { EngineClient, Subscription, Update } from "../../src/model/client.ts";
import type { CommandReply, CommandRequest } from "../../src/model/command.ts";
import type { EngineEvent } from "../../src/model/event.ts";
import { parseUnitId, type UnitId } from "../../src/model/ids.ts";
import type { UnitInspection } from "../../src/model/inspection.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../src/model/log.ts";
import { applyEvent, type FleetSnapshot } from "../../src/model/snapshot.ts";
import type { Stray } from "../../src/model/stray.ts";
import type { UsageSample } from "../../src/model/usage.ts";

/** An engine that does only what a test tells it: scripted state, recorded commands, log lines from memory. */
export class FakeClient implements EngineClient {
  readonly commands: CommandRequest[] = [];
  readonly queries: LogQuery[] = [];
  /** How many lines one read with an expression looks through before it answers with what it has, as the real store does by time. */
  searchedLines = Number.POSITIVE_INFINITY;
  /** What `inspect` answers; null for every other unit. */
  readonly inspections = new Map<string, UnitInspection>();
  /** What `reveal` answers, by unit and variable, `api#1 TOKEN`; null for every other. */
  readonly secrets = new Map<string, string>();
  readonly inspected: UnitId[] = [];
  readonly revealed: { unit: UnitId; variable: string }[] = [];
  /** What `send` answers; accepted unless a test says otherwise. */
  reply: (request: CommandRequest) => CommandReply | Promise<CommandReply>;
  #snapshot: FleetSnapshot;
  #listeners = new Set<(update: Update) => void>();
  readonly #usageWatchers = new Set<(sample: UsageSample) => void>();
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

  /** A sample, for whoever watches. */
  usage(sample: UsageSample): void {
    for (const listener of [...this.#usageWatchers]) listener(sample);
  }

  get usageWatcherCount(): number {
    return this.#usageWatchers.size;
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

  watchUsage(listener: (sample: UsageSample) => void): Subscription {
    const watcher = (sample: UsageSample): void => listener(sample);
    this.#usageWatchers.add(watcher);
    return { close: () => this.#usageWatchers.delete(watcher) };
  }

  async inspect(unit: UnitId): Promise<UnitInspection | null> {
    this.inspected.push(unit);
    if (this.#disconnected !== null) throw new Error(this.#disconnected.reason);
    return this.inspections.get(unit) ?? null;
  }

  async findStrays(): Promise<Stray[]> {
    return this.#snapshot.strays;
  }

  async reveal(unit: UnitId, variable: string): Promise<string | null> {
    this.revealed.push({ unit, variable });
    if (this.#disconnected !== null) throw new Error(this.#disconnected.reason);
    return this.secrets.get(`${unit} ${variable}`) ?? null;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#usageWatchers.clear();
    for (const wake of [...this.#waiting]) wake();
  }

  #tell(update: Update): void {
    for (const listener of [...this.#listeners]) listener(update);
  }

  /** A cursor is an index into all lines. */
  #page(query: LogQuery): LogPage {
    const { units, from, direction, limit, latest, grep, ignoreCase } = query;
    const expression = grep === undefined ? null : new RegExp(grep, ignoreCase === true ? "i" : "");
    if (expression !== null && Number.isFinite(this.searchedLines)) return this.#searchPage(query, expression);
    const at = from === "start" ? 0 : from === "end" ? this.#lines.length : Number(from);
    const isAsked = (line: LogLine) => isOfUnits(line, units) && (expression === null || expression.test(line.text));
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

  /** A part of the log is looked through, and the cursor moves on over all of it. */
  #searchPage({ units, from, direction, limit }: LogQuery, expression: RegExp): LogPage {
    const count = this.#lines.length;
    const at = from === "start" ? 0 : from === "end" ? count : Number(from);
    const isBackward = direction === "backward";
    const lines: LogLine[] = [];
    let place = at;
    for (let left = this.searchedLines; left > 0 && lines.length < limit; left -= 1) {
      const index = isBackward ? place - 1 : place;
      const line = this.#lines[index];
      if (line === undefined) break;
      place = isBackward ? index : index + 1;
      if (isOfUnits(line, units) && expression.test(line.text)) lines.push(line);
    }
    return {
      lines: isBackward ? lines.reverse() : lines,
      before: String(isBackward ? place : at) as LogCursor,
      after: String(isBackward ? at : place) as LogCursor,
      atStart: (isBackward ? place : at) === 0,
      atEnd: (isBackward ? at : place) === count,
      skippedBytes: 0,
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

function isOfUnits({ unit }: LogLine, units: readonly string[]): boolean {
  return units.length === 0 || units.includes(unit) || units.includes(parseUnitId(unit).name);
}
