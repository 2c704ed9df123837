import { describeCause } from "../../src/model/cause.ts";
import type { StampedEvent } from "../../src/model/event.ts";

/** How many of the newest entries a report shows. */
const shown = 200;
const kept = 5_000;

/** What was done to the fleet and what it said about it, in the order in which it happened. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #entries: string[] = [];
  readonly #onEntry: (line: string) => void;

  /** @param onEntry hears each entry as it comes */
  constructor(onEntry: (line: string) => void = () => {}) {
    this.#onEntry = onEntry;
  }

  add(text: string): void {
    const line = `${((performance.now() - this.#startedAt) / 1000).toFixed(3).padStart(9)}  ${text}`;
    this.#entries.push(line);
    if (this.#entries.length > kept) this.#entries.splice(0, kept / 2);
    this.#onEntry(line);
  }

  event({ event, revision }: StampedEvent): void {
    const text = describe(event);
    if (text !== null) this.add(`   #${revision} ${text}`);
  }

  /** The newest entries, oldest first. */
  newest(): string[] {
    return this.#entries.slice(-shown);
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
