import type { EngineEvent } from "../../model/event.ts";
import type { Message } from "./ui-state.ts";

/** What an event has to say to the user in passing, null for what the panes show anyway. */
export function messageForEvent(event: EngineEvent): Pick<Message, "level" | "text"> | null {
  switch (event.kind) {
    case "noticed":
      return { level: event.level, text: event.unit === null ? event.message : `${event.unit}: ${event.message}` };
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
