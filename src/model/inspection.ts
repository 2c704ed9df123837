import type { StampedEvent } from "./event.ts";
import type { UnitId } from "./ids.ts";

/** A variable of a unit's environment. */
export interface InspectedVariable {
  name: string;
  /** Masked where it is a secret; see `maskSecret`. */
  value: string;
  /** Where it comes from: `orders/service.yml`, `.env.dev`, `shell`, `orchestra`, `-e`. */
  origin: string;
  isSecret: boolean;
}

/** A process of a unit's tree. */
export interface InspectedProcess {
  pid: number;
  /** 0: the leader. */
  depth: number;
  command: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  memoryBytes: number;
}

/** A port that a unit has, or that its processes listen on. */
export interface InspectedPort {
  /** As in the config; null for one that its processes opened by themselves. */
  name: string | null;
  port: number;
  /** Who listens; null where nobody does. */
  owner: { pid: number; command: string; isOwn: boolean } | null;
}

export interface InspectedProbe {
  role: "ready" | "live";
  /** As a person would say it: `GET /healthz on port 8080`. */
  probe: string;
  /** Null before the first answer. */
  passing: boolean | null;
  detail: string;
  /** Of the last answer, milliseconds since the epoch. */
  at: number | null;
}

/** A port of a container, and where on this machine it can be reached. */
export interface InspectedContainerPort {
  /** Inside. */
  port: number;
  protocol: "tcp" | "udp";
  /** Null where it is not published. */
  published: { ip: string; port: number } | null;
}

/** What a container has mounted. */
export interface InspectedMount {
  kind: "volume" | "bind" | "tmpfs";
  /** The volume's name, or the path on this machine; empty for a tmpfs. */
  source: string;
  /** Where it is inside. */
  target: string;
  isReadOnly: boolean;
}

/** A unit's container as its engine describes it, beyond what the unit's snapshot says. */
export interface InspectedContainer {
  /** What the image's HEALTHCHECK printed last; empty where it has none, or has printed nothing. */
  healthOutput: string;
  ports: InspectedContainerPort[];
  mounts: InspectedMount[];
  /** Names by which it can be reached from other containers of the fleet. */
  aliases: string[];
}

/** A folder or file that a service is made of. */
export interface InspectedPlace {
  /** Absolute. */
  path: string;
  /** With the folders in it. */
  isTree: boolean;
  /**
   * How it came about: the program is made of it, by what go says or what package.json files say; it is the service's own
   * folder; or the config names it.
   */
  because: "go list" | "package.json" | "folder" | "watch.paths";
}

/** Who says that something is not watched; `always`: version control, dependencies, what editors write. */
export type IgnoreSource = "always" | "watch.ignore" | ".gitignore" | "build outputs";

/** How many files and folders one rule leaves out; what is in such a folder is not counted. */
export interface InspectedIgnore {
  /** As it is written: `*.log`. */
  rule: string;
  from: IgnoreSource;
  count: number;
}

/** What a service is watched by, for a rerun. */
export interface InspectedWatch {
  places: InspectedPlace[];
  /** Folders that are watched for it. */
  folders: number;
  /** Files in them that count. */
  files: number;
  /** Most first. */
  ignored: InspectedIgnore[];
  /** There was more than is counted: the figures are the least that it is. */
  isMore: boolean;
  /** Its files are looked at every so often, and why; null where the system reports what changes. */
  polling: { everyMs: number; why: string } | null;
}

/** All that there is to know about one unit, beyond its snapshot. Asked for when somebody looks, never pushed. */
export interface UnitInspection {
  unit: UnitId;
  /** As it is, or would be, executed: file and arguments; null where a build has to come first. */
  command: string[] | null;
  cwd: string;
  /** By name. */
  environment: InspectedVariable[];
  /** Depth first, in the order of their start; empty where none runs. */
  processes: InspectedProcess[];
  ports: InspectedPort[];
  probes: InspectedProbe[];
  /** Only there for what has a container. */
  container?: InspectedContainer;
  /** Not there where its service does not follow its sources. */
  watched?: InspectedWatch;
  /** The newest of the unit, and of its service's builds and wishes; ascending. */
  events: StampedEvent[];
}
