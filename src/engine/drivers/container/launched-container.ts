import type { ContainerSpec } from "../../../model/container.ts";
import type { Launch } from "../driver.ts";
import type { PlanInput } from "./planned-container.ts";

/** How the launched service runs in a container; asked of such services alone. */
export function containerOf({ service, container }: Pick<Launch, "service" | "container">): ContainerSpec {
  const spec = container ?? service.container;
  if (spec === null) throw new Error(`${service.name} does not run in a container`);
  return spec;
}

/** What of a launch shapes its container, but for the image. */
export function planInput(launch: Launch): Omit<PlanInput, "image"> {
  const { service, index, ports } = launch;
  const env = Object.fromEntries(Object.entries(launch.env).filter((e): e is [string, string] => e[1] !== undefined));
  return { service, container: containerOf(launch), index, ports, env };
}
