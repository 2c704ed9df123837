import type { ContainerSpec, PullPolicy } from "../../../model/container.ts";
import type { Failure } from "../../../model/failure.ts";
import type { UnitId } from "../../../model/ids.ts";
import type { FailureOr } from "../../failure-or.ts";
import { toArgv } from "../../process/command-line.ts";
import type { Docker } from "../../vendors/docker.ts";
import type { ServiceImage } from "../../vendors/service-image.ts";
import type { Launch } from "../driver.ts";
import type { ContainerBook } from "./container-book.ts";
import { containerOf, planInput } from "./launched-container.ts";
import { type ContainerPlace, planContainer } from "./planned-container.ts";

export interface ContainerImagesParts {
  place: () => ContainerPlace;
  book: ContainerBook;
  /** Makes, or finds, the image of a service's binary. */
  serviceImage: (launch: Launch, docker: Docker) => Promise<FailureOr<ServiceImage>>;
  /** Something a person should know. */
  notice: (unit: UnitId, message: string) => void;
}

/** Sees to it that what a container is made of is on this machine: pulled where that is wanted, or made of a binary. */
export class ContainerImages {
  readonly #parts: ContainerImagesParts;

  constructor(parts: ContainerImagesParts) {
    this.#parts = parts;
  }

  /** The image that it is to be made of, on this machine. */
  async of(
    docker: Docker,
    launch: Launch,
    signal: AbortSignal,
  ): Promise<FailureOr<ServiceImage & { imageId: string | null }>> {
    const container = containerOf(launch);
    const { image } = container;
    if (image !== null) {
      const here = await this.#pulledImage(docker, launch, image, signal);
      // What a service's binary is put on top of is not what runs.
      if (!here.ok) return here;
      if (launch.service.build.kind !== "go") return { ...here, image, container: withCommand(launch, container) };
    }
    const made = await this.#parts.serviceImage(launch, docker);
    return made.ok ? { ...made, imageId: null } : made;
  }

  async #pulledImage(
    docker: Docker,
    launch: Launch,
    image: string,
    signal: AbortSignal,
  ): Promise<FailureOr<{ imageId: string | null }>> {
    const container = containerOf(launch);
    const policy: PullPolicy = launch.pull ?? container.pull;
    const known = await docker.image(image);
    if (!known.ok) return known;
    if (policy === "always" || (policy === "missing" && known.image === null)) {
      const pulled = await this.#pull(docker, launch, image, signal);
      // One that is there is better than none, where the registry cannot be asked.
      if (!pulled.ok && (known.image === null || policy !== "always" || !isPassing(pulled.failure))) return pulled;
      if (!pulled.ok) this.#parts.notice(launch.unit, `${pulled.failure.message}; the image that is there is used`);
      const now = await docker.image(image);
      if (!now.ok) return now;
      if (now.image !== null) return { ok: true, imageId: now.image.id };
    } else if (known.image !== null) return { ok: true, imageId: known.image.id };
    const message = `the image ${image} is not on this machine, and is not to be pulled`;
    const hint = "pull it yourself, or say pull: missing";
    return { ok: false, failure: { kind: "image-unavailable", image, reason: "not-pulled", message, hint } };
  }

  async #pull(docker: Docker, launch: Launch, image: string, signal: AbortSignal): Promise<FailureOr<object>> {
    const { book } = this.#parts;
    const { name } = planContainer({ ...planInput(launch), image }, this.#parts.place()).plan;
    book.note(launch.unit, { name, image, pull: [] });
    const pulled = await docker.pull(image, {
      signal,
      onProgress: (pull) => book.note(launch.unit, { name, image, pull }),
    });
    book.note(launch.unit, { name, image, pull: null });
    return pulled;
  }
}

/** A service's own command is what its image runs; a vendor has none. */
function withCommand({ service: { run, vendor } }: Launch, container: ContainerSpec): ContainerSpec {
  if (vendor !== null || run.kind !== "command" || container.command !== null) return container;
  const { file, args } = toArgv(run.command);
  return { ...container, command: [file, ...args] };
}

/** The registry could not be asked; whether it has the image is not known. */
function isPassing(failure: Failure): boolean {
  return failure.kind === "image-unavailable" && (failure.reason === "no-registry" || failure.reason === "broken-pull");
}
