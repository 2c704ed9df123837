import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { counted } from "../../text/amount.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { PromptLine } from "../../widgets/line-edit/PromptLine.tsx";
import { groupSpans } from "./group-spans.ts";
import { marksSpans } from "./marks-spans.ts";
import { selectionSpans, wayBackSpans } from "./selection-spans.ts";

/**
 * One line about what is selected: the filter while it is typed, what is marked, the service or the profile; or what to do while the daemon is
 * gone. Always there, so that nothing moves when a service fails.
 */
export function SelectionLine({ frame }: { frame: Frame }): ReactNode {
  const { layout, theme, ui } = frame;
  if (layout.selection === 0) return null;
  if (ui.prompt?.for === "services-filter") return <FilterLine frame={frame} />;
  return <Line width={layout.columns} theme={theme} spans={spansOf(frame)} right={wayBack(frame)} />;
}

function FilterLine({ frame }: { frame: Frame }): ReactNode {
  const { grid, layout, theme, ui } = frame;
  if (ui.prompt === null) return null;
  const { matching, matchingVendors, total } = grid;
  const vendors = matchingVendors === 0 ? "" : counted(matchingVendors, "vendor");
  const services = matching === 0 && vendors !== "" ? "" : `${matching} of ${total}`;
  const isNone = matching + matchingVendors === 0;
  return (
    <PromptLine
      label="/"
      line={ui.prompt.line}
      note={isNone ? "nothing matches" : [services, vendors].filter((part) => part !== "").join(", ")}
      isBad={isNone}
      width={layout.columns}
      theme={theme}
    />
  );
}

function spansOf({ fleet, grid, now, selected, theme, ui }: Frame): Span[] {
  if (fleet.disconnected !== null) return goneSpans(theme);
  if (ui.grid.marked.length > 0) return marksSpans(ui.grid.marked, theme);
  const row = grid.rows[grid.selected];
  if (row?.kind === "group") return [{ text: " " }, ...groupSpans(row, theme)];
  return selected === null ? [] : selectionSpans(selected, fleet.snapshot?.services ?? [], now, theme);
}

/** Where the line is about a service: the one key that takes it back to what ran before. */
function wayBack({ fleet, keys, selected, theme, ui }: Frame): Span[] {
  if (selected === null || fleet.disconnected !== null) return [];
  return ui.grid.marked.length > 0 || ui.grid.header !== null ? [] : wayBackSpans(selected, keys, theme);
}

function goneSpans({ glyphs, role }: Theme): Span[] {
  return [
    { text: ` ${glyphs.note} What ran goes on without the daemon. A new one takes it over: ` },
    { text: "orchestra daemon restart", style: role.strong },
  ];
}
