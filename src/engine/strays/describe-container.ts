import type { FleetSpec } from "../../model/fleet.ts";
import { replicaId } from "../../model/ids.ts";
import type { Stray, StrayContainer, StrayId } from "../../model/stray.ts";
import type { ContainerState, ListedContainer } from "../vendors/docker.ts";
import { kindLabel, replicaOfContainer } from "../vendors/labels.ts";

/** What the fleet says of the service that a container is of. */
export interface ContainerRelation {
  /** The config has it. */
  isConfigured: boolean;
  /** It runs in containers, by its config or by what was asked for. */
  isContainer: boolean;
  isVendor: boolean;
  /** Replicas that there are to be; null: as many as there are. */
  scale: number | null;
}

/** What the config alone says of a container's service, for whoever knows nothing else. */
export function relationInConfig({ services, vendors }: FleetSpec, name: string): ContainerRelation {
  const isVendor = vendors.some((vendor) => vendor.name === name);
  const spec = [...services, ...vendors].find((unit) => unit.name === name);
  return {
    isConfigured: spec !== undefined,
    isContainer: spec !== undefined && spec.container !== null,
    isVendor,
    scale: spec?.scale ?? null,
  };
}

/**
 * A container that runs and that is on no record, as clients see it, before anybody has decided about it. Pure.
 *
 * @param pid of its first process, as this machine counts; 0 where that is not known
 */
export function describeContainer(
  listed: ListedContainer,
  { pid, startedAt }: Pick<ContainerState, "pid" | "startedAt">,
  relation: ContainerRelation,
): Stray {
  const { service, index } = replicaOfContainer(listed);
  const { id, name, image, command, statusText } = listed;
  const container: StrayContainer = { id, name, image, obstacle: obstacleOf(service, index, relation) };
  // What has left the config is known by its label alone.
  const replica = listed.labels[kindLabel] === "vendor" ? service : replicaId(service, index);
  return {
    // Every run of a container is another stray.
    id: `${id.slice(0, 12)}-${startedAt}` as StrayId,
    kind: "container",
    service,
    container,
    pid,
    pids: pid === 0 ? [] : [pid],
    command,
    cwd: null,
    executable: null,
    startedAt,
    parent: null,
    ports: [...new Set(listed.published.map(({ hostPort }) => hostPort))],
    evidence: [
      `carries the labels of this fleet's ${replica}, which is on no record`,
      reasonOf(service, index, relation),
      `its engine says: ${statusText}`,
    ],
    isExact: false,
    tracer: null,
    isForeignUser: false,
    standing: "asked",
  };
}

/** Why nobody looks after it. */
function reasonOf(service: string, index: number, { isConfigured, isContainer, scale }: ContainerRelation): string {
  if (!isConfigured) return `${service} is not in the config any more`;
  if (!isContainer) return `${service} runs as a process now`;
  if (scale !== null && index > scale) return `there are to be ${scale} of ${service}`;
  return `nobody has asked for ${service}`;
}

function obstacleOf(service: string, index: number, relation: ContainerRelation): string | null {
  const { isConfigured, isContainer, isVendor, scale } = relation;
  if (!isConfigured) return `cannot be adopted: ${service} is not in the config any more`;
  if (!isContainer) return `cannot be adopted: ${service} runs as a process now`;
  const most = isVendor ? 1 : Math.max(1, scale ?? 1) + 1;
  if (index <= most) return null;
  return isVendor
    ? `cannot be adopted: there is one ${service}`
    : `cannot be adopted: it is number ${index} of ${service}, of which there are to be ${scale}`;
}
