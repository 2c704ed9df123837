/** A binary heap: `pop` gives the entry that `compare` puts first. Entries must not change their order while inside. */
export class MergeQueue<T> {
  readonly #heap: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number, entries: Iterable<T> = []) {
    this.#compare = compare;
    for (const entry of entries) this.push(entry);
  }

  /** What is left, in no order. */
  entries(): readonly T[] {
    return this.#heap;
  }

  push(entry: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(entry, heap[parent] as T) >= 0) break;
      heap[at] = heap[parent] as T;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(heap[child + 1] as T, heap[child] as T) < 0) child++;
      if (this.#compare(last, heap[child] as T) <= 0) break;
      heap[at] = heap[child] as T;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
