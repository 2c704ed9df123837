import type { EngineEvent } from "../../model/event.ts";
import { parseUnitId, type UnitId } from "../../model/ids.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Message } from "./ui-state.ts";

/** What an event has to say to the user in passing, null for what the panes show anyway. */
export function messageForEvent(
  event: EngineEvent,
  snapshot: FleetSnapshot | null,
): Pick<Message, "level" | "text"> | null {
  switch (event.kind) {
    case "noticed":
      return { level: event.level, text: `${ownerOf(event.unit, snapshot)}${event.message}` };
    case "rerunChanged": {
      const { isOn, trouble } = event.rerun;
      // Of one among many services, which need not be in sight.
      return isOn && trouble !== null
        ? { level: "warning", text: `${event.service} is not followed: ${trouble}` }
        : null;
    }
    case "hookOutput": {
      const last = event.text.trimEnd().split("\n").at(-1) ?? "";
      return last === "" ? null : { level: "info", text: `${event.hook}: ${last}` };
    }
    case "hookFinished":
      return event.exitCode === 0
        ? null
        : { level: "error", text: `${event.hook} ended with exit code ${event.exitCode}` };
    default:
      return null;
  }
}

/** `api#2: `, and a vendor by its name alone: `postgres: `. */
function ownerOf(unit: UnitId | null, snapshot: FleetSnapshot | null): string {
  if (unit === null) return "";
  const { name } = parseUnitId(unit);
  const isVendor = snapshot?.services.some((s) => s.name === name && s.vendor !== undefined) === true;
  return `${isVendor ? name : unit}: `;
}
