import { Box } from "ink";
import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { logPattern } from "../../state/log-pattern.ts";
import { displayWidth } from "../../text/display-width.ts";
import type { Span, Style } from "../../theme/style.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { PromptLine } from "../../widgets/line-edit/PromptLine.tsx";
import { LogViewport } from "../../widgets/log-viewport/LogViewport.tsx";
import { emptyNote } from "./empty-note.ts";
import { hasLogPrompt } from "./log-frame.ts";
import { logStatusSpans } from "./log-status-spans.ts";
import { fitTabs } from "./tab-strip.ts";

/** The log: a row of tabs that also says how it follows, the lines, and at times a row that asks for a text. */
export function LogPane({ frame }: { frame: Frame }): ReactNode {
  const { layout, log, theme } = frame;
  if (layout.logs <= 0) return null;
  const active = log.tabs[log.activeTab]?.label ?? "";
  // The active tab is always seen, with the edges of the row and a sign at either side of it.
  const right = logStatusSpans(frame, layout.columns - displayWidth(active) - 9);
  const note = emptyNote(frame);
  return (
    <Box flexDirection="column" height={layout.logs}>
      <Line
        width={layout.columns}
        theme={theme}
        spans={tabSpans(frame, layout.columns - spansWidth(right) - 3)}
        right={right}
        filler={{ text: theme.glyphs.rule, style: edgeStyle(frame) }}
      />
      {note === null ? (
        <Box marginLeft={1}>
          <LogViewport rows={log.rows} height={log.height} />
        </Box>
      ) : (
        <Box flexDirection="column" height={log.height}>
          <Line width={layout.columns} theme={theme} spans={[{ text: ` ${note}`, style: theme.role.muted }]} />
        </Box>
      )}
      <LogPrompt frame={frame} />
    </Box>
  );
}

function LogPrompt({ frame }: { frame: Frame }): ReactNode {
  const { layout, theme, ui } = frame;
  const { prompt } = ui;
  if (prompt === null || !hasLogPrompt(ui)) return null;
  const { problem } = logPattern(prompt.line.text);
  const isSearch = prompt.for === "logs-search";
  return (
    <PromptLine
      label={isSearch ? "/" : "only lines with: "}
      line={prompt.line}
      note={problem === null ? "" : `${problem}: as plain text`}
      isBad={problem !== null}
      width={layout.columns}
      theme={theme}
    />
  );
}

function tabSpans(frame: Frame, width: number): Span[] {
  const { log, theme, ui } = frame;
  const { role, glyphs } = theme;
  const isFocused = ui.focus === "logs";
  const edge = edgeStyle(frame);
  const labels = log.tabs.map(({ label }) => label);
  const { first, end } = fitTabs(labels, log.activeTab, width - 2, 2);
  const more: Span[] = [{ text: ` ${glyphs.ellipsis}`, style: role.tab }];
  return [
    { text: glyphs.rule, style: edge },
    ...(first > 0 ? more : []),
    ...log.tabs.slice(first, end).flatMap(({ label }, offset): Span[] => [
      ...(offset === 0 ? [] : [{ text: glyphs.bar, style: edge }]),
      {
        text: ` ${label} `,
        style:
          first + offset === log.activeTab
            ? isFocused
              ? { ...role.activeTab, isInverse: true }
              : role.activeTab
            : role.tab,
      },
    ]),
    ...(end < log.tabs.length ? [{ text: `${glyphs.ellipsis} `, style: role.tab }] : []),
    { text: glyphs.rule, style: edge },
  ];
}

function edgeStyle({ theme, ui }: Frame): Style {
  return ui.focus === "logs" ? theme.role.focusedEdge : theme.role.edge;
}
