/** What a column of the grid asks for; see `Column`. */
interface GridColumnSize {
  id: GridColumnId;
  rank: number;
  min: number;
  wanted: number;
  gap?: number;
  grows?: boolean;
}

export type GridColumnId =
  | "glyph"
  | "name"
  | "state"
  | "scale"
  | "port"
  | "up"
  | "cpu"
  | "memory"
  | "spark"
  | "restarts"
  | "rerun"
  | "last";

interface GridRoom {
  /** Columns inside the pane. */
  room: number;
  /** Widest name and port. */
  name: number;
  port: number;
  hasUsage: boolean;
  /** Some service has sources that could be followed. */
  hasRerun: boolean;
}

const widestName = 32;
/** From here on a picture of the last minute has its place beside everything else. */
const sparkRoom = 120;
/** Columns of the picture: three seconds each. */
const sparkWidth = 20;

/**
 * The columns in the order of the screen. What changes every second has a fixed width that depends on the terminal alone, so nothing moves when
 * it does; ranks say which ones go first where there is little room.
 */
export function gridColumnSizes({ room, name, port, hasUsage, hasRerun }: GridRoom): GridColumnSize[] {
  const state = stateWidth(room);
  const columns: (GridColumnSize | null)[] = [
    { id: "glyph", rank: 1, min: 1, wanted: 1 },
    { id: "name", rank: 2, min: 8, wanted: Math.min(widestName, Math.max(8, name)), gap: 1 },
    { id: "state", rank: 3, min: state, wanted: state },
    { id: "scale", rank: 4, min: 5, wanted: 5 },
    { id: "port", rank: 5, min: 5, wanted: Math.max(5, port) },
    { id: "up", rank: 7, min: 6, wanted: 6 },
    hasUsage ? { id: "cpu", rank: 9, min: 5, wanted: 5 } : null,
    hasUsage ? { id: "memory", rank: 10, min: 5, wanted: 5 } : null,
    hasUsage && room >= sparkRoom ? { id: "spark", rank: 12, min: sparkWidth, wanted: sparkWidth } : null,
    { id: "restarts", rank: 11, min: 3, wanted: 3 },
    hasRerun ? { id: "rerun", rank: 8, min: 1, wanted: 1 } : null,
    { id: "last", rank: 6, min: 6, wanted: 12, grows: true },
  ];
  return columns.filter((column) => column !== null);
}

/** `building 12s/45s` and `waiting for rabbitmq` in full where there is room, else their beginning. */
function stateWidth(room: number): number {
  if (room < 70) return 12;
  return room < 110 ? 16 : 22;
}
