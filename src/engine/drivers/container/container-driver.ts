/**
 * How a container is started. What is there is compared with what is wanted, so that a database that runs goes on running
 * through a restart of the fleet, and an edit of the config replaces the container and never its data:
 *
 *   ours, runs, same config ──► adopted            ours, stopped, same config ──► started again
 *   ours, other config      ──► stopped, removed, made anew with its volumes      none ──► image, network, volumes, made
 *
 * Each step may be the last: a start that is not wanted any more ends after the step that is under way.
 */
import { plainContainer } from "../../../config/plain-container.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Failure } from "../../../model/failure.ts";
import type { UnitId } from "../../../model/ids.ts";
import type { FailureOr } from "../../failure-or.ts";
import type { LogRun, LogStore } from "../../logs/log-store.ts";
import { ContainerLog } from "../../vendors/container-log.ts";
import type { ContainerPlan, ContainerState, Docker } from "../../vendors/docker.ts";
import type { DockerLink } from "../../vendors/docker-link.ts";
import { fleetLabel, networkName, replicaLabel, rootLabel, unitLabel } from "../../vendors/labels.ts";
import type { AdoptableContainer, ContainerRecord, Driver, Launch, Running, RunRecord } from "../driver.ts";
import type { ProbeBook } from "../probe-book.ts";
import type { ContainerBook } from "./container-book.ts";
import type { ContainerImages } from "./container-images.ts";
import { ContainerProbes } from "./container-probes.ts";
import { endContainer } from "./end-container.ts";
import { containerOf, planInput } from "./launched-container.ts";
import {
  aliasesOf,
  type ContainerPlace,
  carryVolumes,
  decideContainer,
  type PlannedContainer,
  planContainer,
} from "./planned-container.ts";
import { RunningContainer } from "./running-container.ts";

export interface ContainerDriverParts {
  place: () => ContainerPlace;
  link: DockerLink;
  book: ContainerBook;
  logs: LogStore;
  results: ProbeBook;
  clock: Clock;
  images: ContainerImages;
  /** Something a person should know. */
  notice: (unit: UnitId, message: string) => void;
  /** Names who has a port that the engine could not get. */
  nameHolder: (failure: Failure) => Failure;
}

/** Carries units out as containers. */
export class ContainerDriver implements Driver {
  readonly #parts: ContainerDriverParts;

  constructor(parts: ContainerDriverParts) {
    this.#parts = parts;
  }

  adopt(launch: Launch, record: RunRecord): Running | null {
    if (record.kind !== "container") return null;
    const docker = this.#parts.link.loaded;
    if (docker === null) return null;
    // Its config may have gone, or may say by now that it is a process: it is looked after all the same, until it is ended.
    const container = launch.container ?? launch.service.container ?? plainContainer;
    const taken = this.#run(docker, { ...launch, container }, record, true, null);
    return taken.ok ? taken.running : null;
  }

  /** Takes a container over that was started by nobody on record, as it runs. */
  adoptStray(launch: Launch, { state }: AdoptableContainer): FailureOr<{ running: Running }> {
    const docker = this.#parts.link.loaded;
    return docker === null ? cancelled() : this.#running(docker, launch, state, true, { image: state.image });
  }

  async start(launch: Launch, signal: AbortSignal): Promise<FailureOr<{ running: Running }>> {
    const docker = await this.#parts.link.docker();
    const image = await this.#parts.images.of(docker, launch, signal);
    if (!image.ok) return image;
    if (signal.aborted) return cancelled();
    const planned = planContainer({ ...planInput(launch), ...image }, this.#parts.place());
    const found = await this.#existing(docker, launch);
    if (!found.ok) return found;
    const step = decideContainer(found.state, planned, image.imageId);
    if (signal.aborted) return cancelled();
    if (step.kind === "adopt" && found.state !== null) {
      return this.#running(docker, launch, found.state, true, image);
    }
    let id = found.state?.id ?? null;
    if (step.kind === "recreate" && found.state !== null) {
      const room = await this.#makeRoom(docker, launch, found.state, step.changed);
      if (!room.ok) return room;
    }
    if (step.kind !== "start" || id === null) {
      const before = step.kind === "recreate" ? found.state : null;
      const made = await this.#create(docker, planned, before);
      if (!made.ok) return made;
      id = made.id;
    }
    if (signal.aborted) return cancelled();
    return this.#startContainer(docker, launch, id, image);
  }

  async #startContainer(
    docker: Docker,
    launch: Launch,
    id: string,
    image: { image: string },
  ): Promise<FailureOr<{ running: Running }>> {
    // A stopped container does not keep its network from being removed.
    const network = await docker.ensureNetwork(networkName(this.#parts.place().fleet), this.#labels());
    if (!network.ok) return network;
    const started = await docker.start(id);
    if (!started.ok) return { ok: false, failure: this.#parts.nameHolder(started.failure) };
    const seen = await docker.inspect(id);
    if (!seen.ok) return seen;
    if (seen.state === null) {
      const message = "its container was removed while it started";
      return { ok: false, failure: { kind: "container-refused", container: id, status: null, message } };
    }
    return this.#running(docker, launch, seen.state, false, image);
  }

  /** The container that is there for this replica, running or not. */
  async #existing(docker: Docker, launch: Launch): Promise<FailureOr<{ state: ContainerState | null }>> {
    const labels = {
      [fleetLabel]: this.#parts.place().fleet,
      [unitLabel]: launch.service.name,
      [replicaLabel]: String(launch.index),
    };
    const listed = await docker.list(labels);
    if (!listed.ok) return listed;
    const newest = listed.containers.toSorted((a, b) => b.createdAt - a.createdAt)[0];
    return newest === undefined ? { ok: true, state: null } : docker.inspect(newest.id);
  }

  /** Ends and removes the container that is to be made anew. Its volumes stay. */
  async #makeRoom(
    docker: Docker,
    launch: Launch,
    state: ContainerState,
    changed: readonly string[],
  ): Promise<FailureOr<object>> {
    const { unit, service } = launch;
    if (changed.length > 0 && service.vendor !== null) {
      this.#parts.notice(unit, `made anew, with its volumes: ${changed.join(", ")} changed`);
    }
    if (state.status === "running" || state.status === "paused") {
      const ended = await endContainer(docker, state.id, service.stop, this.#parts.clock);
      if (!ended.ok) return ended;
    }
    return docker.remove(state.id);
  }

  async #create(
    docker: Docker,
    { plan, volumes }: PlannedContainer,
    before: ContainerState | null,
  ): Promise<FailureOr<{ id: string }>> {
    const labels = this.#labels();
    const network = await docker.ensureNetwork(plan.network, labels);
    if (!network.ok) return network;
    for (const volume of volumes) {
      const made = await docker.ensureVolume(volume, labels);
      if (!made.ok) return made;
    }
    const whole: ContainerPlan = before === null ? plan : carryVolumes(plan, before);
    const created = await docker.create(whole);
    return created.ok ? created : { ok: false, failure: this.#parts.nameHolder(created.failure) };
  }

  /** Of what is the whole fleet's. */
  #labels(): Record<string, string> {
    const { fleet, root } = this.#parts.place();
    return { [fleetLabel]: fleet, [rootLabel]: root };
  }

  #running(
    docker: Docker,
    launch: Launch,
    state: ContainerState,
    isAdopted: boolean,
    { image }: { image: string },
  ): FailureOr<{ running: RunningContainer }> {
    const record: ContainerRecord = {
      kind: "container",
      unit: launch.unit,
      service: launch.service.name,
      index: launch.index,
      generation: launch.generation,
      pid: state.pid,
      ports: launch.ports,
      startedAt: state.startedAt,
      executable: launch.artifact,
      container: state.id,
      containerName: state.name,
      image,
    };
    return this.#run(docker, launch, record, isAdopted, state);
  }

  #run(
    docker: Docker,
    launch: Launch,
    record: ContainerRecord,
    isAdopted: boolean,
    state: ContainerState | null,
  ): FailureOr<{ running: RunningContainer }> {
    const { link, book, clock, logs, results } = this.#parts;
    // Its environment is not kept: every spawn pays for a large heap.
    const { env: _, ...kept } = launch;
    const run: LogRun = {
      unit: launch.unit,
      service: launch.service.name,
      index: launch.index,
      generation: launch.generation,
      startedAt: record.startedAt,
      splitStderr: launch.service.splitStderr,
    };
    const onNotice = (message: string): void => this.#parts.notice(launch.unit, message);
    const opened = ContainerLog.open({ docker, logs, run, container: record.container, clock, onNotice });
    if (!opened.ok) return opened;
    const { log } = opened;
    book.started(launch.unit);
    const running = new RunningContainer(
      {
        docker,
        link,
        book,
        clock,
        log,
        probes: (source) =>
          new ContainerProbes({ docker, logs, results, clock }, kept, containerOf(launch), record, source),
        stopSignal: launch.service.stop.signal,
        image: record.image,
        container: containerOf(launch),
        aliases: aliasesOf(launch.service.name, launch.index),
      },
      record,
      isAdopted,
      state,
    );
    return { ok: true, running };
  }
}

function cancelled(): { ok: false; failure: Failure } {
  const message = "its start was given up";
  return { ok: false, failure: { kind: "container-refused", container: "", status: null, message } };
}
