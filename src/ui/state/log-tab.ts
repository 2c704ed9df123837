import type { ServiceSnapshot } from "../../model/service-snapshot.ts";

/** Whose log is shown. All but `all` are about the selected service. */
export type LogTab = { kind: "all" } | { kind: "service" } | { kind: "replica"; index: number };

export interface LogTabItem {
  tab: LogTab;
  label: string;
  /** As in a log query. */
  units: string[];
}

/** The tabs that there are: all, the selected service, and each of its replicas where it has several. */
export function logTabs(selected: ServiceSnapshot | null): LogTabItem[] {
  const all: LogTabItem = { tab: { kind: "all" }, label: "All", units: [] };
  if (selected === null) return [all];
  const replicas = selected.replicas.length < 2 ? [] : selected.replicas;
  return [
    all,
    { tab: { kind: "service" }, label: selected.name, units: [selected.name] },
    ...replicas.map(
      (r): LogTabItem => ({ tab: { kind: "replica", index: r.index }, label: `#${r.index}`, units: [r.id] }),
    ),
  ];
}

/** Index of the wanted tab; a replica that is not there stands for its service, and a service for all. */
export function activeTabIndex(tabs: readonly LogTabItem[], wanted: LogTab): number {
  const exact = tabs.findIndex(
    ({ tab }) =>
      tab.kind === wanted.kind && (tab.kind !== "replica" || wanted.kind !== "replica" || tab.index === wanted.index),
  );
  if (exact !== -1) return exact;
  return wanted.kind === "replica" && tabs.length > 1 ? 1 : 0;
}
