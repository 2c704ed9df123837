import type { Failure } from "../../model/failure.ts";
import type { FleetId } from "../../model/ids.ts";
import type { Blocker } from "../../model/replica.ts";
import type { Docker, DockerEvent } from "./docker.ts";
import { fleetLabel } from "./labels.ts";

type LinkState =
  | { kind: "idle" }
  | { kind: "connecting" }
  | { kind: "up" }
  /** `failure`: what to say of it. */
  | { kind: "down"; failure: Failure };

export interface DockerLinkParts {
  fleet: FleetId;
  /** Loads what is needed to talk to the engine; nothing of it is loaded before. */
  load: () => Promise<Docker>;
  /** The client, where it was loaded before. */
  loaded: Docker | null;
  /** The engine answers again, or does not answer any more. */
  changed: () => void;
  /** Called each time that the engine answers anew, before anybody hears of it. */
  survey: (docker: Docker) => Promise<void>;
}

/**
 * The daemon's connection to the engine for containers: not there before something needs it, then one stream of events for
 * as long as the daemon lives. Nothing is polled while it is up; where it is down, the client tries with backoff.
 */
export class DockerLink {
  readonly #parts: DockerLinkParts;
  readonly #listeners = new Set<(event: DockerEvent) => void>();
  #loading: Promise<Docker> | null = null;
  #loaded: Docker | null = null;
  #state: LinkState = { kind: "idle" };
  #unfollow: (() => void) | null = null;
  #isClosed = false;
  /** What arrives is dealt with in order, and a survey takes a while. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: DockerLinkParts) {
    this.#parts = parts;
    this.#loaded = parts.loaded;
  }

  get isUp(): boolean {
    return this.#state.kind === "up";
  }

  /** Why it cannot be asked; null where it can, or where nobody has tried yet. */
  get failure(): Failure | null {
    return this.#state.kind === "down" ? this.#state.failure : null;
  }

  /** The client, where it has been loaded. */
  get loaded(): Docker | null {
    return this.#loaded;
  }

  /** The client; loads it where that was not done yet. */
  docker(): Promise<Docker> {
    this.#loading ??= this.#parts.load().then((docker) => {
      this.#loaded = docker;
      return docker;
    });
    return this.#loading;
  }

  /** What holds a start back: nothing once the engine has answered. Begins to ask where nobody has. */
  blockers(): Blocker[] {
    if (this.#state.kind === "up") return [];
    this.connect();
    const { failure } = this;
    if (failure === null) return [{ kind: "docker", detail: "being asked", isAsked: true }];
    const { message, hint } = failure;
    return [{ kind: "docker", detail: message, ...(hint !== undefined && { hint }) }];
  }

  /** Hears of what happens from now on; a listener that comes while it is up is not told so. */
  follow(listener: (event: DockerEvent) => void): () => void {
    this.#listeners.add(listener);
    this.connect();
    return () => this.#listeners.delete(listener);
  }

  /** Begins to ask, where that was not done yet. */
  connect(): void {
    if (this.#state.kind !== "idle" || this.#isClosed) return;
    this.#state = { kind: "connecting" };
    void this.docker().then((docker) => {
      if (this.#isClosed) return docker.close();
      this.#unfollow = docker.follow(`${fleetLabel}=${this.#parts.fleet}`, (event) => {
        this.#turn = this.#turn.then(() => this.#take(docker, event));
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#unfollow?.();
    this.#listeners.clear();
    void this.#loading?.then((docker) => docker.close());
  }

  async #take(docker: Docker, event: DockerEvent): Promise<void> {
    if (this.#isClosed) return;
    if (event.kind === "connected") {
      await this.#parts.survey(docker);
      this.#state = { kind: "up" };
    } else if (event.kind === "lost") {
      this.#state = { kind: "down", failure: await failureOf(docker, event.detail) };
    }
    for (const listener of [...this.#listeners]) listener(event);
    if (event.kind !== "container" && !this.#isClosed) this.#parts.changed();
  }
}

/** Whoever asks it anything is told best why it cannot be asked. */
async function failureOf(docker: Docker, detail: string): Promise<Failure> {
  const asked = await docker.version();
  if (!asked.ok) return asked.failure;
  const message = `docker unreachable: ${detail}`;
  return { kind: "docker-unreachable", endpoint: docker.endpoint, reason: "lost", message };
}
