import { hubLogin, parseImageReference } from "../../engine/vendors/docker/image-reference.ts";
import type { Docker } from "../../engine/vendors/docker.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { counted } from "../../ui/text/amount.ts";
import { listNames } from "../output/list-names.ts";
import { answersAt } from "./answers-at.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** An image that the fleet runs. */
export interface WantedImage {
  image: string;
  pull: PullPolicy;
  isHere: boolean;
  /** Whether its registry answers; null where nobody had to ask. */
  registryAnswers: boolean | null;
  /** The registry as a person would write it. */
  registry: string;
}

/** Whether all images are there, or can be had. Pure. */
export function judgeImages(images: readonly WantedImage[]): Finding {
  const lost = images.find(({ isHere, pull }) => !isHere && pull === "never");
  if (lost !== undefined) {
    return problem(
      `${lost.image} is not on this machine, and is not to be pulled (pull: never)`,
      `docker pull ${lost.image}`,
    );
  }
  const missing = images.filter(({ isHere }) => !isHere);
  const silent = missing.find(({ registryAnswers }) => registryAnswers === false);
  if (silent !== undefined) {
    const text = `${silent.image} is not on this machine, and ${silent.registry} does not answer`;
    return problem(text, "go online, or bring it by other means (`docker load`)");
  }
  if (missing.length > 0) {
    const names = listNames(missing.map(({ image }) => image));
    return warning(`${names} will be pulled at the first start`, "fetch it now: orchestra vendors pull");
  }
  return fine(`${counted(images.length, "image")} on this machine`);
}

/** Looks for the images of vendors and services; null where the engine cannot be asked, which is told elsewhere. */
export async function checkImages(docker: Docker, spec: FleetSpec, signal: AbortSignal): Promise<Finding | null> {
  const wanted = new Map<string, PullPolicy>();
  for (const { container } of [...spec.vendors, ...spec.services]) {
    if (container?.image != null) wanted.set(container.image, container.pull);
  }
  if (wanted.size === 0) return null;
  const images: WantedImage[] = [];
  for (const [image, pull] of wanted) {
    const known = await docker.image(image);
    if (!known.ok && known.failure.kind === "docker-unreachable") return null;
    const isHere = known.ok && known.image !== null;
    const { registry } = parseImageReference(image);
    const host = registry === hubLogin ? "registry-1.docker.io" : registry;
    const asks = !isHere && pull !== "never";
    const registryAnswers = asks ? await answersAt(host, signal) : null;
    images.push({ image, pull, isHere, registryAnswers, registry: registry === hubLogin ? "Docker Hub" : registry });
  }
  return judgeImages(images);
}
