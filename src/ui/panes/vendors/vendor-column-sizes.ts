import type { ColumnSize } from "../../widgets/table/fit-columns.ts";

export type VendorColumnId =
  | "glyph"
  | "name"
  | "state"
  | "health"
  | "port"
  | "image"
  | "up"
  | "restarts"
  | "cpu"
  | "memory";

/** What a column of the vendors asks for; see `Column`. */
export type VendorColumnSize = Omit<ColumnSize, "id" | "gap"> & { id: VendorColumnId; gap?: number };

interface VendorsRoom {
  /** Columns inside of the pane. */
  room: number;
  /** Widest name, port and image. */
  name: number;
  port: number;
  image: number;
  hasUsage: boolean;
  /** Some image has a HEALTHCHECK. */
  hasHealth: boolean;
}

const widestName = 24;
const widestImage = 40;
/** Below this an image is written in short. */
const wideFrom = 64;

/** True where texts are written in short. */
export function isVendorsPaneShort(room: number): boolean {
  return room < wideFrom;
}

/**
 * The columns in the order of the screen. What changes with time has a fixed width, so that nothing moves when it does; ranks say which ones go
 * first where there is little room.
 */
export function vendorColumnSizes(parts: VendorsRoom): VendorColumnSize[] {
  const { room, name, port, image, hasUsage, hasHealth } = parts;
  const isShort = isVendorsPaneShort(room);
  const columns: (VendorColumnSize | null)[] = [
    { id: "glyph", rank: 1, min: 1, wanted: 1 },
    { id: "name", rank: 2, min: 8, wanted: Math.min(widestName, Math.max(8, name)), gap: 1 },
    { id: "state", rank: 3, min: 9, wanted: isShort ? 9 : 12 },
    // Where there is no room for it, the state says what is not well.
    hasHealth && !isShort ? { id: "health", rank: 9, min: 9, wanted: 9 } : null,
    { id: "port", rank: 4, min: Math.min(6, Math.max(5, port)), wanted: Math.max(5, port) },
    { id: "image", rank: 5, min: isShort ? 9 : 12, wanted: Math.min(widestImage, Math.max(12, image)), grows: true },
    { id: "up", rank: 6, min: 3, wanted: 6 },
    { id: "restarts", rank: 10, min: 3, wanted: 3 },
    hasUsage ? { id: "cpu", rank: 7, min: 5, wanted: 5 } : null,
    hasUsage ? { id: "memory", rank: 8, min: 5, wanted: 5 } : null,
  ];
  return columns.filter((column) => column !== null);
}
