import { unmarked } from "../../../src/engine/process/markers.ts";
import { type HowItRuns, howItRuns } from "../../../src/engine/strays/how-it-runs.ts";
import type { Sighting } from "../../../src/engine/strays/sighting.ts";
import type { ServiceSpec } from "../../../src/model/service.ts";
import { serviceSpec } from "../build/service-spec.ts";

/** A process of the service's folder, unless told otherwise. */
export function sighting(command: string, change: Partial<Sighting> & { pid?: number; ppid?: number } = {}): Sighting {
  const { pid = 4711, ppid = 900, ...rest } = change;
  const argv = command.split(" ");
  return {
    process: {
      pid,
      ppid,
      pgid: pid,
      sid: 900,
      state: "S",
      threads: 1,
      startTicks: pid * 10,
      comm: (argv[0] ?? "").slice(-15),
      cpuTicks: 0,
      waitedCpuTicks: 0,
      residentPages: 0,
    },
    argv,
    cwd: "/shop/orders",
    executable: argv[0] ?? null,
    marks: unmarked,
    ...rest,
  };
}

/** How the service `orders` of /shop runs: as a Go service, unless told otherwise. */
export function orders(change: Partial<ServiceSpec> = {}): HowItRuns {
  const spec: ServiceSpec = {
    ...serviceSpec("orders", "/shop/orders", {
      kind: "go",
      go: { package: ".", tags: [], race: false, ldflags: "" },
    }),
    run: { kind: "binary", args: [] },
    ...change,
  };
  return howItRuns(spec, "/shop/.orchestra/bin");
}
