import type { LazyLocation, Path, YamlSource } from "./yaml-source.ts";

/** A service as it was found, before its settings are looked at; enough to check names and dependencies. */
export interface ServiceDraft {
  name: string;
  /** Absolute path of its folder. */
  dir: string;
  /** The file that describes it. */
  file: string;
  /** Null where that file cannot be read; such a service only takes part in checks of names. */
  source: YamlSource | null;
  /** Where in that file it is described. */
  path: Path;
  /** Its settings, unchecked, without `dir`. */
  value: unknown;
  /** Where its name stands. */
  nameAt: LazyLocation;
}
