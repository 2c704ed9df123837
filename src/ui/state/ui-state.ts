import type { Scroll } from "../widgets/scroll-view/scroll.ts";
import type { LogTab } from "./log-tab.ts";
import type { QuitChoice } from "./quit-choice.ts";

/** A pane that takes keys. */
export type PaneId = "services" | "logs";

/** What stands above the panes and takes all keys. */
type Dialog =
  | { kind: "none" }
  | { kind: "help"; top: number }
  | { kind: "quit"; choices: QuitChoice[]; selected: number }
  /** `revision`: the state at which the request to stop was accepted, null before. */
  | { kind: "stopping"; isKilled: boolean; revision: number | null };

/** One line for the user, for a while. */
export interface Message {
  level: "info" | "warning" | "error";
  text: string;
  /** Gone after this moment. */
  until: number;
}

/** All that the dashboard itself knows; the fleet is not part of it. Plain data, changed by `update` alone. */
export interface UiState {
  focus: PaneId;
  isZoomed: boolean;
  /** The selected service by name, so that it stays selected when rows come and go; null where there are none. */
  selected: string | null;
  /** Where it was last, to select its neighbour when it is gone. */
  selectedIndex: number;
  logs: {
    tab: LogTab;
    /** False until the user chose a tab: then the first move of the selection shows the selected service. */
    isTabChosen: boolean;
    scroll: Scroll;
    isWrapped: boolean;
    hasTimes: boolean;
  };
  dialog: Dialog;
  message: Message | null;
}

export const initialUiState: UiState = {
  focus: "services",
  isZoomed: false,
  selected: null,
  selectedIndex: 0,
  logs: { tab: { kind: "all" }, isTabChosen: false, scroll: { kind: "follow" }, isWrapped: false, hasTimes: true },
  dialog: { kind: "none" },
  message: null,
};
