import type { ReactNode } from "react";
import type { Frame as ScreenFrame } from "../../frame.ts";
import type { Span } from "../../theme/style.ts";
import { Frame, frameEdges } from "../../widgets/frame/Frame.tsx";
import { Lines } from "../../widgets/line/Lines.tsx";
import { welcomeLines } from "./welcome-lines.ts";

interface WelcomePaneProps {
  frame: ScreenFrame;
  height: number;
}

/** The whole body while there is no service to show: what was looked for, and what to do. */
export function WelcomePane({ frame, height }: WelcomePaneProps): ReactNode {
  const { layout, theme } = frame;
  const width = layout.columns - frameEdges;
  const room = height - frameEdges;
  const lines = welcomeLines(frame);
  // A blank row above where there is room for it.
  const shown: Span[][] = lines.length < room ? [[], ...lines] : lines.slice(0, room);
  return (
    <Frame title="Services" width={layout.columns} height={height} isFocused theme={theme}>
      <Lines rows={shown.map((spans) => [{ text: "  " }, ...spans])} width={width} theme={theme} />
    </Frame>
  );
}
