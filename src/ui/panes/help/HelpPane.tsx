import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { helpLines } from "./help-lines.ts";

interface HelpPaneProps {
  frame: Frame;
  top: number;
  height: number;
}

/** All keys there are, drawn from the table that they work by. */
export function HelpPane({ frame, top, height }: HelpPaneProps): ReactNode {
  const { keys, layout, theme } = frame;
  const lines = helpLines(keys, theme);
  const visible = Math.max(0, height - panelEdges);
  const last = Math.min(lines.length, top + visible);
  return (
    <Panel
      title="Keys"
      note={lines.length > visible ? `${last}/${lines.length}` : ""}
      width={layout.columns}
      height={height}
      isFocused
      theme={theme}
    >
      <Lines rows={lines.slice(top, last)} width={layout.columns - panelEdges} theme={theme} />
    </Panel>
  );
}
