import { realpath, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { isAbsolute, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Failure } from "../../model/failure.ts";
import { sanitize } from "../text/sanitize.ts";
import { sourcePlaces } from "../text/source-places.ts";

/** Addresses of source files, by their paths as a compiler wrote them. Without the line. */
export type SourceAddresses = ReadonlyMap<string, string>;

/** Files of one failure that are looked at; more are in no card. */
const mostFiles = 50;
const none: SourceAddresses = new Map();

/**
 * Finds the files that the output of failed builds and tests names. Only a file that is there, inside the fleet's root once all links are
 * followed, has an address: output is text from outside, and must not make other files look like a part of the fleet.
 */
export class SourceLinks {
  readonly #onFound: () => void;
  readonly #known = new WeakMap<Failure, SourceAddresses>();

  constructor(onFound: () => void) {
    this.#onFound = onFound;
  }

  /** What is known of a failure's files at this moment. */
  of(failure: Failure | null): SourceAddresses {
    return failure === null ? none : (this.#known.get(failure) ?? none);
  }

  /** Begins to look for the files of a failure, once; `onFound` is called when some are there. `dir`: where its command ran. */
  look(failure: Failure | null, dir: string, root: string): void {
    if (failure === null || !("output" in failure) || this.#known.has(failure)) return;
    this.#known.set(failure, none);
    void this.#find(failure, failure.output, dir, root);
  }

  async #find(failure: Failure, output: readonly string[], dir: string, root: string): Promise<void> {
    const paths = new Set(output.flatMap((line) => sourcePlaces(sanitize(line, false)).map((place) => place.path)));
    const wanted = [...paths].slice(0, mostFiles);
    const inside = await realpath(root).catch(() => null);
    if (wanted.length === 0 || inside === null) return;
    const found = new Map<string, string>();
    for (const path of wanted) {
      const address = await addressOf(path, dir, root, inside);
      if (address !== null) found.set(path, address);
    }
    if (found.size === 0) return;
    this.#known.set(failure, found);
    this.#onFound();
  }
}

/** Compilers write paths from where they run, some from the top of the whole. */
async function addressOf(path: string, dir: string, root: string, inside: string): Promise<string | null> {
  const candidates = isAbsolute(path) ? [path] : [join(dir, path), join(root, path)];
  for (const candidate of candidates) {
    try {
      const file = await realpath(candidate);
      if (file.startsWith(inside + sep) && (await stat(file)).isFile()) return addressIn(file);
    } catch {
      // There is no such file.
    }
  }
  return null;
}

/** With the machine's name, so that a terminal which runs elsewhere does not open a file of its own. */
function addressIn(file: string): string {
  const host = hostname();
  const { href } = pathToFileURL(file);
  return /^[\w.-]+$/.test(host) ? href.replace(/^file:\/\//, `file://${host}`) : href;
}
