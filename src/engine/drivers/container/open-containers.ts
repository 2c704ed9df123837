import { randomUUID } from "node:crypto";
import type { Clock } from "../../../lib/clock.ts";
import type { Failure } from "../../../model/failure.ts";
import type { FleetSpec } from "../../../model/fleet.ts";
import { replicaId, type UnitId } from "../../../model/ids.ts";
import type { LogStore } from "../../logs/log-store.ts";
import { findPortHolder } from "../../process/port-holder.ts";
import type { Docker, ListedContainer } from "../../vendors/docker.ts";
import { DockerLink } from "../../vendors/docker-link.ts";
import { fleetLabel, replicaOfContainer } from "../../vendors/labels.ts";
import { serviceImage } from "../../vendors/service-image.ts";
import type { ProbeBook } from "../probe-book.ts";
import { ContainerBook } from "./container-book.ts";
import { ContainerDriver } from "./container-driver.ts";
import { ContainerImages } from "./container-images.ts";
import { endContainer } from "./end-container.ts";
import type { ContainerPlace } from "./planned-container.ts";

export interface ContainersParts {
  fleet: () => FleetSpec;
  logs: LogStore;
  results: ProbeBook;
  clock: Clock;
  load: () => Promise<Docker>;
  /** The client, where it had to be there already. */
  loaded: Docker | null;
  changed: () => void;
  claims: () => Claims;
  /** There are containers that run, which nobody looks after and which are on no record. Resolves when that was dealt with. */
  strangersRun: () => Promise<void>;
  containerChanged: (unit: UnitId) => void;
  notice: (unit: UnitId, message: string) => void;
  /** A leftover was dealt with, as a sentence. */
  stoppedLeftover: (message: string) => void;
}

/** Whose a container is. */
export interface Claims {
  /** Somebody looks after this container, or is about to. */
  isLookedAfter(service: string, index: number, container: string): boolean;
  /** Nobody looks after it, and that it runs is our own doing. */
  isOnRecord(service: string, index: number): boolean;
  /** A container of this replica runs, with these ports. */
  found(service: string, index: number, published: ListedContainer["published"]): void;
}

/** What carries out containers, and what is known of them. */
export interface OpenContainers {
  driver: ContainerDriver;
  link: DockerLink;
  book: ContainerBook;
  /** True for a container that is being ended because nobody wants it. */
  isEnding: (container: string) => boolean;
}

/** Of a container that is in no config. */
const leftoverStop = { signal: null, graceMs: 10_000 };

/** All that carries out containers, wired. Nothing is loaded or asked before the first container is to start. */
export function openContainers(parts: ContainersParts): OpenContainers {
  const { fleet, logs, results, clock, loaded } = parts;
  const session = randomUUID();
  const book = new ContainerBook(parts.containerChanged);
  const ending = new Set<string>();
  const link = new DockerLink({
    fleet: fleet().id,
    load: loaded === null ? parts.load : () => Promise.resolve(loaded),
    loaded,
    changed: parts.changed,
    survey: (docker) => survey(docker, parts, book, ending),
  });
  const place = (): ContainerPlace => ({ fleet: fleet().id, fleetName: fleet().name, root: fleet().root, session });
  const driver = new ContainerDriver({
    place,
    link,
    book,
    logs,
    results,
    clock,
    images: new ContainerImages({
      place,
      book,
      serviceImage: (launch, docker) => serviceImage(launch, docker, fleet()),
      notice: parts.notice,
    }),
    notice: parts.notice,
    nameHolder: (failure) => nameHolder(failure, fleet()),
  });
  return { driver, link, book, isEnding: (container) => ending.has(container) };
}

/**
 * Which of the fleet's containers run. What runs by our own doing, and nobody wants any more, since a daemon died before it was
 * done, is stopped; its data stay. What is on no record is a stray. Where the engine cannot be asked, the link hears of that by
 * itself.
 */
async function survey(docker: Docker, parts: ContainersParts, book: ContainerBook, ending: Set<string>): Promise<void> {
  const listed = await docker.list({ [fleetLabel]: parts.fleet().id });
  if (!listed.ok) return;
  const claims = parts.claims();
  const running = listed.containers.filter(({ status }) => status === "running" || status === "paused");
  let hasStrangers = false;
  for (const container of running) {
    const { service, index } = replicaOfContainer(container);
    const { id, published } = container;
    claims.found(service, index, published);
    if (ending.has(id) || claims.isLookedAfter(service, index, id)) continue;
    if (!claims.isOnRecord(service, index)) hasStrangers = true;
    else {
      ending.add(id);
      void stopLeftover(docker, container, parts).finally(() => ending.delete(id));
    }
  }
  book.surveyed(running.map(replicaOfContainer).map(({ service, index }) => replicaId(service, index)));
  if (hasStrangers) await parts.strangersRun();
}

async function stopLeftover(
  docker: Docker,
  { id, name }: ListedContainer,
  { clock, stoppedLeftover }: ContainersParts,
): Promise<void> {
  const ended = await endContainer(docker, id, leftoverStop, clock);
  stoppedLeftover(
    ended.ok
      ? `stopped the container ${name}, which an earlier run of this fleet left; its data are kept`
      : `the container ${name}, which an earlier run of this fleet left, could not be stopped: ${ended.failure.message}`,
  );
}

/** The engine knows that a port is taken, and not by whom. */
function nameHolder(failure: Failure, { id }: FleetSpec): Failure {
  if (failure.kind !== "port-taken" || failure.holder !== null) return failure;
  const holder = findPortHolder(failure.port, id);
  if (holder === null) return failure;
  return { ...failure, holder, message: `port ${failure.port} is taken by pid ${holder.pid} (${holder.command})` };
}
