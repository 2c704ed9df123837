/** What the rows of the grid are sorted by, in the order in which the key goes through them. */
export const gridSorts = ["failures", "name", "cpu", "memory", "start"] as const;

export type GridSort = (typeof gridSorts)[number];

/** As the title of the grid says it. */
export const gridSortLabels: Record<GridSort, string> = {
  failures: "failures first",
  name: "by name",
  cpu: "by CPU",
  memory: "by memory",
  start: "in start order",
};

/** How the user looks at the services: plain data, part of the dashboard's own state. */
export interface GridState {
  sort: GridSort;
  /** Rows stand under a header for each profile. */
  isGrouped: boolean;
  /** Profiles whose rows are hidden; `""` stands for the services in none. */
  folded: readonly string[];
  /** The profile whose header is selected; null where it is a service. Only while grouped. */
  header: string | null;
  /** Names of the services that the next verb takes, in the order they were marked. */
  marked: readonly string[];
  /** Only services that match are shown; empty shows all. */
  filter: string;
  /** CPU and memory have columns, where there is room. */
  hasUsage: boolean;
}

export const initialGrid: GridState = {
  sort: "failures",
  isGrouped: false,
  folded: [],
  header: null,
  marked: [],
  filter: "",
  hasUsage: true,
};
