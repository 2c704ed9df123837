import type { ContainerSpec } from "../../model/container.ts";
import type { Location } from "../../model/diagnostic.ts";
import type { PortSpec, ProbeSpec } from "../../model/service.ts";
import type { VendorSpec } from "../../model/vendor.ts";
import type { DependencyDraft } from "../check-dependencies.ts";
import type { LazyLocation } from "../yaml-source.ts";
import type { PublishedPort } from "./published-port.ts";

/** Makes a probe, once the ports that it may be about are known. */
export type ProbeReader = (ports: readonly PortSpec[]) => ProbeSpec | null;

/** A port, and where it stands in a file. */
export interface PlacedPort {
  port: PublishedPort;
  at: LazyLocation;
}

/** A vendor of whatever file, checked by itself; what takes the rest of the fleet to know is left to `finishVendor`. */
export interface VendorParts {
  nameAt: LazyLocation;
  /** All that is settled; its ports, probes, and dependencies are still empty. */
  spec: Omit<VendorSpec, "container">;
  container: Omit<ContainerSpec, "inside"> & { image: string };
  ports: PlacedPort[];
  dependencies: DependencyDraft[];
  ready: ProbeReader;
  live: ProbeReader;
  /** Where one of its `variables` stands. */
  variableAt: (variable: string) => Location;
}
