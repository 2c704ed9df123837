import { Box } from "ink";
import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { amount, byteSize, counted } from "../../text/amount.ts";
import type { Span, Style } from "../../theme/style.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { LogViewport } from "../../widgets/log-viewport/LogViewport.tsx";

/** The log: a row of tabs that also says how it follows, and the lines. */
export function LogPane({ frame }: { frame: Frame }): ReactNode {
  const { layout, log, theme } = frame;
  if (layout.logs <= 0) return null;
  const right = [...troubleSpans(frame), ...followSpans(frame)];
  const note = emptyNote(frame);
  return (
    <Box flexDirection="column" height={layout.logs}>
      <Line
        width={layout.columns}
        theme={theme}
        spans={tabSpans(frame)}
        right={right}
        filler={{ text: theme.glyphs.rule, style: edgeStyle(frame) }}
      />
      {note === null ? (
        <Box marginLeft={1}>
          <LogViewport rows={log.rows} height={log.height} />
        </Box>
      ) : (
        <Line width={layout.columns} theme={theme} spans={[{ text: ` ${note}`, style: theme.role.muted }]} />
      )}
    </Box>
  );
}

function tabSpans(frame: Frame): Span[] {
  const { log, theme, ui } = frame;
  const { role, glyphs } = theme;
  const isFocused = ui.focus === "logs";
  const edge = edgeStyle(frame);
  return [
    { text: glyphs.rule, style: edge },
    ...log.tabs.flatMap(({ label }, index): Span[] => [
      ...(index === 0 ? [] : [{ text: glyphs.bar, style: edge }]),
      {
        text: ` ${label} `,
        style:
          index === log.activeTab ? (isFocused ? { ...role.activeTab, isInverse: true } : role.activeTab) : role.tab,
      },
    ]),
    { text: glyphs.rule, style: edge },
  ];
}

function edgeStyle({ theme, ui }: Frame): Style {
  return ui.focus === "logs" ? theme.role.focusedEdge : theme.role.edge;
}

function followSpans({ log, theme, ui }: Frame): Span[] {
  const { role, glyphs } = theme;
  const wrap: Span[] = ui.logs.isWrapped ? [{ text: " wrap", style: role.muted }] : [];
  if (ui.logs.scroll.kind === "follow") return [...wrap, { text: ` follow ${glyphs.follow} `, style: role.good }];
  const below = log.linesBelow === 0 ? "" : ` ${glyphs.dot} ${amount(log.linesBelow)} below`;
  return [...wrap, { text: ` scrolled ${glyphs.history}${below} `, style: role.warn }];
}

/** A flood says how fast it is and how much went by unseen; a log that cannot be read says why. */
function troubleSpans({ log, theme }: Frame): Span[] {
  const { status } = log;
  const spans: Span[] = [];
  if (status.problem !== null && log.rows.length > 0)
    spans.push({ text: ` ${status.problem} `, style: theme.role.bad });
  if (status.skippedBytes > 0) {
    const rate = status.bytesPerSecond > 0 ? `${byteSize(status.bytesPerSecond)}/s ${theme.glyphs.dot} ` : "";
    spans.push({ text: ` ${rate}${byteSize(status.skippedBytes)} skipped, kept on disk`, style: theme.role.warn });
  }
  return spans;
}

function emptyNote({ log, selected }: Frame): string | null {
  if (log.items.last >= log.items.first) return null;
  if (log.status.problem !== null) return `the log cannot be read: ${log.status.problem}`;
  if (log.status.isLoading) return "reading…";
  const tab = log.tabs[log.activeTab];
  if (tab === undefined || tab.tab.kind === "all") return "No output yet.";
  const runs = selected?.replicas.some((r) => r.generation > 0) === true;
  return runs
    ? `${tab.label} has written nothing yet.`
    : `${tab.label} has not run yet (${counted(selected?.scale ?? 0, "replica")} wanted).`;
}
