import type { ServiceSnapshot } from "../../model/service-snapshot.ts";

/** Whose log is shown. `service` and `replica` are about the selected service, `pin` about one that was pinned. */
export type LogTab =
  | { kind: "all" }
  | { kind: "service" }
  | { kind: "replica"; index: number }
  | { kind: "pin"; name: string };

export interface LogTabItem {
  tab: LogTab;
  label: string;
  /** As in a log query. */
  units: string[];
}

/** The tabs that there are: all, the selected service with each of its replicas where it has several, and what is pinned beside it. */
export function logTabs(selected: ServiceSnapshot | null, pins: readonly string[] = []): LogTabItem[] {
  const all: LogTabItem = { tab: { kind: "all" }, label: "All", units: [] };
  const pinned = pins
    .filter((name) => name !== selected?.name)
    .map((name): LogTabItem => ({ tab: { kind: "pin", name }, label: name, units: [name] }));
  if (selected === null) return [all, ...pinned];
  const replicas = selected.replicas.length < 2 ? [] : selected.replicas;
  return [
    all,
    { tab: { kind: "service" }, label: selected.name, units: [selected.name] },
    ...replicas.map(
      (r): LogTabItem => ({ tab: { kind: "replica", index: r.index }, label: `#${r.index}`, units: [r.id] }),
    ),
    ...pinned,
  ];
}

/** Index of the wanted tab; a replica that is not there stands for its service, a pin for the selected service, and a service for all. */
export function activeTabIndex(tabs: readonly LogTabItem[], wanted: LogTab): number {
  const exact = tabs.findIndex(({ tab }) => isSame(tab, wanted));
  if (exact !== -1) return exact;
  const service = tabs.findIndex(({ tab }) => tab.kind === "service");
  if (wanted.kind === "replica") return Math.max(0, service);
  // A pin whose service is selected is that service's tab; one that was taken out shows all.
  return wanted.kind === "pin" && tabs[service]?.label === wanted.name ? service : 0;
}

/** Names the log of a tab: what is kept per tab is kept under it. */
export function tabKey({ units }: LogTabItem): string {
  return units.join(" ");
}

function isSame(a: LogTab, b: LogTab): boolean {
  if (a.kind === "replica") return b.kind === "replica" && a.index === b.index;
  if (a.kind === "pin") return b.kind === "pin" && a.name === b.name;
  return a.kind === b.kind;
}
