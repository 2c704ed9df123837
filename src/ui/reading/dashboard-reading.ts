import { stripVTControlCharacters } from "node:util";
import { servicesOf, vendorsOf } from "../../model/snapshot.ts";
import type { Frame } from "../frame.ts";
import { shownRows } from "../panes/build-card/build-card.ts";
import { footerSpans } from "../panes/footer/footer-spans.ts";
import { emptyNote } from "../panes/logs/empty-note.ts";
import { logStatusSpans } from "../panes/logs/log-status-spans.ts";
import { groupSpans } from "../panes/services/group-spans.ts";
import { wayBackSpans } from "../panes/services/selection-spans.ts";
import { welcomeLines } from "../panes/welcome/welcome-lines.ts";
import { matchingServices } from "../state/grid-filter.ts";
import { type GridRow, selectedRow } from "../state/grid-rows.ts";
import { gridSortLabels } from "../state/grid-state.ts";
import { rerunStatus } from "../state/rerun-status.ts";
import { countPhases } from "../state/service-status.ts";
import { counted } from "../text/amount.ts";
import { cleanText } from "../text/clean-text.ts";
import { timeOfDay } from "../text/time-of-day.ts";
import { dialogReading } from "./dialog-reading.ts";
import { fitReading, linesAround, rowsToRead } from "./fit-reading.ts";
import { readSelected, readService, readVendor } from "./read-service.ts";
import { readable, readableRows } from "./readable.ts";

/** Of what a compiler said; all of it is in the details. */
const mostReadRows = 5;

/** The whole screen as lines to be read aloud, in reading order; they fit it. */
export function dashboardReading(frame: Frame): string[] {
  const { columns, rows } = frame.layout;
  const dialog = dialogReading(frame);
  const head = [headLine(frame), ...readableRows(frame.banner)];
  const foot = [footLine(frame)];
  if (dialog !== null) {
    const gone = frame.fleet.disconnected === null ? [] : [headLine(frame)];
    return fitReading({ head: [...gone, dialog.title], body: dialog.lines, foot }, columns, rows);
  }
  if ((frame.fleet.snapshot?.services ?? []).length === 0) {
    return fitReading({ head, body: readableRows(welcomeLines(frame)), foot }, columns, rows);
  }
  const room = rows - rowsToRead([...head, ...foot], columns).length;
  return fitReading({ head, body: panes(frame, room), foot }, columns, rows);
}

function headLine({ fleet: { snapshot, disconnected } }: Frame): string {
  if (snapshot === null) return "orchestra";
  const services = servicesOf(snapshot);
  const vendors = vendorsOf(snapshot);
  const phases = countPhases(services).map(({ word, count }) => `, ${count} ${word}`);
  const failures = services.flatMap(({ build }) => (build.status === "failed" ? [build.failure?.kind] : []));
  const untested = failures.filter((kind) => kind === "test-failed").length;
  const broken = failures.length - untested;
  const ready = vendors.filter((v) => v.replicas[0]?.state.phase === "ready").length;
  return [
    `${cleanText(snapshot.name)}: ${counted(services.length, "service")}${phases.join("")}`,
    broken === 0 ? "" : counted(broken, "broken build"),
    untested === 0 ? "" : `${counted(untested, "service")} with failing tests`,
    rerunStatus(services)?.kind === "off" ? "rerun is off" : "",
    vendors.length === 0 ? "" : `${ready} of ${counted(vendors.length, "vendor")} ready`,
    snapshot.isStopping ? "stopping all" : "",
    disconnected === null ? "" : `the daemon is gone since ${timeOfDay(disconnected.since, true)}, reconnecting`,
  ]
    .filter((part) => part !== "")
    .join(". ");
}

function footLine({ fleet, keys, layout, now, theme, ui }: Frame): string {
  const { message } = ui;
  if (message !== null && message.until > now) {
    return `${message.level === "info" ? "" : `${message.level}: `}${cleanText(message.text)}`;
  }
  return `Keys: ${readable(footerSpans(ui, keys, fleet.disconnected !== null, layout.columns - 6, theme))}`;
}

/** The log gets what the services leave, and at least half. */
function panes(frame: Frame, room: number): string[] {
  const { columns } = frame.layout;
  const { focus, isZoomed } = frame.ui;
  const services = isZoomed && focus === "logs" ? [] : servicesLines(frame, isZoomed ? room : Math.floor(room / 2));
  if (isZoomed && focus === "services") return services;
  const heading = logHeading(frame);
  const prompt = promptLine(frame, "log");
  const left = room - rowsToRead([...services, heading, ...prompt], columns).length;
  const lines = rowsToRead(logLines(frame), columns);
  return [...services, heading, ...lines.slice(Math.max(0, lines.length - Math.max(1, left))), ...prompt];
}

function servicesLines(frame: Frame, room: number): string[] {
  const { fleet, grid, layout, selected, theme, ui } = frame;
  const total = fleet.snapshot === null ? 0 : servicesOf(fleet.snapshot).length;
  const matching = matchingServices(fleet.snapshot?.services ?? [], ui.grid.filter).filter(
    (s) => s.vendor === undefined,
  );
  const shown =
    ui.grid.filter === "" ? counted(total, "service") : `${matching.length} of ${counted(total, "service")}`;
  const filter = ui.grid.filter === "" ? "" : `, filter ${ui.grid.filter}`;
  const isFocused = ui.focus === "services" ? ", has the keys" : "";
  const heading = `Services: ${shown}, ${gridSortLabels[ui.grid.sort]}${filter}${isFocused}`;
  const about = selected === null || ui.grid.header !== null ? [] : [readSelected(selected), ...aboutBuild(frame)];
  const marked = new Set(ui.grid.marked);
  const read = (row: GridRow) =>
    row.kind === "group"
      ? `Profile ${readable(groupSpans(row, theme))}`
      : row.service.vendor === undefined
        ? readService(row.service, marked.has(row.service.name))
        : readVendor(row.service, row.service.vendor, marked.has(row.service.name));
  const rows: GridRow[] = [...grid.rows, ...grid.vendors.map((service): GridRow => ({ kind: "service", service }))];
  const at = selectedRow(rows, ui.grid, ui.selected);
  const lines = rows.map((row, index) => `${index === at ? "Selected: " : ""}${read(row)}`);
  const prompt = promptLine(frame, "services");
  const fixed = rowsToRead([heading, ...about, ...prompt], layout.columns).length;
  return [heading, ...linesAround(lines, at, layout.columns, Math.max(1, room - fixed)), ...about, ...prompt];
}

/** Beside the one line about the selected service: the way back, and where the first mistakes are. */
function aboutBuild({ card: shown, keys, selected, theme }: Frame): string[] {
  // What a container is up to is said of its row already, without numbers that change all the time.
  const card = shown?.isOfBuild === true ? shown : null;
  const back = selected === null ? "" : readable(wayBackSpans(selected, keys, theme));
  const said = card === null ? [] : readableRows(shownRows(card, mostReadRows, theme));
  return [
    ...(back === "" ? [] : [`${back} to the program that ran before`]),
    ...(card === null ? [] : [`${card.title}, ${card.note}`, ...said]),
  ];
}

function logHeading(frame: Frame): string {
  const { layout, log, ui } = frame;
  const tab = log.tabs[log.activeTab]?.label ?? "";
  const isFocused = ui.focus === "logs" ? ", has the keys" : "";
  return `Log of ${tab}: ${readable(logStatusSpans(frame, layout.columns))}${isFocused}`;
}

function logLines(frame: Frame): string[] {
  const note = emptyNote(frame);
  return note === null ? frame.log.rows.map((row) => stripVTControlCharacters(row).trimEnd()) : [note];
}

/** What is being typed, and for what. */
function promptLine({ ui: { prompt }, grid }: Frame, pane: "services" | "log"): string[] {
  if (prompt === null) return [];
  const isFilter = prompt.for === "services-filter";
  if (isFilter !== (pane === "services")) return [];
  const what = isFilter ? "Filter of the services" : prompt.for === "logs-search" ? "Search for" : "Only lines with";
  return [
    `${what}: ${prompt.line.text}${isFilter && grid.matching + grid.matchingVendors === 0 ? ", nothing matches" : ""}`,
  ];
}
