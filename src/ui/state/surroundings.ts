import type { Items } from "../widgets/scroll-view/scroll.ts";
import type { Effect } from "./effect.ts";
import type { FleetView } from "./fleet-view.ts";
import type { UiState } from "./ui-state.ts";

/** What a change may look at beside the state itself. */
export interface Surroundings {
  fleet: FleetView;
  now: number;
  /** This dashboard started the fleet, so quitting proposes to stop it. */
  startedFleet: boolean;
  /** The log pane as it was last drawn. */
  log: {
    items: Items;
    height: number;
    /** Newer lines come by themselves; else they are to be read. */
    isLive: boolean;
  };
  /** How far the help can scroll. */
  helpLastTop: number;
}

/** What a change comes to. */
export interface Updated {
  state: UiState;
  effects: Effect[];
}
