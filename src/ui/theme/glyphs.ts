import type { Phase } from "../../model/replica.ts";

/** Every sign that is not a letter. Each takes one column, in every terminal that we know of. */
export interface Glyphs {
  phase: Record<Phase, string>;
  cursor: string;
  brand: string;
  bar: string;
  errBar: string;
  runBar: string;
  rule: string;
  ellipsis: string;
  none: string;
  follow: string;
  history: string;
  restarts: string;
  bad: string;
  note: string;
  dot: string;
  marked: string;
  /** Follows its sources; does not; should, and cannot. */
  followed: string;
  unfollowed: string;
  notFollowed: string;
  unfolded: string;
  folded: string;
  /** The tag of an image names another one by now. */
  moved: string;
  /** From nothing to the most there was. */
  bars: readonly string[];
  box: {
    topLeft: string;
    topRight: string;
    bottomLeft: string;
    bottomRight: string;
    horizontal: string;
    vertical: string;
  };
}

export const unicodeGlyphs: Glyphs = {
  phase: {
    stopped: "○",
    waiting: "◌",
    starting: "◐",
    ready: "●",
    unready: "◑",
    paused: "‖",
    stopping: "◒",
    backoff: "↻",
    failed: "✗",
    completed: "✓",
  },
  cursor: "▸",
  brand: "♪",
  bar: "│",
  errBar: "┃",
  runBar: "╵",
  rule: "─",
  ellipsis: "…",
  none: "–",
  follow: "▼",
  history: "▲",
  restarts: "↻",
  bad: "✗",
  note: "›",
  dot: "·",
  marked: "◆",
  followed: "◉",
  unfollowed: "·",
  notFollowed: "!",
  unfolded: "▾",
  folded: "▹",
  moved: "↑",
  bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  box: { topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯", horizontal: "─", vertical: "│" },
};

export const asciiGlyphs: Glyphs = {
  phase: {
    stopped: "o",
    waiting: ".",
    starting: "~",
    ready: "*",
    unready: "?",
    paused: "=",
    stopping: "v",
    backoff: "@",
    failed: "x",
    completed: "+",
  },
  cursor: ">",
  brand: "#",
  bar: "|",
  errBar: "!",
  runBar: "'",
  rule: "-",
  ellipsis: "~",
  none: "-",
  follow: "v",
  history: "^",
  restarts: "RST",
  bad: "x",
  note: ">",
  dot: "-",
  marked: "*",
  followed: "o",
  unfollowed: "-",
  notFollowed: "!",
  unfolded: "-",
  folded: "+",
  moved: "^",
  bars: ["_", ".", ":", "-", "=", "+", "*", "#"],
  box: { topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", horizontal: "-", vertical: "|" },
};
