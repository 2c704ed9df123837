import { dirname } from "node:path";
import type { ChangeKind } from "./coalesce.ts";
import type { WatchPart } from "./watch-part.ts";

/** Files of a folder are asked about one after another; what is around them is looked for once. */
interface Surroundings {
  folder: string;
  /** Parts whose reach a file in the folder is in, but for those that are the file itself. */
  parts: readonly WatchPart[];
}

/** Finds the parts that a path belongs to; the price is the depth of the path, not the number of parts. */
export class PartIndex {
  readonly #byPath = new Map<string, WatchPart[]>();
  #last: Surroundings | null = null;

  constructor(parts: Iterable<WatchPart> = []) {
    for (const part of parts) this.add(part);
  }

  add(part: WatchPart): void {
    this.#last = null;
    const there = this.#byPath.get(part.path);
    if (there === undefined) this.#byPath.set(part.path, [part]);
    else there.push(part);
  }

  remove(part: WatchPart): void {
    this.#last = null;
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
    for (const part of this.#byPath.get(file) ?? none) {
      const kind = part.reach === "file" ? part.kindOf(file) : null;
      if (kind !== null) found.push({ part, kind });
    }
    for (const part of this.#around(file)) {
      const kind = part.kindOf(file);
      if (kind !== null) found.push({ part, kind });
    }
    return found;
  }

  /** Whether this file counts in any part. */
  counts(file: string): boolean {
    return (
      (this.#byPath.get(file) ?? none).some((part) => part.reach === "file" && part.kindOf(file) !== null) ||
      this.#around(file).some((part) => part.kindOf(file) !== null)
    );
  }

  /** Whether files that count may be in this folder. */
  wantsFolder(folder: string): boolean {
    if ((this.#byPath.get(folder) ?? none).some(({ reach }) => reach !== "file")) return true;
    return this.#around(folder).some((part) => part.reach === "tree" && part.wantsFolder(folder));
  }

  /** Parts whose reach a path is in: those of its folder, and trees further up. */
  #around(path: string): readonly WatchPart[] {
    const folder = dirname(path);
    if (this.#last?.folder === folder) return this.#last.parts;
    const parts = (this.#byPath.get(folder) ?? none).filter(({ reach }) => reach !== "file");
    for (let dir = folder; dir !== dirname(dir); ) {
      dir = dirname(dir);
      for (const part of this.#byPath.get(dir) ?? none) if (part.reach === "tree") parts.push(part);
    }
    this.#last = { folder, parts };
    return parts;
  }
}

const none: readonly WatchPart[] = [];
