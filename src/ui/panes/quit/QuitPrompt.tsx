import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { type QuitChoice, quitChoiceLabels } from "../../state/quit-choice.ts";
import { runningUnits } from "../../state/running-units.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import { Overlay } from "../../widgets/overlay/Overlay.tsx";
import { quitExplanation } from "./quit-explanation.ts";

interface QuitPromptProps {
  frame: Frame;
  choices: readonly QuitChoice[];
  selected: number;
}

/** Asks how to leave while something runs. */
export function QuitPrompt({ frame, choices, selected }: QuitPromptProps): ReactNode {
  const { fleet, layout, theme } = frame;
  const { role } = theme;
  const running = fleet.snapshot === null ? 0 : runningUnits(fleet.snapshot).length;
  const chosen = choices[selected] ?? "cancel";
  const buttons = choices.flatMap((choice, index): Span[] => [
    ...(index === 0 ? [] : [{ text: "  " }]),
    {
      text: theme.hasColor || index !== selected ? ` ${quitChoiceLabels[choice]} ` : `[${quitChoiceLabels[choice]}]`,
      style: index === selected ? role.choice : role.plain,
    },
  ]);
  const lines: Span[][] = [
    [{ text: running === 1 ? "1 unit runs." : `${running} units run.`, style: role.strong }],
    [],
    buttons,
    [],
    [{ text: quitExplanation(chosen, fleet.snapshot), style: role.muted }],
  ];
  return (
    <Overlay
      title={`Quit ${cleanText(fleet.snapshot?.name ?? "")}`}
      lines={lines}
      columns={layout.columns}
      rows={layout.rows}
      theme={theme}
    />
  );
}
