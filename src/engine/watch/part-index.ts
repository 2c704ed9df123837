import { dirname } from "node:path";
import type { ChangeKind } from "./coalesce.ts";
import type { WatchPart } from "./watch-part.ts";

/** Finds the parts that a path belongs to; the price is the depth of the path, not the number of parts. */
export class PartIndex {
  readonly #byPath = new Map<string, WatchPart[]>();

  constructor(parts: Iterable<WatchPart> = []) {
    for (const part of parts) this.add(part);
  }

  add(part: WatchPart): void {
    const there = this.#byPath.get(part.path);
    if (there === undefined) this.#byPath.set(part.path, [part]);
    else there.push(part);
  }

  remove(part: WatchPart): void {
    const left = (this.#byPath.get(part.path) ?? []).filter((other) => other !== part);
    if (left.length === 0) this.#byPath.delete(part.path);
    else this.#byPath.set(part.path, left);
  }

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** The parts in which this file counts, and as what. */
  find(file: string): { part: WatchPart; kind: ChangeKind }[] {
    const found: { part: WatchPart; kind: ChangeKind }[] = [];
    for (const part of this.#around(file)) {
      const kind = part.kindOf(file);
      if (kind !== null) found.push({ part, kind });
    }
    return found;
  }

  /** Whether files that count may be in this folder. */
  wantsFolder(folder: string): boolean {
    if ((this.#byPath.get(folder) ?? []).some(({ reach }) => reach !== "file")) return true;
    for (const part of this.#around(folder)) if (part.reach === "tree" && part.wantsFolder(folder)) return true;
    return false;
  }

  /** Parts whose reach a path is in: its own, those of its folder, trees further up. */
  *#around(path: string): Generator<WatchPart> {
    for (const part of this.#byPath.get(path) ?? []) if (part.reach === "file") yield part;
    let dir = dirname(path);
    for (const part of this.#byPath.get(dir) ?? []) if (part.reach !== "file") yield part;
    while (dir !== dirname(dir)) {
      dir = dirname(dir);
      for (const part of this.#byPath.get(dir) ?? []) if (part.reach === "tree") yield part;
    }
  }
}
