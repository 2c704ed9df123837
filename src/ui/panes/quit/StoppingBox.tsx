import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { type RunningUnit, unitsToStop } from "../../state/running-units.ts";
import { displayWidth, fit } from "../../text/display-width.ts";
import { elapsed, killText } from "../../text/elapsed.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { Overlay } from "../../widgets/overlay/Overlay.tsx";

/** What still has to stop, and until when it is given time. */
export function StoppingBox({ frame, isKilled }: { frame: Frame; isKilled: boolean }): ReactNode {
  const { fleet, layout, now, theme } = frame;
  const units = fleet.snapshot === null ? [] : unitsToStop(fleet.snapshot);
  const room = Math.max(1, layout.rows - 10);
  const listed = units.length > room ? units.slice(0, room - 1) : units;
  const nameWidth = Math.min(24, Math.max(8, ...listed.map((u) => displayWidth(u.id))));
  const lines: Span[][] = [
    ...(units.length === 0 ? [[{ text: "All services have stopped; the daemon ends." }]] : []),
    ...listed.map((unit) => unitSpans(unit, nameWidth, now, theme)),
    ...(units.length > listed.length
      ? [[{ text: `and ${units.length - listed.length} more`, style: theme.role.muted }]]
      : []),
    [],
    [
      isKilled
        ? { text: "killed: waiting until all of them are gone", style: theme.role.warn }
        : { text: "ctrl-c kills what is left now", style: theme.role.muted },
    ],
  ];
  const title = units.length === 0 ? "Stopped" : `Stopping: ${units.length} left`;
  return <Overlay title={title} lines={lines} columns={layout.columns} rows={layout.rows} theme={theme} />;
}

function unitSpans({ id, state, since }: RunningUnit, nameWidth: number, now: number, theme: Theme): Span[] {
  const limit =
    state.phase !== "stopping"
      ? ""
      : state.killAt === null
        ? `for ${elapsed(since, now)}`
        : killText(state.killAt, now);
  return [
    { text: `${theme.glyphs.phase[state.phase]} `, style: theme.phase[state.phase] },
    { text: `${fit(id, nameWidth)}  ` },
    { text: fit(state.phase, 9), style: theme.phase[state.phase] },
    { text: fit(`  ${limit}`, 18), style: theme.role.muted },
  ];
}
