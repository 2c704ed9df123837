import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import type { Confirm } from "../../state/grid-verb.ts";
import { Overlay } from "../../widgets/overlay/Overlay.tsx";
import { confirmLines, confirmTitle } from "./confirm-lines.ts";

/** Room that the box needs around its text. */
const sides = 8;
const widestText = 60;

/** Asks before a verb ends several services. */
export function ConfirmPrompt({ frame, confirm }: { frame: Frame; confirm: Confirm }): ReactNode {
  const { layout, theme } = frame;
  const width = Math.min(widestText, layout.columns - sides);
  // The box's edges and the row of answers with a blank row above it.
  const rows = Math.max(1, Math.min(6, layout.rows - 6));
  return (
    <Overlay
      title={confirmTitle(confirm)}
      lines={confirmLines(confirm, width, rows, theme)}
      columns={layout.columns}
      rows={layout.rows}
      theme={theme}
    />
  );
}
