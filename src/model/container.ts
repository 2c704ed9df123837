/** When an image is fetched from its registry: `missing` where it is not on this machine already. */
export type PullPolicy = "always" | "missing" | "never";

export const pullPolicies = ["always", "missing", "never"] as const;

/** What of the outside a container sees at `target`, an absolute path inside. */
export type MountSpec =
  /** A named volume, which belongs to the fleet: another fleet's `data` is another one. An external one is nobody's: its
   * name is what the engine knows it by, and it has to be there. */
  | { kind: "volume"; name: string; target: string; isReadOnly: boolean; isExternal?: true }
  /** A volume without a name, as an image declares them too; it is carried over when the container is made anew. */
  | { kind: "anonymous"; target: string }
  /** A file or folder of this machine; `source` is absolute. */
  | { kind: "bind"; source: string; target: string; isReadOnly: boolean }
  | { kind: "tmpfs"; target: string; sizeBytes: number | null };

/** Where a port of the unit is inside of the container, and from where it can be reached. */
export interface InnerPort {
  port: number;
  protocol: "tcp" | "udp";
  /** The address of this machine that it is published on; `127.0.0.1` unless somebody asked for another. */
  hostIp: string;
}

/** How a unit runs in a container; every default is filled in. */
export interface ContainerSpec {
  /** As in `postgres:16`; null: made of the binary that the service's build makes, and nothing else. */
  image: string | null;
  pull: PullPolicy;
  /** Null: the image's own. */
  command: string[] | null;
  /** Null: the image's own. */
  entrypoint: string[] | null;
  mounts: MountSpec[];
  /** `user` or `uid:gid`; null: the image's. */
  user: string | null;
  /** Size of /dev/shm; null: Docker's default. */
  shmBytes: number | null;
  /** By name, as in `nofile`. */
  ulimits: Record<string, { soft: number; hard: number }>;
  /** True: a small init is process 1, which reaps what is orphaned inside. */
  init: boolean;
  labels: Record<string, string>;
  /** By name of the unit's port; one that is not here has the same number inside as outside. */
  inside: Record<string, InnerPort>;
}

/** Bytes of one layer of an image that is being pulled; `total` is null until the registry has said it. */
export interface LayerProgress {
  id: string;
  phase: "waiting" | "downloading" | "extracting" | "done";
  bytes: number;
  total: number | null;
}

/** What an engine tells of a container, beyond its unit's state. */
export interface ContainerFacts {
  /** Sixty-four hex digits; null before it is made. */
  id: string | null;
  name: string;
  image: string;
  /** What it is a container of, `sha256:…`; null before it is made. */
  imageId: string | null;
  /** True where the tag names another image by now than the one that runs. */
  isImageMoved: boolean;
  /** Of the image's own HEALTHCHECK; `none` where it has none. */
  health: "none" | "starting" | "healthy" | "unhealthy";
  /** While its image is being pulled. */
  pull: LayerProgress[] | null;
}
