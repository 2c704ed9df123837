import type { MountSpec } from "../../../model/container.ts";
import type { InspectedMount } from "../../../model/inspection.ts";

/** By destination, the name of a volume that is mounted there. */
type Volumes = Readonly<Record<string, string>>;

/** What the config mounts, and the volumes besides that the image declares. Pure. */
export function inspectMounts(mounts: readonly MountSpec[], volumes: Volumes): InspectedMount[] {
  const named = new Set(mounts.map(({ target }) => target));
  const declared = Object.entries(volumes).filter(([target]) => !named.has(target));
  return [
    ...mounts.map((mount) => inspectMount(mount, volumes)),
    ...declared.map(([target, source]): InspectedMount => ({ kind: "volume", source, target, isReadOnly: false })),
  ];
}

function inspectMount(mount: MountSpec, volumes: Volumes): InspectedMount {
  const { target } = mount;
  switch (mount.kind) {
    case "volume":
      return { kind: "volume", source: volumes[target] ?? mount.name, target, isReadOnly: mount.isReadOnly };
    case "anonymous":
      return { kind: "volume", source: volumes[target] ?? "", target, isReadOnly: false };
    case "bind":
      return { kind: "bind", source: mount.source, target, isReadOnly: mount.isReadOnly };
    case "tmpfs":
      return { kind: "tmpfs", source: "", target, isReadOnly: false };
  }
}
