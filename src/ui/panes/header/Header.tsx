import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { countPhases } from "../../state/service-status.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed } from "../../text/elapsed.ts";
import { timeOfDay } from "../../text/time-of-day.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";
import { Line } from "../../widgets/line/Line.tsx";

/** The first row: which fleet, how it is, and whether that is still true. */
export function Header({ frame }: { frame: Frame }): ReactNode {
  const { layout, theme } = frame;
  const right = statusSpans(frame);
  const long = fleetSpans(frame, false);
  const fits = spansWidth(long) + spansWidth(right) < layout.columns;
  return <Line width={layout.columns} theme={theme} spans={fits ? long : fleetSpans(frame, true)} right={right} />;
}

/** Short: signs stand for the phases, as in the grid below. */
function fleetSpans({ fleet: { snapshot }, theme }: Frame, isShort: boolean): Span[] {
  const { role, glyphs, phase } = theme;
  const brand: Span = { text: ` ${glyphs.brand} `, style: role.brand };
  if (snapshot === null) return [brand, { text: "orchestra", style: role.strong }];
  const counts = countPhases(snapshot.services).flatMap(({ phase: p, word, count }): Span[] => [
    { text: isShort ? "  " : ` ${glyphs.dot} `, style: role.muted },
    { text: isShort ? `${glyphs.phase[p]} ${count}` : `${count} ${word}`, style: phase[p] },
  ]);
  return [
    brand,
    { text: cleanText(snapshot.name), style: role.strong },
    { text: `   ${counted(snapshot.services.length, "service")}`, style: role.plain },
    ...counts,
    ...buildSpans(snapshot.services.filter((s) => s.build.status === "failed").length, isShort, theme),
    ...vendorSpans(snapshot.vendors.filter((v) => v.supported).map((v) => v.state.phase === "ready")),
  ];
}

/** What does not build may well run, as it was built before. */
function buildSpans(broken: number, isShort: boolean, { role, glyphs }: Theme): Span[] {
  if (broken === 0) return [];
  return [
    { text: isShort ? "  " : ` ${glyphs.dot} `, style: role.muted },
    { text: isShort ? `${glyphs.bad} build ${broken}` : counted(broken, "broken build"), style: role.bad },
  ];
}

function vendorSpans(isReady: boolean[]): Span[] {
  return isReady.length === 0 ? [] : [{ text: `   vendors ${isReady.filter(Boolean).length}/${isReady.length}` }];
}

function statusSpans({ fleet: { disconnected, snapshot }, now, theme }: Frame): Span[] {
  const { role } = theme;
  if (disconnected !== null) {
    const since = timeOfDay(disconnected.since, true);
    return [{ text: `daemon gone since ${since} ${theme.glyphs.none} reconnecting `, style: role.alarm }];
  }
  if (snapshot === null) return [];
  if (snapshot.isStopping) return [{ text: "stopping all ", style: role.warn }];
  return [{ text: `up ${elapsed(snapshot.daemon.startedAt, now)} `, style: role.muted }];
}
