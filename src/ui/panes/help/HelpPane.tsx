import type { ReactNode } from "react";
import type { Frame as ScreenFrame } from "../../frame.ts";
import { Frame, frameEdges } from "../../widgets/frame/Frame.tsx";
import { Lines } from "../../widgets/line/Lines.tsx";
import { helpLines } from "./help-lines.ts";

interface HelpPaneProps {
  frame: ScreenFrame;
  top: number;
  height: number;
}

/** All keys there are, drawn from the table that they work by. */
export function HelpPane({ frame, top, height }: HelpPaneProps): ReactNode {
  const { layout, theme } = frame;
  const lines = helpLines(theme);
  const visible = Math.max(0, height - frameEdges);
  const last = Math.min(lines.length, top + visible);
  return (
    <Frame
      title="Keys"
      note={lines.length > visible ? `${last}/${lines.length}` : ""}
      width={layout.columns}
      height={height}
      isFocused
      theme={theme}
    >
      <Lines rows={lines.slice(top, last)} width={layout.columns - frameEdges} theme={theme} />
    </Frame>
  );
}
