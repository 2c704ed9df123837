import type { Clock } from "../../../lib/clock.ts";
import { NdjsonSplitter } from "../../../lib/ndjson-splitter.ts";
import { sleep } from "../../../lib/sleep.ts";
import type { DockerEvent } from "../docker.ts";
import { dialStream, type EngineClient } from "./engine-client.ts";
import { explainRefusal } from "./refusal.ts";
import { unreachable } from "./unreachable.ts";

const actions = ["create", "start", "die", "oom", "kill", "pause", "unpause", "destroy", "rename", "health"] as const;

const firstWaitMs = 250;
const longestWaitMs = 10_000;

interface Follower {
  /** `key` or `key=value` */
  label: string;
  listener: (event: DockerEvent) => void;
}

/**
 * One stream of the engine's events for all that follow, for as long as anybody does. Where it breaks it is opened again,
 * with waits that double from a quarter of a second to ten, up to a half of each by chance: many daemons do not come back
 * at the same moment. Nothing is asked while it is open.
 */
export class EventFollower {
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #followers = new Set<Follower>();
  #session: AbortController | null = null;
  /** Null: not known yet. */
  #standing: { kind: "connected" } | { kind: "lost"; detail: string } | null = null;

  constructor(client: EngineClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  follow(label: string, listener: (event: DockerEvent) => void): () => void {
    const follower: Follower = { label, listener };
    this.#followers.add(follower);
    if (this.#session === null) this.#begin();
    else if (this.#standing !== null) {
      const before = this.#standing;
      // Unless the next standing has told it more by then.
      queueMicrotask(() => this.#standing === before && this.#followers.has(follower) && listener(before));
    }
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.close();
    };
  }

  close(): void {
    this.#session?.abort();
    this.#session = null;
    this.#standing = null;
  }

  #begin(): void {
    const session = new AbortController();
    this.#session = session;
    void this.#run(session.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let wait = firstWaitMs;
    while (!signal.aborted) {
      const { detail, wasConnected } = await this.#listen(signal);
      if (signal.aborted) return;
      if (wasConnected) wait = firstWaitMs;
      this.#tellStanding({ kind: "lost", detail });
      await sleep(wait * (0.5 + Math.random() / 2), signal, this.#clock);
      wait = Math.min(wait * 2, longestWaitMs);
    }
  }

  /** Until the stream ends, however it does. */
  async #listen(signal: AbortSignal): Promise<{ detail: string; wasConnected: boolean }> {
    // The engine answers a moment before it listens to itself, so what happened since we asked is asked for as well.
    const since = (this.#clock.now() / 1000).toFixed(3);
    const query = { since, filters: { type: ["container"], event: [...actions.slice(0, -1), "health_status"] } };
    const answer = await this.#client.open(
      (api, abortSignal) => dialStream(api, { method: "GET", path: "/events", query, abortSignal }),
      { signal },
    );
    if (answer.kind === "unreachable") return { detail: answer.failure.message, wasConnected: false };
    if (answer.kind === "refused") {
      return { detail: explainRefusal("events", answer.refusal).message, wasConnected: false };
    }
    const { stream, end } = answer.value;
    let error: unknown = new Error("its events ended");
    this.#tellStanding({ kind: "connected" });
    try {
      const lines = new NdjsonSplitter();
      for await (const chunk of stream) for (const line of lines.push(chunk as Buffer)) this.#tell(line);
    } catch (broken) {
      error = broken;
    } finally {
      end();
    }
    return { detail: unreachable(this.#client.endpoint.url, error).message, wasConnected: true };
  }

  #tellStanding(standing: { kind: "connected" } | { kind: "lost"; detail: string }): void {
    const before = this.#standing;
    this.#standing = standing;
    if (standing.kind === "lost" && before?.kind === "lost" && before.detail === standing.detail) return;
    for (const { listener } of [...this.#followers]) listener(standing);
  }

  #tell(line: string): void {
    const read = readEvent(line);
    if (read === null) return;
    for (const follower of [...this.#followers]) {
      if (this.#followers.has(follower) && hasLabel(read.labels, follower.label)) follower.listener(read.event);
    }
  }
}

/** An event and the labels of its container; null for one that says nothing about a container's life. */
function readEvent(
  line: string,
): { event: DockerEvent & { kind: "container" }; labels: Record<string, string> } | null {
  let told: { Type?: string; Action?: string; Actor?: { ID?: string; Attributes?: Record<string, string> } };
  try {
    told = JSON.parse(line);
  } catch {
    return null;
  }
  const { Type, Action = "", Actor } = told;
  const action = Action.startsWith("health_status") ? "health" : actions.find((known) => known === Action);
  if (Type !== "container" || action === undefined || Actor?.ID === undefined) return null;
  const labels = Actor.Attributes ?? {};
  const exitCode = action === "die" && labels.exitCode !== undefined ? Number(labels.exitCode) : null;
  return { event: { kind: "container", id: Actor.ID, action, exitCode }, labels };
}

function hasLabel(labels: Record<string, string>, label: string): boolean {
  const at = label.indexOf("=");
  return at === -1 ? label in labels : labels[label.slice(0, at)] === label.slice(at + 1);
}
