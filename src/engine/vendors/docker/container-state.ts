import type { ContainerInfo, ContainerInspectInfo } from "dockerode";
import type { ContainerState, ListedContainer } from "../docker.ts";

/** What an engine tells of one container, in our words. */
export function containerState(info: ContainerInspectInfo): ContainerState {
  const { State: state, Config: config } = info;
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ""),
    labels: config.Labels ?? {},
    status: state.Status as ContainerState["status"],
    pid: state.Pid,
    exitCode: state.ExitCode,
    isOutOfMemory: state.OOMKilled,
    startedAt: momentOf(state.StartedAt),
    startedAtText: momentOf(state.StartedAt) === 0 ? "" : state.StartedAt,
    finishedAtText: momentOf(state.FinishedAt) === 0 ? "" : state.FinishedAt,
    imageId: info.Image,
    image: config.Image,
    hasTty: config.Tty === true,
    health: healthOf(state.Health?.Status),
    healthOutput: state.Health?.Log?.at(-1)?.Output ?? "",
    volumes: volumesOf(info),
    // The engine fills in the image's. Its types do not know of it.
    stopSignal: (config as { StopSignal?: string }).StopSignal ?? "SIGTERM",
    error: state.Error ?? "",
  };
}

/** What an engine tells of a container in a list. */
export function listedContainer(info: ContainerInfo): ListedContainer {
  return {
    id: info.Id,
    name: (info.Names[0] ?? "").replace(/^\//, ""),
    labels: info.Labels ?? {},
    image: info.Image,
    imageId: info.ImageID,
    status: info.State as ContainerState["status"],
    statusText: info.Status,
    createdAt: info.Created * 1000,
    command: info.Command,
    published: publishedPorts(info),
  };
}

/** An engine lists a port once for each address that it is published on. */
function publishedPorts({ Ports: ports }: ContainerInfo): ListedContainer["published"] {
  const published = new Map<string, ListedContainer["published"][number]>();
  for (const { PrivatePort: inner, PublicPort: hostPort, Type: protocol } of ports ?? []) {
    if (protocol === "tcp" && hostPort > 0) published.set(`${inner} ${hostPort}`, { inner, hostPort });
  }
  return [...published.values()].sort((a, b) => a.hostPort - b.hostPort);
}

/** Docker writes year 1 for what has not been. */
function momentOf(text: string | undefined): number {
  const moment = Date.parse(text ?? "");
  return moment > 0 ? moment : 0;
}

function healthOf(status: string | undefined): ContainerState["health"] {
  return status === "starting" || status === "healthy" || status === "unhealthy" ? status : "none";
}

function volumesOf(info: ContainerInspectInfo): Record<string, string> {
  const volumes: Record<string, string> = {};
  for (const mount of info.Mounts ?? []) {
    if (mount.Type === "volume" && mount.Name !== undefined) volumes[mount.Destination] = mount.Name;
  }
  return volumes;
}
