import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultFleetSettings } from "../config/default-fleet-settings.ts";
import { fleetIdOf } from "../config/fleet-id.ts";
import { loadFleet } from "../config/load-fleet.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { FleetSpec } from "../model/fleet.ts";

const noPackages = { packages: [] };

/** The outcome of reading the config files again. */
export type Refreshed =
  | { kind: "unchanged" }
  | { kind: "loaded"; spec: FleetSpec; diagnostics: Diagnostic[] }
  /** There are mistakes; the last good spec stays in force. */
  | { kind: "rejected"; diagnostics: Diagnostic[] };

/**
 * The fleet's config as last read without a mistake. The last good one is kept on disk too, so that a daemon that starts
 * while somebody is in the middle of an edit still knows how to look after what runs.
 */
export class FleetConfig {
  readonly #root: string;
  readonly #keptFile: string;
  #spec: FleetSpec;
  #files: string[] = [];
  /** Names of the environment that files use. */
  #variables: readonly string[] = [];
  #env: Readonly<Record<string, string | undefined>> = process.env;
  #stamp = "";
  #last: Refreshed = { kind: "unchanged" };

  constructor(root: string, stateDir: string) {
    this.#root = root;
    this.#keptFile = join(stateDir, "fleet.json");
    this.#spec = this.#readKept() ?? emptyFleet(root);
  }

  /** The last good spec; without services before the first. */
  get spec(): FleetSpec {
    return this.#spec;
  }

  /** What the config was read from: the root, then each file that there is or could be. */
  get files(): string[] {
    return [...this.#files];
  }

  /**
   * Reads the files again where any of them has changed since, or a variable that one of them uses; a few `stat` calls where
   * none has.
   *
   * @param env the environment of whoever asks; null: as before, at first the daemon's own
   */
  refresh(env: Readonly<Record<string, string>> | null = null): Refreshed {
    this.#env = env ?? this.#env;
    if (this.#stamp !== "" && this.#stamp === this.#stampNow()) {
      return this.#last.kind === "rejected" ? this.#last : { kind: "unchanged" };
    }
    const loaded = loadFleet(this.#root, this.#env);
    this.#files = [this.#root, ...loaded.files];
    this.#variables = loaded.variables;
    this.#stamp = this.#stampNow();
    if (loaded.spec === null) {
      this.#last = { kind: "rejected", diagnostics: loaded.diagnostics };
    } else {
      this.#spec = loaded.spec;
      this.#last = { kind: "loaded", spec: loaded.spec, diagnostics: loaded.diagnostics };
      this.#keep(loaded.spec);
    }
    return this.#last;
  }

  #stampNow(): string {
    return JSON.stringify([stampOf(this.#files), this.#variables.map((name) => this.#env[name] ?? null)]);
  }

  #readKept(): FleetSpec | null {
    try {
      const spec = JSON.parse(readFileSync(this.#keptFile, "utf8")) as FleetSpec;
      if (spec.root !== this.#root || !Array.isArray(spec.services)) return null;
      // An earlier version knew no more of a vendor than its image, and of no packages.
      return {
        ...spec,
        vendors: spec.vendors.filter((vendor) => vendor.container != null),
        services: spec.services.map((service) => ({ ...service, watch: { ...noPackages, ...service.watch } })),
      };
    } catch {
      return null;
    }
  }

  #keep(spec: FleetSpec): void {
    try {
      writeFileSync(`${this.#keptFile}.new`, JSON.stringify(spec), { mode: 0o600 });
      renameSync(`${this.#keptFile}.new`, this.#keptFile);
    } catch {
      // Only a convenience after a crash during an edit; the state store reports a folder that cannot be written.
    }
  }
}

function emptyFleet(root: string): FleetSpec {
  const name = root.slice(root.lastIndexOf("/") + 1);
  return { id: fleetIdOf(root), root, name, ...defaultFleetSettings, services: [] };
}

/** Changes whenever one of the files or folders does: appears, goes, is replaced or written. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const stat = statSync(file, { bigint: true });
        return `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
      } catch {
        return "-";
      }
    })
    .join(",");
}
