import { maskCommandLine } from "../model/mask-command-line.ts";
import type { ReplicaSnapshot } from "../model/replica.ts";
import type { RerunSpec, ServiceSpec } from "../model/service.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
import type { VendorTraits } from "../model/vendor-traits.ts";
import { type ControlledService, scaleOf } from "./controlled-service.ts";
import { rerunStateOf } from "./rerun/rerun-state.ts";

/** A controlled service as every client sees it. */
export function serviceSnapshot(
  service: ControlledService,
  profiles: string[],
  fleet: RerunSpec | null,
  replicas: ReplicaSnapshot[],
): ServiceSnapshot {
  const { spec, wanted, build } = service;
  return {
    name: spec.name,
    dir: spec.dir,
    command: commandOf(spec),
    wanted: wanted.isRunning ? "running" : "stopped",
    scale: scaleOf(service),
    oneshot: spec.oneshot,
    autostart: spec.autostart,
    dependsOn: spec.dependsOn,
    profiles,
    build,
    ...(spec.oneshot || spec.vendor !== null ? {} : { rerun: rerunStateOf(service, fleet) }),
    ...(spec.vendor === null ? {} : { vendor: vendorOf(spec, spec.vendor) }),
    replicas: replicas.sort((a, b) => a.index - b.index),
  };
}

function vendorOf({ container }: ServiceSpec, { optional, keep }: VendorTraits): ServiceSnapshot["vendor"] {
  return { image: container?.image ?? "", isOptional: optional, isKept: keep };
}

/** How it runs, as a person would read it. */
function commandOf({ build, run, name, container, vendor }: ServiceSpec): string {
  if (container?.image != null && (vendor !== null || build.kind === "none")) {
    return maskCommandLine([container.image, ...(container.command ?? [])]).join(" ");
  }
  if (run.kind === "command") return maskCommandLine([run.command]).join(" ");
  const binary = build.kind === "go" ? `go build ${build.go.package} && ./${name}` : `./${name}`;
  return maskCommandLine([binary, ...run.args]).join(" ");
}
