import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { selectionSpans } from "./selection-spans.ts";

/** One line about the selected service, always there, so that nothing moves when a service fails. */
export function SelectionLine({ frame }: { frame: Frame }): ReactNode {
  const { layout, now, selected, theme } = frame;
  if (layout.selection === 0) return null;
  const spans = selected === null ? [] : selectionSpans(selected, now, theme);
  return <Line width={layout.columns} theme={theme} spans={spans} />;
}
