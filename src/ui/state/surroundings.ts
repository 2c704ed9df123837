import type { LogLine } from "../../model/log.ts";
import type { KeyTable } from "../keys/rebind.ts";
import type { Items } from "../widgets/scroll-view/scroll.ts";
import type { DetailsExtent } from "./details.ts";
import type { Effect } from "./effect.ts";
import type { FleetView } from "./fleet-view.ts";
import type { UsageRanks } from "./grid-order.ts";
import type { StraysExtent } from "./strays-view.ts";
import type { UiState } from "./ui-state.ts";

/** What a change may look at beside the state itself. */
export interface Surroundings {
  fleet: FleetView;
  now: number;
  /** What the services are ranked by where they are sorted by CPU or memory. */
  ranks: UsageRanks;
  /** This dashboard started the fleet, so quitting proposes to stop it. */
  startedFleet: boolean;
  /** The log pane as it was last drawn. */
  log: {
    items: Items;
    lineAt(seq: number): LogLine | null;
    height: number;
    /** Newer lines come by themselves; else they are to be read. */
    isLive: boolean;
  };
  /** The bindings in force; the usual ones unless given. */
  keys?: KeyTable;
  /** The open details as they were last drawn. */
  details?: DetailsExtent;
  /** The open list of strays as it was last drawn. */
  strays?: StraysExtent;
  /** How far the help can scroll; 0 while it is not open. */
  helpLastTop: number;
}

/** What a change comes to. */
export interface Updated {
  state: UiState;
  effects: Effect[];
}
