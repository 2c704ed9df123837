import { createHash } from "node:crypto";
import type { FleetState } from "./state/fleet-state.ts";

/** Callers' environments, each kept once: fifty services that one shell started share one. */
export class EnvironmentBook {
  readonly #environments: Map<string, Record<string, string>>;
  readonly #keys = new WeakMap<Record<string, string>, string>();

  constructor(state: FleetState) {
    this.#environments = new Map(Object.entries(state.environments));
  }

  /** Files an environment and returns its key. A command hands the same object in for each of its services. */
  add(environment: Record<string, string>): string {
    const known = this.#keys.get(environment);
    if (known !== undefined) return known;
    const entries = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, 16);
    this.#environments.set(key, environment);
    this.#keys.set(environment, key);
    return key;
  }

  get(key: string | null): Record<string, string> | null {
    return key === null ? null : (this.#environments.get(key) ?? null);
  }

  /** Those that are still referred to, for state.json. */
  used(keys: Iterable<string | null>): Record<string, Record<string, string>> {
    const used: Record<string, Record<string, string>> = {};
    for (const key of keys) {
      const environment = this.get(key);
      if (key !== null && environment !== null) used[key] = environment;
    }
    return used;
  }
}
