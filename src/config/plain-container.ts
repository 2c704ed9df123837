import type { ContainerSpec } from "../model/container.ts";

/** What runs in a container whose config does not say how. */
export const plainContainer: ContainerSpec = {
  image: null,
  pull: "missing",
  command: null,
  entrypoint: null,
  mounts: [],
  user: null,
  shmBytes: null,
  ulimits: {},
  init: false,
  labels: {},
  inside: {},
};
