/** Terminals that say who they are in TERM and make links clickable. */
const knownTerms = /^(xterm-kitty|xterm-ghostty|wezterm|foot|foot-extra|alacritty|contour|tmux)(-|$)/;
const knownPrograms = new Set(["iterm.app", "wezterm", "vscode", "ghostty", "hyper", "tabby", "rio", "tmux"]);
/** The first version of the library behind GNOME's terminals that has them. */
const firstVte = 5000;

/**
 * Whether links (OSC 8) are of use on this terminal. Only where it says who it is: others may print them as text. FORCE_HYPERLINK says
 * otherwise. Over SSH the files are on another machine than the clicks.
 */
export function hasHyperlinks(env: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_HYPERLINK: wish, TERM = "", TERM_PROGRAM = "" } = env;
  if (wish !== undefined && wish !== "") return wish !== "0" && wish !== "false";
  if (TERM === "dumb" || TERM === "linux" || (env.SSH_CONNECTION ?? "") !== "") return false;
  if (knownTerms.test(TERM) || knownPrograms.has(TERM_PROGRAM.toLowerCase())) return true;
  if (Number(env.VTE_VERSION ?? 0) >= firstVte) return true;
  return [env.WT_SESSION, env.KONSOLE_VERSION, env.DOMTERM].some((sign) => (sign ?? "") !== "");
}
