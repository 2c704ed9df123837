import { system } from "./system/this-system.ts";

/** Bytes of a page of memory, by which resident memory is counted. */
export function pageBytes(): number {
  return system.pageBytes();
}
