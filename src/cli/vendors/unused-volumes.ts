import { namePrefix } from "../../engine/vendors/labels.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { FleetBelongings } from "./fleet-belongings.ts";

/** A name that Docker has given by itself. */
const anonymous = /^[0-9a-f]{64}$/;

/**
 * The names of the fleet's volumes that its config does not use, whatever containers have them. Pure.
 *
 * @param gone ids of containers that are to be removed: what they have without a name is theirs alone
 */
export function unusedVolumes(
  fleet: FleetSpec,
  { volumes, mounted }: Pick<FleetBelongings, "volumes" | "mounted">,
  gone: ReadonlySet<string>,
): string[] {
  const prefix = namePrefix(fleet.name, fleet.id);
  const configured = new Set<string>();
  for (const { container } of [...fleet.vendors, ...fleet.services]) {
    for (const mount of container?.mounts ?? []) if (mount.kind === "volume") configured.add(`${prefix}-${mount.name}`);
  }
  // Those without a name carry no label: whose they are is known only by the container that they belong to.
  const unnamed = [...gone].flatMap((id) => (mounted.get(id) ?? []).filter((name) => anonymous.test(name)));
  return [...new Set([...volumes.map(({ name }) => name), ...unnamed])].filter((name) => !configured.has(name));
}
