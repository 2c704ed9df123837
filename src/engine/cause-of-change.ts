import type { Cause } from "../model/cause.ts";
import type { Blocker } from "../model/replica.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { ControlledService } from "./controlled-service.ts";
import { unavailableVendors } from "./gate.ts";

/**
 * What must have happened to `blocker`, the first thing that a unit of `service` waited for, now that its gate is looked at
 * again; with none, why the service is what it is. Pure.
 */
export function causeOfChange(
  blocker: Blocker | undefined,
  { build, cause }: Pick<ControlledService, "build" | "cause">,
  fleet: Pick<FleetSnapshot, "services">,
): Cause {
  switch (blocker?.kind) {
    case undefined:
      return cause;
    case "dependency": {
      const { name, condition } = blocker;
      return { kind: "dependency", name, what: unavailableVendors(fleet).has(name) ? "unavailable" : condition };
    }
    case "build":
      return { kind: "build", what: build.status === "failed" ? "build failed" : "built" };
    case "port":
      return { kind: "port", port: blocker.port };
    case "docker":
      return { kind: "policy", what: "docker answers" };
    case "endingStrays":
    case "strays": {
      const [first] = blocker.strays;
      return first === undefined ? cause : { kind: "stray", pid: first.pid, what: "gone" };
    }
  }
}
