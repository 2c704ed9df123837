import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** Finds packages where node would, each in one place once: what many need is in a node_modules of all. */
export class InstalledPackages {
  readonly #found = new Map<string, string | null>();
  readonly #hasModules = new Map<string, boolean>();

  /**
   * Where node finds the package `name` for a program in `dir`, looking no higher than `top`: where its link leads, or the
   * folder in node_modules that it is itself; null where it is not installed.
   */
  find(name: string, dir: string, top: string): string | null {
    const key = `${top}\0${dir}\0${name}`;
    let found = this.#found.get(key);
    if (found === undefined) {
      const isLast = dir === top || dir === dirname(dir);
      found = this.#findIn(dir, name) ?? (isLast ? null : this.find(name, dirname(dir), top));
      this.#found.set(key, found);
    }
    return found;
  }

  #findIn(dir: string, name: string): string | null {
    const modules = join(dir, "node_modules");
    let hasModules = this.#hasModules.get(modules);
    if (hasModules === undefined) {
      hasModules = lookAt(modules) !== undefined;
      this.#hasModules.set(modules, hasModules);
    }
    if (!hasModules) return null;
    const path = join(modules, name);
    const stat = lookAt(path);
    return stat?.isSymbolicLink() === true ? leadsTo(path) : stat === undefined ? null : path;
  }
}

/** Undefined where nothing is there that may be looked at. */
function lookAt(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Null for a link that leads nowhere: node looks further up then. */
function leadsTo(link: string): string | null {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}
