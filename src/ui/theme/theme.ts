import type { Phase } from "../../model/replica.ts";
import type { BuildStatus } from "../../model/service-snapshot.ts";
import { backgroundOf, colorDepth } from "./color-depth.ts";
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from "./glyphs.ts";
import { hasHyperlinks } from "./has-hyperlinks.ts";
import { colorOf, type Hue } from "./hues.ts";
import { spellInAscii } from "./spell-in-ascii.ts";
import type { Color, Style } from "./style.ts";

/** What a text means; only the theme knows how that looks. */
type Role =
  | "plain"
  | "strong"
  | "muted"
  | "title"
  | "brand"
  | "good"
  | "busy"
  | "warn"
  | "bad"
  | "alarm"
  | "key"
  | "cursor"
  | "tab"
  | "activeTab"
  | "edge"
  | "focusedEdge"
  | "choice";

/** Meaning → colour and glyph, the one place. */
export interface Theme {
  glyphs: Glyphs;
  hasColor: boolean;
  /** A click on a link leads somewhere. */
  hasLinks: boolean;
  role: Record<Role, Style>;
  phase: Record<Phase, Style>;
  build: Record<BuildStatus, Style>;
  /** Text of our own as this terminal can show it; its width stays. */
  spell(text: string): string;
  /** For the names in the logs: a name keeps its colour. */
  names: Style[];
}

const nameHues: Hue[] = ["cyan", "magenta", "blue", "yellow", "green", "teal", "pink", "violet", "orange"];

/** Which of the theme's two forms a person wants; `auto`: by what the terminal says of its background. */
export type ThemeWish = "dark" | "light" | "auto";

/** What means what, in the colours of one background. Selection and edges are cyan, trouble is red, waiting blue. */
function stylesFor(color: (hue: Hue) => Color): Omit<Theme, "glyphs" | "hasColor" | "hasLinks" | "spell"> {
  return {
    role: {
      plain: {},
      strong: { isBold: true },
      muted: { isDim: true },
      title: { isBold: true },
      brand: { color: color("magenta"), isBold: true },
      good: { color: color("green") },
      busy: { color: color("cyan") },
      warn: { color: color("yellow") },
      bad: { color: color("red") },
      alarm: { color: color("red"), isBold: true },
      key: { color: color("cyan") },
      cursor: { color: color("cyan"), isBold: true },
      tab: { isDim: true },
      activeTab: { color: color("cyan"), isBold: true },
      edge: { isDim: true },
      focusedEdge: { color: color("cyan") },
      choice: { color: color("cyan"), isBold: true, isInverse: true },
    },
    phase: {
      stopped: { isDim: true },
      waiting: { color: color("blue") },
      starting: { color: color("cyan") },
      ready: { color: color("green") },
      unready: { color: color("yellow") },
      paused: { color: color("magenta") },
      stopping: { color: color("blue") },
      backoff: { color: color("yellow") },
      failed: { color: color("red"), isBold: true },
      completed: { color: color("green"), isDim: true },
    },
    build: {
      none: { isDim: true },
      queued: { color: color("blue") },
      building: { color: color("cyan") },
      testing: { color: color("cyan") },
      ok: { isDim: true },
      failed: { color: color("red"), isBold: true },
    },
    names: nameHues.map((hue) => ({ color: color(hue) })),
  };
}

/**
 * The theme for an environment: as many colours as the terminal has, none where NO_COLOR is set or it is dumb; plain signs where it has no
 * UTF-8.
 */
export function themeFor(env: Readonly<Record<string, string | undefined>>, wish: ThemeWish = "auto"): Theme {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  // No locale at all says nothing: containers and CI often have none, on terminals that do speak UTF-8.
  const hasUnicode = env.TERM !== "dumb" && (locale === "" || /utf-?8/i.test(locale));
  const depth = colorDepth(env);
  const background = wish === "auto" ? backgroundOf(env) : wish;
  const theme: Theme = {
    ...stylesFor((hue) => colorOf(hue, background, depth)),
    hasColor: true,
    hasLinks: hasHyperlinks(env),
    glyphs: hasUnicode ? unicodeGlyphs : asciiGlyphs,
    spell: hasUnicode ? (text) => text : spellInAscii,
  };
  return depth === "none" ? withoutColor(theme) : theme;
}

/** The same, all dim but the alarm: for what is shown but may be out of date. */
export function staleTheme(theme: Theme): Theme {
  const stale = mapStyles(theme, () => ({ isDim: true }));
  return { ...stale, role: { ...stale.role, alarm: theme.role.alarm } };
}

/** The same where there are no colours at all. */
export function withoutColor(theme: Theme): Theme {
  const mapped = mapStyles(theme, ({ color: _color, ...rest }) => rest);
  return { ...mapped, hasColor: false, names: [{}] };
}

function mapStyles(theme: Theme, change: (style: Style) => Style): Theme {
  const each = <K extends string>(styles: Record<K, Style>) =>
    Object.fromEntries(Object.entries<Style>(styles).map(([k, s]) => [k, change(s)])) as Record<K, Style>;
  return {
    ...theme,
    role: each(theme.role),
    phase: each(theme.phase),
    build: each(theme.build),
    names: theme.names.map(change),
  };
}

/** The style of a service's or unit's name in the logs: it depends on the order of the fleet, so neighbours differ. */
export function nameStyle(theme: Theme, services: readonly string[], service: string): Style {
  return theme.names[Math.max(0, services.indexOf(service)) % theme.names.length] ?? {};
}
