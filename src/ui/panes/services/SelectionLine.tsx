import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { selectionSpans } from "./selection-spans.ts";

/** One line about the selected service, or about what to do while the daemon is gone; always there, so that nothing moves when a service fails. */
export function SelectionLine({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, now, selected, theme } = frame;
  if (layout.selection === 0) return null;
  if (fleet.disconnected !== null) return <Line width={layout.columns} theme={theme} spans={goneSpans(theme)} />;
  const spans = selected === null ? [] : selectionSpans(selected, now, theme);
  return <Line width={layout.columns} theme={theme} spans={spans} />;
}

function goneSpans({ glyphs, role }: Theme): Span[] {
  return [
    { text: ` ${glyphs.note} What ran goes on without the daemon. A new one takes it over: ` },
    { text: "orchestra daemon restart", style: role.strong },
  ];
}
