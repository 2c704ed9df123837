import { Box, useInput, useIsScreenReaderEnabled } from "ink";
import { type ReactNode, useSyncExternalStore } from "react";
import type { FirstRunFrame } from "../../first-run-frame.ts";
import type { FirstRunSession } from "../../first-run-session.ts";
import { firstRunKeys } from "../../keys/first-run-keys.ts";
import { keyNames } from "../../keys/key-names.ts";
import { minColumns, minRows } from "../../layout.ts";
import { firstRunReading } from "../../reading/first-run-reading.ts";
import { ReadAloud } from "../../reading/ReadAloud.tsx";
import { elapsed } from "../../text/elapsed.ts";
import type { Span } from "../../theme/style.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { TooSmall } from "../too-small/TooSmall.tsx";
import { firstRunLines } from "./first-run-lines.ts";

/** The whole screen while there is no fleet. */
export function FirstRunScreen({ session }: { session: FirstRunSession }): ReactNode {
  const frame = useSyncExternalStore(session.subscribe, session.frame);
  useInput((input, key) => session.press(keyNames(input, key)));
  const { now, size, theme, underWay } = frame;
  const isReadAloud = useIsScreenReaderEnabled();
  const { columns, rows } = size;
  if (columns < minColumns || rows < minRows) return <TooSmall columns={columns} rows={rows} />;
  if (isReadAloud) return <ReadAloud lines={firstRunReading(frame)} />;
  const { role, glyphs } = theme;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Line
        width={columns}
        theme={theme}
        spans={[
          { text: ` ${glyphs.brand} `, style: role.brand },
          { text: "orchestra", style: role.strong },
        ]}
        right={
          underWay === null
            ? []
            : [{ text: `${underWay.what}${glyphs.ellipsis} ${elapsed(underWay.since, now)} `, style: role.busy }]
        }
      />
      <Trouble frame={frame} />
      <Line width={columns} theme={theme} spans={footerOf(frame)} />
    </Box>
  );
}

function Trouble({ frame }: { frame: FirstRunFrame }): ReactNode {
  const { size, theme, top, trouble } = frame;
  const height = size.rows - 2;
  const room = height - panelEdges;
  const lines = firstRunLines(frame);
  // A blank row above where there is room for it.
  const shown: Span[][] = lines.length < room ? [[], ...lines] : lines.slice(top, top + room);
  const title = trouble.kind === "broken" ? "Config" : trouble.kind === "nothing" ? "Services" : "Daemon";
  const note = lines.length > room ? `${Math.min(lines.length, top + room)}/${lines.length}` : "";
  return (
    <Panel title={title} note={note} width={size.columns} height={height} isFocused theme={theme}>
      <Lines rows={shown.map((spans) => [{ text: "  " }, ...spans])} width={size.columns - panelEdges} theme={theme} />
    </Panel>
  );
}

function footerOf({ keys, trouble, theme }: FirstRunFrame): Span[] {
  return firstRunKeys(keys, trouble)
    .filter((b) => b.hint !== undefined)
    .flatMap((b) => [
      { text: ` ${b.hintKeys ?? b.keys[0] ?? ""}`, style: theme.role.key },
      { text: ` ${b.hint ?? ""} `, style: theme.role.muted },
    ]);
}
