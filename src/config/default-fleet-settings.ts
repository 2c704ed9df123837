import type { FleetSpec } from "../model/fleet.ts";

/** What a fleet's own file says about it, apart from what and where it is. */
export type FleetSettings = Omit<FleetSpec, "id" | "root" | "name" | "services">;

/** The settings of a fleet about which no file says anything. */
export const defaultFleetSettings: FleetSettings = {
  env: {},
  envFiles: [],
  before: [],
  after: [],
  commands: {},
  rerun: null,
  strays: "ask",
  logs: { keepMs: 7 * 24 * 3_600_000, maxSizeBytes: 200_000_000 },
  profiles: {},
  vendors: [],
};
