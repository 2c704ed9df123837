import { type DashboardSettings, defaultSettings } from "./dashboard-settings.ts";
import { defaultKeys, rebind } from "./keys/rebind.ts";
import type { Look } from "./look.ts";
import { fromHome } from "./panes/banner/from-home.ts";
import { spokenTheme } from "./reading/spoken-theme.ts";
import type { Background } from "./terminal/background-answer.ts";
import { colorDepth } from "./theme/color-depth.ts";
import { themeFor } from "./theme/theme.ts";

interface LiveLookOptions {
  env: Readonly<Record<string, string | undefined>>;
  isReadAloud: boolean;
  settings: DashboardSettings | undefined;
  onChange(look: Look): void;
}

/** The look of the screens, kept up with what the terminal says about itself and with the user's settings. */
export class LiveLook {
  readonly #options: LiveLookOptions;
  #settings: DashboardSettings;
  #background: Background | null = null;
  #look: Look;

  constructor(options: LiveLookOptions) {
    this.#options = options;
    this.#settings = options.settings ?? defaultSettings;
    this.#look = this.#build();
  }

  get current(): Look {
    return this.#look;
  }

  /**
   * True where it is of use to ask the terminal for its background: the user wants what suits it, and it has colours. Not for the console of
   * Linux, which is dark and has no such question.
   */
  get asksForBackground(): boolean {
    const { env, isReadAloud } = this.#options;
    const isKnown = this.#settings.theme !== "auto" || env.TERM === "linux" || env.TERM === "dumb";
    return !isReadAloud && !isKnown && colorDepth(env) !== "none";
  }

  /** Of a key such as `alt-x`: true where a binding has it. */
  isBound(key: string): boolean {
    return this.#look.keys.some((b) => b.keys.includes(key));
  }

  backgroundTold(background: Background): void {
    this.#background = background;
    this.#change();
  }

  settingsRead(settings: DashboardSettings): void {
    this.#settings = settings;
    this.#change();
  }

  #change(): void {
    this.#look = this.#build();
    this.#options.onChange(this.#look);
  }

  #build(): Look {
    const { env, isReadAloud } = this.#options;
    const { theme: wish, keys, diagnostics } = this.#settings;
    const theme = themeFor(env, wish === "auto" ? (this.#background ?? "auto") : wish);
    const isRebound = Object.keys(keys).length > 0;
    return {
      theme: isReadAloud ? spokenTheme(theme) : theme,
      keys: isRebound ? rebind(keys).table : defaultKeys,
      mistakes: fromHome(diagnostics, env.HOME),
    };
  }
}
