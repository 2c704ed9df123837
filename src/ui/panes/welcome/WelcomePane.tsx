import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import type { Span } from "../../theme/style.ts";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { welcomeLines } from "./welcome-lines.ts";

interface WelcomePaneProps {
  frame: Frame;
  height: number;
}

/** The whole body while there is no service to show: what was looked for, and what to do. */
export function WelcomePane({ frame, height }: WelcomePaneProps): ReactNode {
  const { layout, theme } = frame;
  const width = layout.columns - panelEdges;
  const room = height - panelEdges;
  const lines = welcomeLines(frame);
  // A blank row above where there is room for it.
  const shown: Span[][] = lines.length < room ? [[], ...lines] : lines.slice(0, room);
  return (
    <Panel title="Services" width={layout.columns} height={height} isFocused theme={theme}>
      <Lines rows={shown.map((spans) => [{ text: "  " }, ...spans])} width={width} theme={theme} />
    </Panel>
  );
}
