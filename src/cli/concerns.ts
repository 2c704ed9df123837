import type { CommandReply } from "../model/command.ts";
import type { StampedEvent } from "../model/event.ts";
import { parseUnitId } from "../model/ids.ts";

/** Whether an event is about what a command is about. */
export function concerns(reply: CommandReply & { ok: true }): (event: StampedEvent) => boolean {
  const services = new Set([...reply.services, ...reply.units.map((unit) => parseUnitId(unit).name)]);
  return ({ event }) => {
    switch (event.kind) {
      case "replicaChanged":
        return services.has(event.replica.service);
      case "buildChanged":
      case "wantedChanged":
        return services.has(event.service);
      case "noticed":
        return event.unit === null || services.has(parseUnitId(event.unit).name);
      default:
        return true;
    }
  };
}
