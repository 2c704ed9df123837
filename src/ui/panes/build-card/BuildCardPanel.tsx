import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { shownRows } from "./build-card.ts";

/** Why the selected service is not built, with what the compiler or the tests said. */
export function BuildCardPanel({ frame: { card, layout, theme } }: { frame: Frame }): ReactNode {
  if (card === null || layout.card <= panelEdges) return null;
  const rows = shownRows(card, layout.card - panelEdges, theme);
  return (
    <Panel
      title={card.title}
      note={card.note}
      width={layout.columns}
      height={layout.card}
      isFocused={false}
      theme={theme}
    >
      <Lines
        rows={rows.map((row) => [{ text: " " }, ...row])}
        width={Math.max(0, layout.columns - panelEdges)}
        theme={theme}
      />
    </Panel>
  );
}
