/** How many colours a terminal shows. `16` are those of its own palette. */
export type ColorDepth = "none" | "16" | "256" | "true";

const forced: Record<string, ColorDepth> = { "0": "none", false: "none", "1": "16", "2": "256", "3": "true" };

/** What the environment says about the terminal's colours. NO_COLOR counts before everything else, then FORCE_COLOR. */
export function colorDepth(env: Readonly<Record<string, string | undefined>>): ColorDepth {
  const { NO_COLOR, FORCE_COLOR, COLORTERM = "", TERM = "" } = env;
  if ((NO_COLOR ?? "") !== "") return "none";
  const wish = FORCE_COLOR === undefined ? undefined : forced[FORCE_COLOR];
  if (wish !== undefined) return wish;
  if (TERM === "dumb") return "none";
  if (/^(truecolor|24bit)$/i.test(COLORTERM) || /-(direct|truecolor)$/.test(TERM)) return "true";
  return /-256(color)?$/.test(TERM) ? "256" : "16";
}

/** What COLORFGBG, which some terminals set, says about the background; dark where nothing does. */
export function backgroundOf(env: Readonly<Record<string, string | undefined>>): "dark" | "light" {
  const background = Number(env.COLORFGBG?.split(";").at(-1) || "0");
  // 7 and 9 to 15 are light in the usual palette; 8 is a dark grey.
  return background === 7 || (background > 8 && background < 16) ? "light" : "dark";
}
