import type { Cause } from "../../model/cause.ts";
import type { Command } from "../../model/command.ts";
import type { UnitId } from "../../model/ids.ts";
import type { RerunSpec } from "../../model/service.ts";
import type { ControlledService } from "../controlled-service.ts";
import { namesOf, type Selected } from "../selection.ts";
import type { ServiceBuilds } from "../service-builds.ts";
import type { Supervisor } from "../supervisor.ts";
import type { Verbs } from "../verbs.ts";
import type { FollowDesk } from "./follow-desk.ts";
import { rerunWish } from "./rerun-state.ts";
import type { Rerunner } from "./rerunner.ts";

export interface RerunVerbsParts {
  supervisor: Supervisor;
  builds: ServiceBuilds;
  rerunner: Rerunner;
  follow: FollowDesk;
  verbs: Verbs;
  /** What the fleet says of all its services. */
  fleet(): RerunSpec | null;
}

/** What was done, and what is worth saying about it. */
export interface RerunOutcome {
  units: UnitId[];
  notes: string[];
}

/** What `rerun` and `goBack` mean. */
export class RerunVerbs {
  readonly #parts: RerunVerbsParts;

  constructor(parts: RerunVerbsParts) {
    this.#parts = parts;
  }

  /** Says how services follow their sources from now on; or, for `now`, does at once what a change would do. */
  rerun({ to, test }: Extract<Command, { kind: "rerun" }>, selected: Selected, cause: Cause): RerunOutcome {
    const { supervisor, rerunner, follow, verbs, fleet } = this.#parts;
    const services = this.#services(selected);
    const notes: string[] = [];
    // One word for all of them: what some do is what all will not do.
    const isOn = to === "on" || (to === "toggle" && !services.some((s) => rerunWish(s, fleet()).isOn));
    for (const service of services) {
      if (service.spec.oneshot) continue;
      const withTests = test ?? rerunWish(service, fleet()).withTests;
      if (to !== "now") {
        service.trouble = null;
        supervisor.want(service, { rerun: { isOn, withTests } }, cause);
      } else if (service.wanted.isRunning) {
        rerunner.request(service, { cause, withTests, mustReplace: false, builds: true });
      } else notes.push(`${service.spec.name} is not started, so there is nothing to run again`);
    }
    follow.changed();
    return { units: to === "now" ? verbs.unitsOf(namesOf(selected), selected) : [], notes };
  }

  /** Runs the program before the present one again. */
  goBack(selected: Selected, cause: Cause): RerunOutcome {
    const { supervisor, builds, rerunner, follow, verbs } = this.#parts;
    const notes: string[] = [];
    for (const service of this.#services(selected)) {
      const { previous, spec, build } = service;
      if (previous === null) {
        if (selected.isExplicit) notes.push(`${spec.name} has no earlier program to go back to`);
        continue;
      }
      rerunner.cancel(service);
      builds.use(service, previous);
      const since = supervisor.clock.now();
      supervisor.setBuild(service, { status: "ok", since, lastMs: build.lastMs, failure: null, cause }, cause);
      if (service.wanted.isRunning) supervisor.restart(service, [...service.replicas.keys()], cause);
    }
    follow.changed();
    return { units: verbs.unitsOf(namesOf(selected), selected), notes };
  }

  #services(selected: Selected): ControlledService[] {
    return namesOf(selected).flatMap((name) => this.#parts.supervisor.services.get(name) ?? []);
  }
}
