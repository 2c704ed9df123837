import type { FleetId } from "./ids.ts";
import type { EnvFile, RerunSpec, ServiceSpec } from "./service.ts";
import type { VendorSpec } from "./vendor.ts";

/** Hooks and environment of one command section of orchestra.yml. */
export interface CommandSection {
  env: Record<string, string>;
  before: string[];
  after: string[];
}

/** What `strays:` says is done with a stray. */
export type StrayPolicy = "ask" | "stop" | "adopt" | "ignore";

/** All that one fleet's files say, checked: names are unique, dependencies exist and have no cycle. */
export interface FleetSpec {
  id: FleetId;
  /** Real path of the fleet's root. */
  root: string;
  /** The root folder's name unless given. */
  name: string;
  env: Record<string, string>;
  envFiles: EnvFile[];
  before: string[];
  after: string[];
  /** By verb: `start`, `build`, `test`, … */
  commands: Record<string, CommandSection>;
  /** Null: on, but for headless runs. */
  rerun: RerunSpec | null;
  strays: StrayPolicy;
  logs: { keepMs: number; maxSizeBytes: number };
  profiles: Record<string, string[]>;
  /** In the order of their files. A vendor and a service never share a name. */
  vendors: VendorSpec[];
  /** In discovery order: by file, then by name. */
  services: ServiceSpec[];
}
