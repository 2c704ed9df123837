import type { Failure } from "../../../model/failure.ts";
import { explain } from "../../../model/why.ts";
import { defaultKeys, type KeyTable } from "../../keys/rebind.ts";
import type { Details } from "../../state/details.ts";
import { detailsUnit } from "../../state/details.ts";
import type { FleetView } from "../../state/fleet-view.ts";
import type { DetailsData } from "../../store/details-feed.ts";
import type { SourceAddresses } from "../../store/source-links.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { containerRows, publishedRows } from "./container-rows.ts";
import { environmentRows } from "./environment-rows.ts";
import { eventRows, portRows, probeRows, processRows, runRows, stateRow } from "./inspection-rows.ts";
import { rerunRows } from "./rerun-rows.ts";
import { watchRows } from "./watch-rows.ts";
import { whyRows } from "./why-rows.ts";

/** All rows of the open details, and where in them the secrets are. */
export interface DetailsContent {
  rows: Span[][];
  secrets: { name: string; row: number }[];
}

export interface DetailsParts {
  details: Details;
  data: DetailsData | null;
  fleet: FleetView;
  width: number;
  now: number;
  theme: Theme;
  /** The bindings in force; the usual ones unless given. */
  keys?: KeyTable;
  /** Addresses of the files that a failure names; there are none unless given. */
  addresses?: (failure: Failure | null) => SourceAddresses;
}

/** What there is to say about one unit, top to bottom. What is not known yet is left out; the rest stands. */
export function detailsContent(parts: DetailsParts): DetailsContent {
  const { details, data, fleet, width, now, theme, keys = defaultKeys, addresses = noAddresses } = parts;
  const { role } = theme;
  const unit = detailsUnit(details);
  const service = fleet.snapshot?.services.find((s) => s.name === details.service);
  const replica = service?.replicas.find((r) => r.id === unit);
  if (fleet.snapshot === null || service === undefined || replica === undefined) {
    return {
      rows: [
        [{ text: ` ${service?.vendor === undefined ? unit : service.name} is not there any more.`, style: role.muted }],
      ],
      secrets: [],
    };
  }
  const inspection = data?.unit === unit ? data.inspection : null;
  const explanation = explain(fleet.snapshot, unit, inspection?.events ?? []);
  const log = data?.unit === unit ? data.log : [];
  const rows: Span[][] = [stateRow(replica, now, theme)];
  const add = (title: string, section: readonly Span[][]) => {
    if (section.length === 0) return;
    rows.push([], [{ text: ` ${title}`, style: role.title }], ...section);
  };
  if (explanation !== null) add("Why", whyRows(explanation, log, width, now, theme, addresses));
  add("Runs", runRows(service, replica, inspection, width, now, theme));
  add("Container", containerRows(service, replica, inspection?.container ?? null, width, theme));
  const watched = inspection?.watched;
  const watch = watched === undefined ? [] : watchRows(watched, fleet.snapshot.root, width, theme);
  add("Rerun", [...rerunRows(service, keys, width, theme), ...watch]);
  if (inspection === null) {
    const isGone = data?.unit === unit && data.isGone;
    const problem = data?.unit === unit ? data.problem : null;
    const text = problem ?? (isGone ? "the daemon knows nothing of this unit" : `looking${theme.glyphs.ellipsis}`);
    rows.push([], [{ text: ` ${text}`, style: problem === null ? role.muted : role.bad }]);
    return { rows, secrets: [] };
  }
  if (data?.problem != null) rows.push([], [{ text: ` not up to date: ${data.problem}`, style: role.warn }]);
  add("Processes", processRows(inspection.processes, now, theme));
  // Docker's proxy listens for a container, so who listens on this machine says nothing.
  add(
    "Ports",
    replica.container === undefined
      ? portRows(inspection.ports, theme)
      : publishedRows(replica, inspection.container?.ports ?? [], theme),
  );
  add("Probes", probeRows(inspection.probes, now, theme));
  add("Events", eventRows(inspection.events, theme));
  const environment = environmentRows(
    inspection.environment,
    data?.revealed ?? new Map(),
    details.secret,
    width,
    theme,
  );
  // The title and the blank row above it.
  const first = rows.length + 2;
  add("Environment", environment.rows);
  return { rows, secrets: environment.secrets.map(({ name, row }) => ({ name, row: first + row })) };
}

function noAddresses(): SourceAddresses {
  return new Map();
}
