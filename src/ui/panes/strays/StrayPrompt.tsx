import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import type { StrayConfirm } from "../../state/strays-view.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import { Overlay } from "../../widgets/overlay/Overlay.tsx";
import { choiceSpans } from "../services/confirm-lines.ts";
import { strayConfirmTexts, strayConfirmTitle } from "./stray-texts.ts";

/** Room that the box needs around its text. */
const sides = 8;
const widestText = 60;
const mostRows = 2;

/** Asks before a stray is stopped: somebody else may be at work with it. */
export function StrayPrompt({ frame, confirm }: { frame: Frame; confirm: StrayConfirm }): ReactNode {
  const { layout, theme } = frame;
  const { columns, rows } = layout;
  const width = Math.min(widestText, columns - sides);
  const texts = strayConfirmTexts(confirm).flatMap((text) => wrapLine(text, width, mostRows));
  const lines = texts.map((text): Span[] => [{ text }]);
  return (
    <Overlay
      title={strayConfirmTitle(confirm)}
      lines={[...lines, [], choiceSpans(confirm.selected, theme)]}
      columns={columns}
      rows={rows}
      theme={theme}
    />
  );
}
