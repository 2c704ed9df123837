import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Earlier binaries that nobody runs, kept so that a look back is possible. */
const keptCount = 3;
const numbered = /\.(\d+)(\.tmp)?$/;

/**
 * The folder of one build key: a new file for every build, `orders.1`, `orders.2`, …, so that a running binary is never
 * overwritten. It has one owner, so that numbers need no lock.
 */
export class ArtifactFolder {
  readonly path: string;
  /** Being written right now. */
  #current: string | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** A path for the next build, in a folder that exists. Rejects with the system's error. */
  async next(name: string): Promise<string> {
    await mkdir(this.path, { recursive: true });
    const last = (await readdir(this.path)).reduce((most, entry) => Math.max(most, numberOf(entry)), 0);
    this.#current = join(this.path, `${name}.${last + 1}`);
    return this.#current;
  }

  /** The file of `next` is written, or given up. */
  finished(): void {
    this.#current = null;
  }

  /** Removes all but `keep`, the newest three of the others, and what is being written. */
  async prune(keep: ReadonlySet<string>): Promise<void> {
    const entries = (await readdir(this.path)).filter((entry) => numberOf(entry) > 0);
    const current = this.#current;
    const unused = entries
      .map((entry) => ({ number: numberOf(entry), path: join(this.path, entry), isLeftover: entry.endsWith(".tmp") }))
      .filter(({ path }) => !keep.has(path) && (current === null || !path.startsWith(current)))
      .sort((a, b) => b.number - a.number);
    const old = unused.filter(({ isLeftover }) => !isLeftover).slice(keptCount);
    const leftover = unused.filter(({ isLeftover }) => isLeftover);
    for (const { path } of [...old, ...leftover]) await rm(path, { recursive: true, force: true });
  }
}

function numberOf(entry: string): number {
  return Number(numbered.exec(entry)?.[1] ?? 0);
}
