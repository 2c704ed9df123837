import { maskCommandLine } from "../model/mask-command-line.ts";
import type { ReplicaSnapshot } from "../model/replica.ts";
import type { RerunSpec, ServiceSpec } from "../model/service.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
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
    ...(spec.oneshot ? {} : { rerun: rerunStateOf(service, fleet) }),
    replicas: replicas.sort((a, b) => a.index - b.index),
  };
}

/** How it runs, as a person would read it. */
function commandOf({ build, run, name }: ServiceSpec): string {
  if (run.kind === "command") return maskCommandLine([run.command]).join(" ");
  const binary = build.kind === "go" ? `go build ${build.go.package} && ./${name}` : `./${name}`;
  return maskCommandLine([binary, ...run.args]).join(" ");
}
