import { isAlive } from "../../../model/replica.ts";
import type { Frame } from "../../frame.ts";

/** True where something that runs, and whose tab is shown, was adopted as it ran and does not write to our log. */
export function isOutputElsewhere(log: Frame["log"], fleet: Frame["fleet"]): boolean {
  const { units = [] } = log.tabs[log.activeTab] ?? {};
  return (fleet.snapshot?.services ?? []).some((service) =>
    service.replicas.some(
      (r) => r.outputElsewhere && isAlive(r.state.phase) && (units.includes(r.id) || units.includes(service.name)),
    ),
  );
}
