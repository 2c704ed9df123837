import { describeCause } from "../../../model/cause.ts";
import type { Failure } from "../../../model/failure.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { serviceStatus } from "../../state/service-status.ts";
import type { SourceAddresses } from "../../store/source-links.ts";
import { cleanText } from "../../text/clean-text.ts";
import { sourcePlaces } from "../../text/source-places.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { buildFailedText } from "../services/build-texts.ts";
import { outputSpans } from "./output-spans.ts";

/** What there is to say in full about the selected service, to stand between the panes. */
export interface Card {
  service: string;
  title: string;
  /** What of the service runs meanwhile. */
  note: string;
  /** All that there is to show; a card of fewer rows shows the part of it from `first`. */
  rows: readonly Span[][];
  /** The row that says most: where the first mistake is. */
  first: number;
  /** It is about the build of the service, or its tests. */
  isOfBuild: boolean;
}

/** A longer card would leave nothing of the log. */
export const mostCardRows = 14;

type OutputFailure = Extract<Failure, { output: string[] }>;

/**
 * What the build or the tests of a service failed with, null where nothing of that is to be shown. While it is built again the card before stays, so that nothing moves at every
 * save as long as there is a mistake.
 */
export function buildCard(
  service: ServiceSnapshot | null,
  addresses: SourceAddresses,
  previous: Card | null,
  theme: Theme,
): Card | null {
  if (service === null) return null;
  const { build } = service;
  const isAgain = build.status === "queued" || build.status === "building" || build.status === "testing";
  if (isAgain)
    return previous?.isOfBuild === true && previous.service === service.name ? againOf(previous, build.status) : null;
  const { failure } = build;
  if (build.status !== "failed" || failure === null || !("output" in failure)) return null;
  const cause = build.cause === undefined ? "" : ` after ${describeCause(build.cause)}`;
  const { phase } = serviceStatus(service);
  const isUp = phase === "ready" || phase === "unready" || phase === "starting" || phase === "paused";
  return {
    service: service.name,
    title: cleanText(`${service.name}: ${buildFailedText(build)}${cause}`),
    note: isUp ? "the old one still runs" : "nothing of it runs",
    rows: rowsOf(failure, addresses, theme),
    first: firstPlace(failure),
    isOfBuild: true,
  };
}

function againOf(card: Card, status: string): Card {
  const note = `${status}${status === "queued" ? " to be built" : ""} again`;
  return card.note === note ? card : { ...card, note };
}

interface KnownRows {
  addresses: SourceAddresses;
  theme: Theme;
  rows: Span[][];
}

/** A failure never changes, and is drawn many times. */
const known = new WeakMap<Failure, KnownRows>();

function rowsOf(failure: OutputFailure, addresses: SourceAddresses, theme: Theme): Span[][] {
  const before = known.get(failure);
  if (before?.addresses === addresses && before.theme === theme) return before.rows;
  const rows = cardRows(failure, addresses, theme);
  known.set(failure, { addresses, theme, rows });
  return rows;
}

function cardRows(failure: OutputFailure, addresses: SourceAddresses, theme: Theme): Span[][] {
  const { role } = theme;
  const failed = failure.kind === "test-failed" ? failure.failed : [];
  const names: Span[][] = failed.length === 0 ? [] : [[{ text: cleanText(failed.join(", ")), style: role.bad }]];
  const printed = failure.output.map((line) => outputSpansIn(line, addresses, theme));
  const rows = [...names, ...printed];
  return rows.length === 0 ? [[{ text: cleanText(failure.message), style: role.bad }]] : rows;
}

function outputSpansIn(line: string, addresses: SourceAddresses, theme: Theme): Span[] {
  return outputSpans(line, addresses, theme.role.plain, theme);
}

function firstPlace(failure: OutputFailure): number {
  if (failure.kind === "test-failed") return 0;
  const index = failure.output.findIndex((line) => sourcePlaces(line).length > 0);
  // Without a place, what was said last says most.
  return index === -1 ? Math.max(0, failure.output.length - 1) : index;
}

/** The rows that are seen in `height` of them; how many more there are is said in the last one. */
export function shownRows({ rows, first }: Card, height: number, { role }: Theme): Span[][] {
  if (rows.length <= height) return [...rows];
  const top = Math.min(first, rows.length - Math.max(1, height - 1));
  const shown = rows.slice(top, top + Math.max(0, height - 1));
  return [...shown, [{ text: `${rows.length - shown.length} more lines in the details`, style: role.muted }]];
}
