import { randomUUID } from "node:crypto";
import type { Clock } from "../../../lib/clock.ts";
import type { Failure } from "../../../model/failure.ts";
import type { FleetSpec } from "../../../model/fleet.ts";
import { replicaId, type UnitId } from "../../../model/ids.ts";
import type { LogStore } from "../../logs/log-store.ts";
import { findPortHolder } from "../../process/port-holder.ts";
import type { Docker, ListedContainer } from "../../vendors/docker.ts";
import { DockerLink } from "../../vendors/docker-link.ts";
import { fleetLabel, replicaLabel, unitLabel } from "../../vendors/labels.ts";
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
  /** Whether somebody wants this container, or looks after it; what nobody does is a leftover. */
  isExpected: (service: string, index: number) => boolean;
  containerChanged: (unit: UnitId) => void;
  notice: (unit: UnitId, message: string) => void;
  /** A leftover was dealt with, as a sentence. */
  stoppedLeftover: (message: string) => void;
}

/** Of a container that is in no config. */
const leftoverStop = { signal: null, graceMs: 10_000 };

/** All that carries out containers, wired. Nothing is loaded or asked before the first container is to start. */
export function openContainers(parts: ContainersParts): {
  driver: ContainerDriver;
  link: DockerLink;
  book: ContainerBook;
} {
  const { fleet, logs, results, clock, loaded } = parts;
  const session = randomUUID();
  const book = new ContainerBook(parts.containerChanged);
  const link = new DockerLink({
    fleet: fleet().id,
    load: loaded === null ? parts.load : () => Promise.resolve(loaded),
    loaded,
    changed: parts.changed,
    survey: (docker) => survey(docker, parts, book),
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
  return { driver, link, book };
}

/**
 * Which of the fleet's containers run. What runs and nobody wants any more, since its vendor has left the config or a
 * daemon died with its state, is stopped; its data stay. Where the engine cannot be asked, the link hears of that by itself.
 */
async function survey(docker: Docker, parts: ContainersParts, book: ContainerBook): Promise<void> {
  const listed = await docker.list({ [fleetLabel]: parts.fleet().id });
  if (!listed.ok) return;
  const running = listed.containers.filter(({ status }) => status === "running" || status === "paused");
  const units: UnitId[] = [];
  for (const container of running) {
    const service = container.labels[unitLabel] ?? "";
    const index = Number(container.labels[replicaLabel] ?? 1);
    if (parts.isExpected(service, index)) units.push(replicaId(service, index));
    else void stopLeftover(docker, container, parts);
  }
  book.surveyed(units);
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
