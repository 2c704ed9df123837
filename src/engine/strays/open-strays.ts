import type { Clock } from "../../lib/clock.ts";
import type { EngineEvent } from "../../model/event.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ContainerClaims } from "../container-claims.ts";
import type { OpenContainers } from "../drivers/container/open-containers.ts";
import type { ExitPoll } from "../drivers/exit-poll.ts";
import type { Terminator } from "../process/terminator.ts";
import type { Supervisor } from "../supervisor.ts";
import { ContainerStrays } from "./container-strays.ts";
import { howItRuns } from "./how-it-runs.ts";
import { ProcessStrays } from "./process-strays.ts";
import { StrayDesk } from "./stray-desk.ts";
import { StrayFinder } from "./stray-finder.ts";

export interface StraysParts {
  fleet: () => FleetSpec;
  /** Where the fleet's builds are. */
  binDir: string;
  supervisor: Supervisor;
  terminator: Terminator;
  exits: ExitPoll;
  clock: Clock;
  containers: Pick<OpenContainers, "link" | "isEnding">;
  claims: ContainerClaims;
  publish: (event: EngineEvent) => void;
}

/** All that deals with strays, wired. Nothing is looked at yet. */
export function openStrays(parts: StraysParts): StrayDesk {
  const { fleet, supervisor, claims, containers } = parts;
  const { services } = supervisor;
  return new StrayDesk({
    processes: new ProcessStrays({
      finder: new StrayFinder({
        fleet: fleet().id,
        services: () => fleet().services.map((spec) => howItRuns(spec, parts.binDir)),
        recorded: () => supervisor.runners().flatMap((r) => r.running?.processes ?? []),
        isAlive: (markers) => supervisor.isAlive(markers),
      }),
      terminator: parts.terminator,
      exits: parts.exits,
    }),
    containers: new ContainerStrays({
      fleet: fleet().id,
      link: containers.link,
      clock: parts.clock,
      isLookedAfter: (service, index, container) =>
        claims.isLookedAfter(service, index, container) || containers.isEnding(container),
      relation: (service) => claims.relation(service),
    }),
    stopOf: (name) => services.get(name)?.spec.stop ?? null,
    policy: () => fleet().strays,
    isDue: (name) => {
      const service = services.get(name);
      return service?.isConfigured !== true || service.wanted.isRunning;
    },
    adopt: (stray, cause) => supervisor.strays.adopt(stray, cause),
    publish: parts.publish,
    unsettle: () => supervisor.unsettle(),
  });
}
