/** The first value that a watch tells of; null where it takes longer than `ms`. The watch has ended then in any case. */
export function firstWithin<T>(ms: number, watch: (listener: (value: T) => void) => () => void): Promise<T | null> {
  return new Promise((resolve) => {
    const end = (value: T | null): void => {
      clearTimeout(timer);
      // A watch may tell of its first value before it has said how it is ended.
      queueMicrotask(() => stop());
      resolve(value);
    };
    const timer = setTimeout(() => end(null), ms);
    const stop = watch(end);
  });
}
