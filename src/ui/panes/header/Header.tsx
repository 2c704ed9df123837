import type { ReactNode } from "react";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { servicesOf, type VendorView, vendorsOf } from "../../../model/snapshot.ts";
import type { Frame } from "../../frame.ts";
import { type RerunStatus, rerunStatus } from "../../state/rerun-status.ts";
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
  const room = layout.columns - spansWidth(right);
  const left = lengths.map((length) => fleetSpans(frame, length)).find((spans) => spansWidth(spans) < room);
  return <Line width={layout.columns} theme={theme} spans={left ?? fleetSpans(frame, "shortest")} right={right} />;
}

/** Longest: whether services follow their sources is said in any case. Short: signs stand for the phases, as in the grid below. Shortest: how many services there are goes too. */
type Length = (typeof lengths)[number];

const lengths = ["longest", "long", "short", "shortest"] as const;

function fleetSpans({ fleet: { snapshot }, theme }: Frame, length: Length): Span[] {
  const isShort = length === "short" || length === "shortest";
  const { role, glyphs, phase } = theme;
  const brand: Span = { text: ` ${glyphs.brand} `, style: role.brand };
  if (snapshot === null) return [brand, { text: "orchestra", style: role.strong }];
  const counts = countPhases(servicesOf(snapshot)).flatMap(({ phase: p, word, count }): Span[] => [
    { text: isShort ? "  " : ` ${glyphs.dot} `, style: role.muted },
    { text: isShort ? `${glyphs.phase[p]} ${count}` : `${count} ${word}`, style: phase[p] },
  ]);
  return [
    brand,
    { text: cleanText(snapshot.name), style: role.strong },
    { text: length === "shortest" ? "" : `   ${counted(servicesOf(snapshot).length, "service")}`, style: role.plain },
    ...counts,
    ...buildSpans(snapshot.services, isShort, theme),
    ...vendorSpans(vendorsOf(snapshot), theme),
    ...rerunSpans(rerunStatus(snapshot.services), length, theme),
  ];
}

/** What does not build may well run, as it was built before. */
function buildSpans(services: readonly ServiceSnapshot[], isShort: boolean, { role, glyphs }: Theme): Span[] {
  const failures = services.flatMap(({ build }) => (build.status === "failed" ? [build.failure?.kind] : []));
  const untested = failures.filter((kind) => kind === "test-failed").length;
  const broken = failures.length - untested;
  const told = (count: number, short: string, long: string): Span[] =>
    count === 0
      ? []
      : [
          { text: isShort ? "  " : ` ${glyphs.dot} `, style: role.muted },
          { text: isShort ? `${glyphs.bad} ${short} ${count}` : long, style: role.bad },
        ];
  return [
    ...told(broken, "build", counted(broken, "broken build")),
    ...told(untested, "tests", `${untested} with failing tests`),
  ];
}

/** What is not as it usually is, is said first of all: that all or some services do not follow their sources. */
function rerunSpans(status: RerunStatus | null, length: Length, { role }: Theme): Span[] {
  if (status === null) return [];
  if (status.kind === "off") return [{ text: length === "longest" ? "   rerun off" : "  rerun off", style: role.warn }];
  if (length !== "longest") return [];
  if (status.kind === "on") return [{ text: "   rerun on", style: role.muted }];
  const style = status.hasTrouble ? role.warn : role.muted;
  return [{ text: `   rerun ${status.followed}/${status.total}`, style }];
}

function vendorSpans(vendors: readonly VendorView[], { role }: Theme): Span[] {
  if (vendors.length === 0) return [];
  const ready = vendors.filter((v) => v.replicas[0]?.state.phase === "ready").length;
  const hasFailed = vendors.some((v) => v.replicas.some(({ state }) => state.phase === "failed"));
  const style = ready === vendors.length ? role.plain : hasFailed ? role.bad : role.warn;
  return [{ text: "   vendors " }, { text: `${ready}/${vendors.length}`, style }];
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
