import type { FleetSnapshot } from "../../model/snapshot.ts";
import { activeTabIndex, type LogTabItem, logTabs, tabKey } from "./log-tab.ts";
import type { UiState } from "./ui-state.ts";

/** The tabs there are now, and the one that is shown. */
export interface ShownLog {
  tabs: LogTabItem[];
  active: number;
  tab: LogTabItem;
  key: string;
}

const nothing: LogTabItem = { tab: { kind: "all" }, label: "All", units: [] };

/** Derived from what is selected and pinned; a pin whose service is gone has no tab. */
export function shownLog(ui: UiState, snapshot: FleetSnapshot | null): ShownLog {
  const services = snapshot?.services ?? [];
  const pins = ui.logs.pins.filter((name) => services.some((s) => s.name === name));
  const tabs = logTabs(services.find((s) => s.name === ui.selected) ?? null, pins);
  const active = activeTabIndex(tabs, ui.logs.tab);
  const tab = tabs[active] ?? nothing;
  return { tabs, active, tab, key: tabKey(tab) };
}
