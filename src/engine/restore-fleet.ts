import type { FleetSpec } from "../model/fleet.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { RunRecord } from "./drivers/driver.ts";
import type { Launcher } from "./launcher.ts";
import { readBootId } from "./process/identity.ts";
import type { FleetState } from "./state/fleet-state.ts";
import type { Supervisor } from "./supervisor.ts";

/** Takes up where an earlier daemon left off: its wishes, and what of its processes still lives. */
export function restoreFleet(supervisor: Supervisor, launcher: Launcher, spec: FleetSpec, state: FleetState): void {
  // After a reboot nothing of it lives, and nobody has asked for it since: the wishes went with the machine.
  const isSameBoot = state.bootId === readBootId();
  supervisor.apply(spec, isSameBoot ? state.wanted : {}, { kind: "daemon", what: "start" });
  if (!isSameBoot) return;
  for (const unit of Object.values(state.resting)) supervisor.restoreResting(unit);
  for (const record of Object.values(state.units)) {
    const service = supervisor.services.get(record.service);
    const known = service?.spec ?? leftoverSpec(spec, record);
    supervisor.restore(record, known, launcher.adopt(service ?? { spec: known }, record));
  }
}

/** Just enough config to end the replicas of a service that the config does not have any more. */
function leftoverSpec(fleet: FleetSpec, record: RunRecord): ServiceSpec {
  return {
    name: record.service,
    dir: fleet.root,
    file: fleet.root,
    build: { kind: "none" },
    run: { kind: "binary", args: [] },
    test: null,
    acceptance: null,
    env: {},
    envFiles: [],
    ports: [],
    scale: 0,
    dependsOn: [],
    ready: null,
    live: null,
    restart: "never",
    supervise: {
      threshold: 5,
      decayMs: 30_000,
      backoffMinMs: 1_000,
      backoffMaxMs: 30_000,
      stableMs: 30_000,
      maxFailures: null,
    },
    stop: { signal: "SIGTERM", graceMs: 10_000 },
    watch: { paths: [], ignore: [], debounceMs: 200 },
    oneshot: false,
    autostart: false,
    rerun: null,
    onDependency: "keep",
    detachedChildren: "stop",
    splitStderr: false,
  };
}
