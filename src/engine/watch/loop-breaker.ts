/** A change that comes so soon after the start of what it restarted may be its own doing. */
const soonMs = 2000;
/** A person does not save one file so often in a row, each time so soon after the restart, or after the same time. */
const mostInARow = 5;
/** What a program does every so often comes after the same time, give or take what a start takes. */
const regularMs = 250;
const longestRegularMs = 60_000;

interface Row {
  file: string;
  count: number;
  shortestMs: number;
  longestMs: number;
}

/**
 * Finds services that write into what is watched of them: each restart brings the next change of the same file, either
 * at once or after the same time. Times are in milliseconds, of one clock.
 */
export class LoopBreaker {
  readonly #restartedAt = new Map<string, number>();
  readonly #rows = new Map<string, Row>();

  restarted(service: string, now: number): void {
    this.#restartedAt.set(service, now);
  }

  /**
   * The file by which `service` restarts itself, where these changed files make that certain; else null. `at` is when
   * the first of them changed; that was before the restart where the one before wrote too.
   */
  changed(service: string, files: readonly string[], at: number): string | null {
    const restartedAt = this.#restartedAt.get(service);
    // One restart answers for one change.
    this.#restartedAt.delete(service);
    const [file] = files;
    if (restartedAt === undefined || file === undefined) {
      this.#rows.delete(service);
      return null;
    }
    const afterMs = Math.max(0, at - restartedAt);
    const row = this.#rows.get(service);
    const longer = row !== undefined && files.includes(row.file) ? withNext(row, afterMs) : null;
    const next = longer ?? { file, count: 1, shortestMs: afterMs, longestMs: afterMs };
    this.#rows.set(service, next);
    return next.count >= mostInARow ? next.file : null;
  }

  forget(service: string): void {
    this.#restartedAt.delete(service);
    this.#rows.delete(service);
  }
}

/** The row with one more change; null where that looks like a person. */
function withNext(row: Row, afterMs: number): Row | null {
  const shortestMs = Math.min(row.shortestMs, afterMs);
  const longestMs = Math.max(row.longestMs, afterMs);
  const isRegular = longestMs <= longestRegularMs && longestMs - shortestMs <= regularMs;
  return longestMs <= soonMs || isRegular ? { ...row, count: row.count + 1, shortestMs, longestMs } : null;
}
