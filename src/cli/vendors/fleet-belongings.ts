import type { ListedContainer } from "../../engine/vendors/docker.ts";

/** What the engine has for one fleet. */
export interface FleetBelongings {
  /** Newest first. */
  containers: readonly ListedContainer[];
  /** Newest first. */
  images: readonly { id: string; tags: string[] }[];
  networks: readonly { name: string }[];
  volumes: readonly { name: string }[];
  /** Of each container, by its id: the volumes that it has mounted. */
  mounted: ReadonlyMap<string, readonly string[]>;
  /** Units that a daemon looks after, whatever their containers look like at the moment. */
  busy: ReadonlySet<string>;
}
