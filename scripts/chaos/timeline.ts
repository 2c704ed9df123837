import { describeCause } from "../../src/model/cause.ts";
import type { StampedEvent } from "../../src/model/event.ts";

/** How many of the newest entries a report shows, and how many of those about services that are never at rest. */
const shown = 200;
const shownNoise = 30;
const kept = 5_000;

/** What was done to the fleet and what it said about it, in the order in which it happened. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #entries: { line: string; isNoise: boolean }[] = [];
  readonly #onEntry: (line: string) => void;

  /** @param onEntry hears each entry as it comes */
  constructor(onEntry: (line: string) => void = () => {}) {
    this.#onEntry = onEntry;
  }

  add(text: string, isNoise = false): void {
    const line = `${((performance.now() - this.#startedAt) / 1000).toFixed(3).padStart(9)}  ${text}`;
    this.#entries.push({ line, isNoise });
    if (this.#entries.length > kept) this.#entries.splice(0, kept / 2);
    this.#onEntry(line);
  }

  /** @param restless services whose events are many and tell little */
  event({ event, revision }: StampedEvent, restless: ReadonlySet<string>): void {
    const text = describe(event);
    const service = "replica" in event ? event.replica.service : "unit" in event ? event.unit?.split("#")[0] : null;
    if (text !== null) this.add(`   #${revision} ${text}`, restless.has(service ?? ""));
  }

  /** The newest entries, oldest first. */
  newest(): string[] {
    const noise = new Set(this.#entries.filter((e) => e.isNoise).slice(-shownNoise));
    const telling = new Set(this.#entries.filter((e) => !e.isNoise).slice(-shown));
    return this.#entries.filter((e) => telling.has(e) || noise.has(e)).map((e) => e.line);
  }
}

function describe(event: StampedEvent["event"]): string | null {
  switch (event.kind) {
    case "replicaChanged":
    case "replicaAdded": {
      const { id, state, generation, cause } = event.replica;
      const from = event.kind === "replicaChanged" ? `${event.from} → ` : "added ";
      const pid = "pid" in state && state.pid !== null ? ` pid ${state.pid}` : "";
      const why = "failure" in state ? `, ${state.failure.message}` : "";
      const on = state.phase === "waiting" ? ` ${JSON.stringify(state.blockers)}` : "";
      return `${id} ${from}${state.phase}${on} (generation ${generation}${pid}; ${describeCause(cause)}${why})`;
    }
    case "replicaExited":
      return `${event.unit} generation ${event.generation} exited: ${JSON.stringify(event.status)}`;
    case "replicaRemoved":
      return `${event.unit} removed`;
    case "wantedChanged":
      return `${event.service} wanted ${event.wanted}, scale ${event.scale} (${describeCause(event.cause)})`;
    case "buildChanged":
      return `${event.service} build ${event.build.status}`;
    case "noticed":
      return `notice: ${event.message}`;
    case "straysChanged":
      return `strays: ${JSON.stringify(event.strays.map(({ pid, service, kind }) => ({ pid, service, kind })))}`;
    default:
      return event.kind;
  }
}
