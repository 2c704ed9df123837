import type { Clock } from "../../../lib/clock.ts";
import type { ExitStatus } from "../../../model/cause.ts";
import type { ContainerFacts, ContainerSpec } from "../../../model/container.ts";
import type { Failure } from "../../../model/failure.ts";
import type { InspectedContainer } from "../../../model/inspection.ts";
import type { UnitUsage } from "../../../model/usage.ts";
import type { ContainerLog } from "../../vendors/container-log.ts";
import type { ContainerState, Docker, DockerEvent } from "../../vendors/docker.ts";
import type { DockerLink } from "../../vendors/docker-link.ts";
import type { ContainerRecord, Fault, Readiness, Running, Termination } from "../driver.ts";
import type { ContainerBook } from "./container-book.ts";
import { exitOf } from "./container-exit.ts";
import type { ContainerProbes, HealthSource } from "./container-probes.ts";
import { inspectMounts } from "./inspect-mounts.ts";

/** How long the engine gets to say that a container was removed, once it has died of SIGKILL. */
const removalMs = 400;
/** How long an engine that does not answer is waited for, when a container is to be stopped. */
const lostMs = 5_000;
/** How long the engine gets for its part, once SIGKILL was asked for. */
const killMs = 10_000;

export interface RunningContainerParts {
  docker: Docker;
  link: DockerLink;
  book: ContainerBook;
  clock: Clock;
  log: ContainerLog;
  probes: (source: HealthSource) => ContainerProbes;
  /** Null: what the container itself says. */
  stopSignal: string | null;
  image: string;
  container: ContainerSpec;
  /** Names by which other containers reach it. */
  aliases: string[];
}

/**
 * One container that runs, as far as anybody knows. What happens to it is heard from the engine's events, and asked anew
 * each time that the engine was away; where that is so, it is unready, and is neither ended nor started anew.
 */
export class RunningContainer implements Running, HealthSource {
  readonly record: ContainerRecord;
  readonly isAdopted: boolean;
  readonly processes = null;
  readonly exited: Promise<ExitStatus>;
  readonly #parts: RunningContainerParts;
  readonly #probes: ContainerProbes;
  readonly #exit = Promise.withResolvers<ExitStatus>();
  readonly #healthListeners = new Set<() => void>();
  /** Tells those that watch readiness that the engine went away, or is back. */
  readonly #readiness = new Set<(isLost: boolean) => void>();
  readonly #unfollow: () => void;
  #health: ContainerFacts["health"];
  #healthOutput: string;
  #isPaused: boolean;
  #stopSignal: string;
  /** It has been looked at: what it has for health is known. */
  #isSeen: boolean;
  #hasExited = false;
  #isDestroyed = false;
  #onDestroyed: (() => void) | null = null;
  /** Looks are made one after another. */
  #look: Promise<void> = Promise.resolve();

  /** @param state as it was just seen; null where the engine has not been asked yet */
  constructor(parts: RunningContainerParts, record: ContainerRecord, isAdopted: boolean, state: ContainerState | null) {
    this.#parts = parts;
    this.record = record;
    this.isAdopted = isAdopted;
    this.exited = this.#exit.promise;
    this.#health = state?.health ?? "none";
    this.#healthOutput = state?.healthOutput ?? "";
    this.#isPaused = state?.status === "paused";
    this.#isSeen = state !== null;
    this.#stopSignal = state?.stopSignal ?? "SIGTERM";
    this.#probes = parts.probes(this);
    this.#note({});
    this.#unfollow = parts.link.follow((event) => this.#hear(event));
    // Between the moment of that state and this one, its end may have been told, with nobody to hear it.
    if (parts.link.isUp) this.#lookAgain();
    if (state === null) return;
    parts.log.start(state.hasTty);
    this.#note({ imageId: state.imageId });
    void this.#compareImage(state.imageId);
  }

  get health(): ContainerFacts["health"] {
    return this.#health;
  }

  get healthOutput(): string {
    return this.#healthOutput;
  }

  onHealth(listener: () => void): () => void {
    this.#healthListeners.add(listener);
    return () => this.#healthListeners.delete(listener);
  }

  watchReadiness(onChange: (readiness: Readiness) => void): () => void {
    let last: Readiness | null = null;
    let stop: (() => void) | null = null;
    const begin = (): void => {
      stop ??= this.#probes.watchReadiness((readiness) => {
        last = readiness;
        if (this.#parts.link.failure === null) onChange(readiness);
      });
    };
    const turn = (isLost: boolean): void => {
      if (isLost) {
        // What is asked through the engine cannot be asked now; what is asked by a port says nothing new.
        stop?.();
        stop = null;
        onChange({ passing: false, probe: "docker", detail: this.#lostDetail() });
        return;
      }
      if (last?.passing === true) onChange({ passing: true, probe: "docker", detail: "" });
      last = null;
      begin();
    };
    this.#readiness.add(turn);
    if (this.#parts.link.failure !== null) turn(true);
    else if (this.#isSeen) begin();
    return () => {
      this.#readiness.delete(turn);
      stop?.();
    };
  }

  watchLiveness(onFault: (fault: Fault) => void): () => void {
    return this.#probes.watchLiveness((fault) => {
      if (this.#parts.link.failure === null) onFault(fault);
    });
  }

  async inspectContainer(): Promise<InspectedContainer> {
    const { docker, container, aliases } = this.#parts;
    const asked = await docker.inspect(this.record.container);
    const volumes = asked.ok ? (asked.state?.volumes ?? {}) : {};
    return {
      healthOutput: this.#healthOutput,
      ports: Object.entries(this.record.ports).map(([name, port]) => {
        const inner = container.inside[name];
        const { port: inside, protocol, hostIp } = inner ?? { port, protocol: "tcp" as const, hostIp: "127.0.0.1" };
        return { port: inside, protocol, published: { ip: hostIp, port } };
      }),
      mounts: inspectMounts(container.mounts, volumes),
      aliases,
    };
  }

  watchUsage(listener: (usage: UnitUsage) => void): () => void {
    return this.#parts.docker.watchUsage(this.record.container, listener);
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  async pause(): Promise<boolean> {
    const { ok } = await this.#parts.docker.pause(this.record.container);
    return ok;
  }

  resume(): void {
    void this.#parts.docker.unpause(this.record.container);
  }

  terminate(graceMs: number): Termination {
    const kill = Promise.withResolvers<void>();
    return { done: this.#terminate(graceMs, kill.promise), kill: () => kill.resolve() };
  }

  release(): void {
    this.#unfollow();
    this.#parts.log.release();
  }

  async #terminate(graceMs: number, killed: Promise<void>): Promise<{ survivors: number[]; failure?: Failure }> {
    const { docker, stopSignal } = this.#parts;
    const { container } = this.record;
    const gone = this.exited.then(() => "gone" as const);
    if (!this.#hasExited) {
      // A container that is paused gets no signal before it goes on.
      if (this.#isPaused) await docker.unpause(container);
      const signal = stopSignal ?? this.#stopSignal;
      let asked = await docker.signal(container, signal);
      if (!asked.ok && asked.failure.kind === "docker-unreachable") {
        const now = await Promise.race([gone, this.#back(), this.#after(lostMs)]);
        if (now === "late") return this.#givenUp();
        asked = await docker.signal(container, signal);
      }
      if (!asked.ok) this.#lookAgain();
      const first = await Promise.race([gone, this.#after(graceMs), killed]);
      if (first !== "gone") await docker.signal(container, "SIGKILL");
      const last = first === "gone" ? first : await Promise.race([gone, this.#after(killMs)]);
      if (last !== "gone") return this.#givenUp();
    }
    await this.#parts.log.finish();
    this.#unfollow();
    return { survivors: [] };
  }

  #givenUp(): { survivors: number[]; failure?: Failure } {
    this.release();
    const { link } = this.#parts;
    if (link.failure === null) return { survivors: this.record.pid > 0 ? [this.record.pid] : [] };
    const message = `it is not known to have stopped: ${link.failure.message}`;
    return { survivors: [], failure: { ...link.failure, message } };
  }

  /** Resolves once the engine answers again. */
  #back(): Promise<"back"> {
    return new Promise((resolve) => {
      const unfollow = this.#parts.link.follow((event) => {
        if (event.kind !== "connected") return;
        unfollow();
        resolve("back");
      });
    });
  }

  #after(ms: number): Promise<"late"> {
    return new Promise((resolve) => this.#parts.clock.after(ms, () => resolve("late")));
  }

  #hear(event: DockerEvent): void {
    switch (event.kind) {
      case "lost":
        for (const tell of [...this.#readiness]) tell(true);
        return;
      case "connected":
        this.#lookAgain(() => {
          for (const tell of [...this.#readiness]) tell(false);
        });
        return;
      case "container":
        if (event.id === this.record.container) this.#hearOwn(event);
        return;
    }
  }

  #hearOwn(event: Extract<DockerEvent, { kind: "container" }>): void {
    switch (event.action) {
      case "destroy":
        this.#isDestroyed = true;
        this.#onDestroyed?.();
        this.#ended({ kind: "removed" });
        return;
      case "pause":
      case "unpause":
        this.#isPaused = event.action === "pause";
        return;
      case "die":
      case "health":
        this.#lookAgain();
        return;
      default:
        return;
    }
  }

  /** Asks how it is; `alive` is called where it still runs. */
  #lookAgain(alive: () => void = () => {}): void {
    this.#look = this.#look.then(() => this.#ask(alive));
  }

  async #ask(alive: () => void): Promise<void> {
    if (this.#hasExited) return;
    const asked = await this.#parts.docker.inspect(this.record.container);
    // Whoever cannot be asked says so by itself.
    if (!asked.ok || this.#hasExited) return;
    const { state } = asked;
    if (state === null || state.status === "removing") return this.#ended({ kind: "removed" });
    if (state.status !== "running" && state.status !== "paused") {
      await this.#awaitRemoval(state);
      this.#ended(this.#isDestroyed ? { kind: "removed" } : exitOf(state));
      return;
    }
    this.#isPaused = state.status === "paused";
    this.#stopSignal = state.stopSignal;
    if (state.pid > 0) this.record.pid = state.pid;
    this.#takeHealth(state);
    this.#note({ imageId: state.imageId });
    if (!this.#isSeen) void this.#compareImage(state.imageId);
    this.#parts.log.start(state.hasTty);
    alive();
    if (this.#isSeen) return;
    this.#isSeen = true;
    for (const tell of [...this.#readiness]) tell(false);
  }

  /** Whether its image's name means another image by now. */
  async #compareImage(imageId: string): Promise<void> {
    const asked = await this.#parts.docker.image(this.#parts.image);
    if (asked.ok && asked.image !== null && !this.#hasExited) this.#note({ isImageMoved: asked.image.id !== imageId });
  }

  /** Who removes a container by force has it killed first: the two are told apart by what follows. */
  #awaitRemoval({ exitCode, isOutOfMemory }: ContainerState): Promise<unknown> {
    if (exitCode !== 137 || isOutOfMemory || this.#isDestroyed) return Promise.resolve();
    const destroyed = new Promise<void>((resolve) => {
      this.#onDestroyed = resolve;
    });
    return Promise.race([destroyed, this.#after(removalMs)]);
  }

  #takeHealth(state: ContainerState): void {
    if (state.health === this.#health && state.healthOutput === this.#healthOutput) return;
    this.#health = state.health;
    this.#healthOutput = state.healthOutput;
    this.#note({});
    for (const listener of [...this.#healthListeners]) listener();
  }

  #ended(status: ExitStatus): void {
    if (this.#hasExited) return;
    this.#hasExited = true;
    this.#parts.book.ended(this.record.unit);
    this.#exit.resolve(status);
  }

  #lostDetail(): string {
    return this.#parts.link.failure?.message ?? "unreachable";
  }

  #note(change: Partial<ContainerFacts>): void {
    const { unit, containerName: name, container: id } = this.record;
    this.#parts.book.note(unit, {
      name,
      image: this.#parts.image,
      id,
      health: this.#health,
      pull: null,
      ...change,
    });
  }
}
