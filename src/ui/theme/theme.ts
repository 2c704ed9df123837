import type { Phase } from "../../model/replica.ts";
import type { BuildStatus } from "../../model/service-snapshot.ts";
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from "./glyphs.ts";
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
  role: Record<Role, Style>;
  phase: Record<Phase, Style>;
  build: Record<BuildStatus, Style>;
  /** For the names in the logs: a name keeps its colour. */
  names: Style[];
}

const nameColors: Color[] = [
  "cyan",
  "magenta",
  "blue",
  "yellow",
  "green",
  "cyanBright",
  "magentaBright",
  "blueBright",
  "yellowBright",
  "greenBright",
];

const dark: Omit<Theme, "glyphs"> = {
  hasColor: true,
  role: {
    plain: {},
    strong: { isBold: true },
    muted: { isDim: true },
    title: { isBold: true },
    brand: { color: "magenta", isBold: true },
    good: { color: "green" },
    busy: { color: "cyan" },
    warn: { color: "yellow" },
    bad: { color: "red" },
    alarm: { color: "red", isBold: true },
    key: { color: "cyan" },
    cursor: { color: "cyan", isBold: true },
    tab: { isDim: true },
    activeTab: { color: "cyan", isBold: true },
    edge: { isDim: true },
    focusedEdge: { color: "cyan" },
    choice: { color: "cyan", isBold: true, isInverse: true },
  },
  phase: {
    stopped: { isDim: true },
    waiting: { color: "blue" },
    starting: { color: "cyan" },
    ready: { color: "green" },
    unready: { color: "yellow" },
    paused: { color: "magenta" },
    stopping: { color: "blue" },
    backoff: { color: "yellow" },
    failed: { color: "red", isBold: true },
    completed: { color: "green", isDim: true },
  },
  build: {
    none: { isDim: true },
    queued: { color: "blue" },
    building: { color: "cyan" },
    testing: { color: "cyan" },
    ok: { isDim: true },
    failed: { color: "red", isBold: true },
  },
  names: nameColors.map((color) => ({ color })),
};

/** The theme for an environment: no colour where NO_COLOR is set or the terminal is dumb, plain signs where it has no UTF-8. */
export function themeFor(env: Record<string, string | undefined>): Theme {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  // No locale at all says nothing: containers and CI often have none, on terminals that do speak UTF-8.
  const hasUnicode = env.TERM !== "dumb" && (locale === "" || /utf-?8/i.test(locale));
  const hasColor = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  const theme: Theme = { ...dark, glyphs: hasUnicode ? unicodeGlyphs : asciiGlyphs };
  return hasColor ? theme : withoutColor(theme);
}

/** The same, all dim but the alarm: for what is shown but may be out of date. */
export function staleTheme(theme: Theme): Theme {
  const stale = mapStyles(theme, () => ({ isDim: true }));
  return { ...stale, role: { ...stale.role, alarm: theme.role.alarm } };
}

function withoutColor(theme: Theme): Theme {
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
