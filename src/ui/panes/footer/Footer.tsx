import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed } from "../../text/elapsed.ts";
import { Line } from "../../widgets/line/Line.tsx";
import { footerSpans } from "./footer-spans.ts";

/** The last row: what the user was just told, else the keys that work here. */
export function Footer({ frame }: { frame: Frame }): ReactNode {
  const { fleet, keys, layout, now, theme, ui } = frame;
  const { message } = ui;
  if (message !== null && message.until > now) {
    const style = { info: theme.role.busy, warning: theme.role.warn, error: theme.role.bad }[message.level];
    const sign = message.level === "info" ? theme.glyphs.note : theme.glyphs.bad;
    const lasts = message.since === undefined ? "" : ` ${elapsed(message.since, now)}`;
    return (
      <Line
        width={layout.columns}
        theme={theme}
        spans={[{ text: ` ${sign} ${cleanText(message.text)}${lasts}`, style }]}
      />
    );
  }
  return (
    <Line
      width={layout.columns}
      theme={theme}
      spans={footerSpans(ui, keys, fleet.disconnected !== null, layout.columns, theme)}
    />
  );
}
