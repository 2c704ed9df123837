import { type FleetSnapshot, vendorsOf } from "../../../model/snapshot.ts";
import type { QuitChoice } from "../../state/quit-choice.ts";
import { cleanText } from "../../text/clean-text.ts";

/** What a choice comes to. */
export function quitExplanation(choice: QuitChoice, snapshot: FleetSnapshot | null): string {
  switch (choice) {
    case "stop-all": {
      const vendors = snapshot === null ? [] : vendorsOf(snapshot);
      const kept = vendors.filter(({ vendor }) => vendor.isKept).map(({ name }) => cleanText(name));
      if (vendors.length === 0) return "Stops every service and the daemon.";
      return `Stops every service, vendor and the daemon${kept.length === 0 ? "" : `, but for ${kept.join(", ")}`}.`;
    }
    case "leave-running":
      return "Closes this screen; the services go on.";
    case "cancel":
      return "Back to the dashboard.";
  }
}
