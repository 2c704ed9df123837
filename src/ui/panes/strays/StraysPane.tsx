import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { Table } from "../../widgets/table/Table.tsx";
import { strayColumns } from "./stray-columns.ts";
import { noStraysText } from "./stray-texts.ts";
import type { StraysFrame } from "./strays-frame.ts";

/** The strays, and the evidence about the selected one, in the place of the panes. */
export function StraysPane({ frame, height }: { frame: Frame; height: number }): ReactNode {
  const { layout, now, theme } = frame;
  const { strays } = frame;
  if (strays === null) return null;
  const width = layout.columns - panelEdges;
  return (
    <Panel title="Strays" note={noteOf(strays, frame)} width={layout.columns} height={height} isFocused theme={theme}>
      {strays.strays.length === 0 ? (
        <Line
          width={width}
          theme={theme}
          spans={[{ text: ` ${noStraysText(strays.isLooking, theme)}`, style: theme.role.muted }]}
        />
      ) : (
        <>
          <Table
            rows={strays.strays}
            columns={strayColumns(theme, now)}
            selected={strays.selected}
            width={width}
            height={strays.listHeight}
            theme={theme}
            hasTitles={strays.hasTitles}
          />
          <Lines rows={strays.evidence.slice(strays.top, strays.top + strays.height)} width={width} theme={theme} />
        </>
      )}
    </Panel>
  );
}

/** Where in a longer list the selection stands, and in the evidence what is shown. */
function noteOf(
  { strays, selected, listHeight, hasTitles, evidence, height, top, isLooking }: StraysFrame,
  { theme }: Frame,
): string {
  const isScrolled = strays.length > Math.max(0, listHeight - (hasTitles ? 1 : 0));
  return [
    isLooking && strays.length > 0 ? `looking${theme.glyphs.ellipsis}` : "",
    isScrolled ? `${selected + 1}/${strays.length}` : "",
    evidence.length > height ? `rows ${top + 1}-${Math.min(evidence.length, top + height)} of ${evidence.length}` : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}
