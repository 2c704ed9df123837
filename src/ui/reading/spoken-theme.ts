import { type Glyphs, unicodeGlyphs } from "../theme/glyphs.ts";
import { type Theme, withoutColor } from "../theme/theme.ts";

const silent = Object.fromEntries(Object.keys(unicodeGlyphs.phase).map((phase) => [phase, ""])) as Glyphs["phase"];

/** Words, and pauses, in the place of signs; what is only drawn is nothing. Wider than a column, so nothing may be aligned by them. */
const spokenGlyphs: Glyphs = {
  phase: silent,
  cursor: "",
  brand: "",
  bar: ":",
  errBar: "stderr:",
  runBar: ":",
  rule: "",
  ellipsis: "...",
  none: "none",
  follow: "",
  history: "",
  restarts: "restarts",
  bad: "Problem:",
  note: "",
  dot: ",",
  marked: "marked",
  followed: "",
  unfollowed: "",
  notFollowed: "Problem:",
  unfolded: "",
  folded: "folded",
  moved: "",
  bars: [""],
  box: { topLeft: "", topRight: "", bottomLeft: "", bottomRight: "", horizontal: "", vertical: "" },
};

/** The theme for a screen that is read aloud. */
export function spokenTheme(theme: Theme): Theme {
  return { ...withoutColor(theme), glyphs: spokenGlyphs, hasLinks: false };
}
