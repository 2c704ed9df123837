import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Scroll } from "../widgets/scroll-view/scroll.ts";
import type { Details } from "./details.ts";
import { type GridState, initialGrid } from "./grid-state.ts";
import type { Confirm } from "./grid-verb.ts";
import type { LogSearch } from "./log-search.ts";
import type { LineSelection } from "./log-selection.ts";
import type { LogTab } from "./log-tab.ts";
import type { Palette } from "./palette.ts";
import type { Prompt } from "./prompt.ts";
import type { QuitChoice } from "./quit-choice.ts";
import type { StrayConfirm, StraysView } from "./strays-view.ts";

/** A pane that takes keys. */
export type PaneId = "services" | "logs";

/** What stands above the panes and takes all keys. */
type Dialog =
  | { kind: "none" }
  | { kind: "help"; top: number }
  | Palette
  | Details
  | StraysView
  | { kind: "quit"; choices: QuitChoice[]; selected: number }
  /** A verb that ends several services asks first. */
  | Confirm
  | StrayConfirm
  /** `revision`: the state at which the request to stop was accepted, null before. */
  | { kind: "stopping"; isKilled: boolean; revision: number | null };

/** One line for the user, for a while. */
export interface Message {
  level: "info" | "warning" | "error";
  text: string;
  /** Gone after this moment. */
  until: number;
  /** When what it says is under way began; it then tells for how long. Milliseconds since the epoch. */
  since?: number;
}

/** All that the dashboard itself knows; the fleet is not part of it. Plain data, changed by `update` alone. */
export interface UiState {
  focus: PaneId;
  isZoomed: boolean;
  /** The selected service by name, so that it stays selected when rows come and go; null where there are none. */
  selected: string | null;
  /** Where it was last, to select its neighbour when it is gone. */
  selectedIndex: number;
  grid: GridState;
  logs: {
    tab: LogTab;
    /** False until the user chose a tab: then the first move of the selection shows the selected service. */
    isTabChosen: boolean;
    scroll: Scroll;
    isWrapped: boolean;
    hasTimes: boolean;
    /** What is looked for, in every tab; null where nothing is. */
    search: LogSearch | null;
    /** Expression by tab key: only lines that match are shown there. */
    filters: Readonly<Record<string, string>>;
    selection: LineSelection | null;
    /** Services with a tab of their own, in the order they were pinned. */
    pins: readonly string[];
  };
  /** Asks for a text and takes all keys; dialogs stand above it. */
  prompt: Prompt | null;
  dialog: Dialog;
  message: Message | null;
  /** Mistakes in the user's own settings, until they are mended or the user has seen enough of them. */
  mistakes: readonly Diagnostic[];
}

export const initialUiState: UiState = {
  focus: "services",
  isZoomed: false,
  selected: null,
  selectedIndex: 0,
  grid: initialGrid,
  logs: {
    tab: { kind: "all" },
    isTabChosen: false,
    scroll: { kind: "follow" },
    isWrapped: false,
    hasTimes: true,
    search: null,
    filters: {},
    selection: null,
    pins: [],
  },
  prompt: null,
  dialog: { kind: "none" },
  message: null,
  mistakes: [],
};
