import type { RerunSpec } from "../../model/service.ts";
import type { RerunState } from "../../model/service-snapshot.ts";
import type { ControlledService } from "../controlled-service.ts";

/** What is said of a service's following its sources: by a person, else by its config, else by the fleet's. */
export function rerunWish(
  { wanted, spec }: Pick<ControlledService, "wanted" | "spec">,
  fleet: RerunSpec | null,
): RerunSpec {
  // Nobody edits in CI, and whoever watches a fleet in a dashboard does.
  return wanted.rerun ?? spec.rerun ?? fleet ?? { isOn: wanted.origin !== "headless", withTests: false };
}

/** How a service follows its sources, as every client sees it. */
export function rerunStateOf(
  service: Pick<ControlledService, "wanted" | "spec" | "previous" | "trouble">,
  fleet: RerunSpec | null,
): RerunState {
  return { ...rerunWish(service, fleet), trouble: service.trouble, canGoBack: service.previous !== null };
}

/** True for what is to be followed now: what runs, or is wanted to, and does not end by itself. */
export function isFollowed(
  service: Pick<ControlledService, "wanted" | "spec" | "isConfigured">,
  fleet: RerunSpec | null,
): boolean {
  const { wanted, spec, isConfigured } = service;
  return isConfigured && wanted.isRunning && !spec.oneshot && spec.vendor === null && rerunWish(service, fleet).isOn;
}
