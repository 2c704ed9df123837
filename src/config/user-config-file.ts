import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** What a person wants of the dashboard, whatever the fleet. */
export interface UserConfig {
  /** `auto`: by what the terminal says of its background. */
  theme: "dark" | "light" | "auto";
  /** Clicks and the wheel go to the dashboard, and not to the terminal's own selection. */
  mouse: boolean;
  /** The user's own keys by binding; those with a mistake in them are not here. */
  keys: Record<string, string[]>;
}

/** Without a file of the user's. */
export const defaultUserConfig: UserConfig = { theme: "auto", mouse: false, keys: {} };

/** `$XDG_CONFIG_HOME/orchestra/config.yml`, else the same below `~/.config`. */
export function userConfigFile(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_CONFIG_HOME ?? "";
  const home = env.HOME === undefined || env.HOME === "" ? homedir() : env.HOME;
  // The specification has relative paths ignored.
  return join(isAbsolute(base) ? base : join(home, ".config"), "orchestra", "config.yml");
}
