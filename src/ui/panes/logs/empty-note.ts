import type { Frame } from "../../frame.ts";
import { pullOf } from "../../state/pull-status.ts";
import { counted } from "../../text/amount.ts";
import { isOutputElsewhere } from "./output-elsewhere.ts";

/** Why the log shows no line; null where it shows some. */
export function emptyNote({ log, fleet, theme }: Frame): string | null {
  if (log.items.last >= log.items.first) return null;
  const { ellipsis } = theme.glyphs;
  if (log.status.problem !== null) return `the log cannot be read: ${log.status.problem}`;
  if (log.filter !== null) {
    if (log.status.isFiltering || log.status.isLoading) return `searching for ${log.filter.text} ${ellipsis}`;
    return `No line matches ${log.filter.text}; f shows all lines.`;
  }
  if (log.status.isLoading) return `reading${ellipsis}`;
  const tab = log.tabs[log.activeTab];
  if (tab === undefined || tab.tab.kind === "all") return "No output yet.";
  const service = fleet.snapshot?.services.find((s) => tab.units.some((unit) => unit.split("#")[0] === s.name));
  const runs = service?.replicas.some((r) => r.generation > 0) === true;
  if (isOutputElsewhere(log, fleet)) return `${tab.label} was adopted as it ran: what it writes goes elsewhere.`;
  if (service?.replicas.some((r) => pullOf(r) !== null))
    return `${tab.label} has no log yet: its image is being pulled.`;
  if (runs) return `${tab.label} has written nothing yet.`;
  // Of a vendor there is never more than one.
  const wanted = service?.vendor === undefined ? ` (${counted(service?.scale ?? 0, "replica")} wanted)` : "";
  return `${tab.label} has not run yet${wanted}.`;
}
