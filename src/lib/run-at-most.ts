/** Does `work` for each item, so many at once, beginning in their order; the results are in that order too. */
export async function runAtMost<T, R>(count: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    // All workers take from the one iterator.
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, count) }, worker));
  return results;
}
