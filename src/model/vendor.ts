import type { ContainerSpec } from "./container.ts";
import type { ServiceSpec } from "./service.ts";
import type { VendorTraits } from "./vendor-traits.ts";

/**
 * A backing service as configured. To supervision it is a service of one replica, which is carried out as a container
 * and built by pulling its image: so it has the same phases, probes, logs and verbs.
 */
export type VendorSpec = ServiceSpec & { container: ContainerSpec & { image: string }; vendor: VendorTraits };
