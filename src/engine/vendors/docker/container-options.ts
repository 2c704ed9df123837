import type { ContainerCreateOptions, MountSettings } from "dockerode";
import type { ContainerPlan } from "../docker.ts";

/** A plan in the words of Docker's API. Docker itself never restarts it: supervision does. */
export function containerOptions(plan: ContainerPlan): ContainerCreateOptions {
  const { ports } = plan;
  return {
    name: plan.name,
    Image: plan.image,
    ...(plan.command !== null && { Cmd: plan.command }),
    ...(plan.entrypoint !== null && { Entrypoint: plan.entrypoint }),
    Env: Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
    Labels: plan.labels,
    Hostname: plan.hostname,
    ...(plan.user !== null && { User: plan.user }),
    ...(plan.stopSignal === null ? {} : { StopSignal: plan.stopSignal }),
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      NetworkMode: plan.network,
      PortBindings: Object.fromEntries(
        Map.groupBy(ports, portKey)
          .entries()
          .map(([key, bound]) => [
            key,
            bound.map((port) => ({ HostIp: port.hostIp, HostPort: String(port.hostPort) })),
          ]),
      ),
      Mounts: plan.mounts.map(mountOf),
      ...(plan.shmBytes !== null && { ShmSize: plan.shmBytes }),
      Ulimits: Object.entries(plan.ulimits).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
      Init: plan.init,
      ExtraHosts: Object.entries(plan.extraHosts).map(([name, address]) => `${name}:${address}`),
      RestartPolicy: { Name: "no" },
    },
    NetworkingConfig: { EndpointsConfig: { [plan.network]: { Aliases: plan.aliases } } },
  };
}

function portKey({ inner, protocol }: ContainerPlan["ports"][number]): string {
  return `${inner}/${protocol}`;
}

function mountOf(mount: ContainerPlan["mounts"][number]): MountSettings {
  switch (mount.kind) {
    case "volume":
      return { Type: "volume", Source: mount.name, Target: mount.target, ReadOnly: mount.isReadOnly };
    case "bind":
      return { Type: "bind", Source: mount.source, Target: mount.target, ReadOnly: mount.isReadOnly };
    case "anonymous":
      return { Type: "volume", Source: "", Target: mount.target };
    case "tmpfs": {
      const { sizeBytes } = mount;
      const tmpfs: MountSettings = { Type: "tmpfs", Source: "", Target: mount.target };
      return sizeBytes === null ? tmpfs : { ...tmpfs, TmpfsOptions: { SizeBytes: sizeBytes, Mode: 0o1777 } };
    }
  }
}
