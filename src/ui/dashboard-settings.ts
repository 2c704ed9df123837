import type { Diagnostic } from "../model/diagnostic.ts";
import type { ThemeWish } from "./theme/theme.ts";

/** What a person has set for every dashboard, whatever the fleet. */
export interface DashboardSettings {
  theme: ThemeWish;
  /** Clicks select and the wheel scrolls; else they are the terminal's own. */
  mouse: boolean;
  /** The user's own keys, by binding. */
  keys: Readonly<Record<string, readonly string[]>>;
  /** Mistakes in the file that says so; what is above is without them. */
  diagnostics: readonly Diagnostic[];
}

export const defaultSettings: DashboardSettings = { theme: "auto", mouse: false, keys: {}, diagnostics: [] };
